"""Papers and tables that repeat the visit, C10, C11 and C13 to C15 (giấy tờ và các bảng lặp lại)."""

import re

from haidang.engines.exchange.adapters.claims.model import ERROR, WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule
from haidang.engines.exchange.adapters.claims.validate.visits import INPATIENT, number

_IDENTITY = frozenset(
    {"HO_TEN", "NGAY_SINH", "GIOI_TINH", "SO_CCCD", "MA_THE_BHYT", "MA_BN", "MA_CSKCB"}
)
_SUMMARY_KINDS = frozenset({"03", "04", "06"})
_REFERRED = frozenset({"2", "5"})
# Fields of XML13 and XML15 that share a name with XML1 but not its meaning, and those that may hold several values.
_OWN = frozenset(
    {
        "STT",
        "DU_PHONG",
        "MA_TTDV",
        "GHI_CHU",
        "GIAY_CHUYEN_TUYEN",
        "MA_LK",
        "TEN_THUOC",
        "TEN_DICH_VU",
    }
)
_SEVERAL = frozenset({"NGAY_VAO", "NGAY_RA", "MA_THE_BHYT", "GT_THE_DEN"})


@rule("C10", WARNING)
def papers_of_the_visit(visit):
    """XML7 for inpatients, XML8 only for 03, 04, 06, XML13 only when referred (giấy tờ theo lượt khám).

    Source: QĐ 4750/QĐ-BYT 2023; XML7 for every inpatient is unverified
    """
    tables, leaving = visit.dossier.tables, visit.summary.get("MA_LOAI_RV", "")
    if visit.kind in INPATIENT and leaving != "3" and "XML7" not in tables:
        yield Found(None, table="XML7", text="C10.missing")
    if "XML8" in tables and visit.kind not in _SUMMARY_KINDS:
        yield Found(None, table="XML8", facts={"why": f"MA_LOAI_KCB {visit.kind}"})
    if "XML13" in tables and leaving not in _REFERRED:
        yield Found(None, table="XML13", facts={"why": f"MA_LOAI_RV {leaving}"})
    if leaving in _REFERRED and "XML13" not in tables:
        yield Found(None, table="XML13", text="C10.missing")


@rule("C11", needs="XML6 XML13 XML14 XML15")
def repeated_fields_agree(visit):
    """Fields repeated from XML1 are equal when filled (các trường lặp lại).

    Source: QĐ 4750/QĐ-BYT 2023. A difference in who the patient is means mixed dossiers: an error; else a warning
    """
    if not visit.rows("XML1"):
        return
    summary = visit.summary
    for table in ("XML6", "XML13", "XML14", "XML15"):
        for row in visit.rows(table):
            for name, value in row.items():
                if value and name in summary and name not in _OWN and summary[name] != value:
                    yield from _difference(row, name, summary[name])


def _difference(row, name, expected):
    if not _same(name, row[name], expected):
        yield Found(row, name, severity=ERROR if name in _IDENTITY else WARNING)


def _same(name, value, expected):
    """Names are compared without case and spacing, birth dates by the day, lists by what they share."""
    if name == "HO_TEN":
        return value.casefold().split() == expected.casefold().split()
    if name == "NGAY_SINH":
        return value[:8] == expected[:8]
    if name in _SEVERAL:
        return not set(value.split(";")).isdisjoint(expected.split(";"))
    return False


@rule("C11", needs="XML7")
def discharge_paper_repeats(visit):
    """XML7: MA_YTE is the patient code, its times those of the visit (giấy ra viện khớp với hồ sơ).

    Source: QĐ 130/QĐ-BYT 2023, XML7
    """
    if not visit.rows("XML1"):
        return
    for row in visit.rows("XML7"):
        for name, other in (("MA_YTE", "MA_BN"), ("NGAY_VAO", "NGAY_VAO"), ("NGAY_RA", "NGAY_RA")):
            if row[name] and row[name] != visit.summary[other]:
                yield Found(row, name, severity=ERROR if name == "MA_YTE" else WARNING)


@rule("C13", WARNING, needs="XML7 XML11")
def end_of_pregnancy(visit):
    """MA_DINH_CHI_THAI = 1 needs cause, time and age of the pregnancy (đình chỉ thai nghén).

    Source: QĐ 130/QĐ-BYT 2023, XML7 and XML11: 1 to 42 weeks
    """
    for row in (*visit.rows("XML7"), *visit.rows("XML11")):
        if row["MA_DINH_CHI_THAI"] != "1":
            continue
        for name in ("NGUYENNHAN_DINHCHI", "THOIGIAN_DINHCHI", "TUOI_THAI"):
            if row.get(name) == "":
                yield Found(row, name)
        weeks = number(row["TUOI_THAI"])
        if weeks is not None and not 1 <= weeks <= 42:
            yield Found(row, "TUOI_THAI", {"found": weeks}, text="C13.weeks")


@rule("C14", needs="XML7")
def leave_fields_go_together(visit):
    """XML7: the three leave fields are all filled or all empty (các trường nghỉ ngoại trú).

    Source: QĐ 3176/QĐ-BYT 2024, XML7
    """
    names = ("SO_NGAY_NGHI", "NGOAITRU_TUNGAY", "NGOAITRU_DENNGAY")
    for row in visit.rows("XML7"):
        empty = [name for name in names if not row[name]]
        if 0 < len(empty) < 3 and (row["SO_NGAY_NGHI"] != "0" or len(empty) < 2):
            yield Found(row, empty[0])


@rule("C15", WARNING, needs="XML11")
def length_of_sick_leave(visit):
    """XML11: at most 30 days; tuberculosis 180; loss of a pregnancy from 13 weeks 50 (thời gian nghỉ).

    Source: TT 18/2022/TT-BYT, as the table of XML11 prints it
    """
    for row in visit.rows("XML11"):
        days, weeks = number(row["SO_NGAY_NGHI"]), number(row["TUOI_THAI"])
        codes = visit.summary.get("MA_BENH_CHINH", "") + ";" + visit.summary.get("MA_BENH_KT", "")
        limit = 30
        if row["MA_DINH_CHI_THAI"] == "1" and weeks is not None and weeks >= 13:
            limit = 50
        if re.search(r"(^|;)A1[5-9]", codes):
            limit = 180
        if days is not None and days > limit:
            yield Found(row, "SO_NGAY_NGHI", {"found": days, "limit": limit})
