"""What must be there and agree, C1 to C20 without the diagnoses (sự có mặt và nhất quán)."""

import re

from haidang.engines.exchange.adapters.claims import dates
from haidang.engines.exchange.adapters.claims.model import ERROR, WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule
from haidang.engines.exchange.adapters.claims.validate.visits import (
    BEDS,
    INPATIENT,
    OUT_OF_INSURANCE,
    PERFORMED,
    number,
)

_CARD_FIELDS = ("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN")
_IDENTITY = frozenset(
    {"HO_TEN", "NGAY_SINH", "GIOI_TINH", "SO_CCCD", "MA_THE_BHYT", "MA_BN", "MA_CSKCB"}
)
_ID_NUMBER = re.compile(r"([0-9]{9}|[0-9]{12}|[A-Z][0-9]{7})\Z", re.ASCII)
_SOCIAL_NUMBER = re.compile(r"(?!0{10})[0-9]{10}\Z", re.ASCII)
_SUMMARY_KINDS = frozenset({"03", "04", "06"})
_REFERRED = frozenset({"2", "5"})
_MACHINE = frozenset({"1", "2", "3"})
_NO_TENDER = frozenset({"7", "17"})
_EXAM = "13"
_SENT_OUT = ".K."


@rule("C1", needs="")
def one_visit_key(visit):
    """MA_LK is the same in all tables of a visit (mã liên kết).

    Source: QĐ 130/QĐ-BYT 2023, MA_LK; uniqueness in the file is seen by the reader
    """
    key = visit.dossier.ma_lk
    for rows in visit.dossier.tables.values():
        for row in rows:
            if row.get("MA_LK", "") != key and row.table != "XML12" and row.get("MA_LK"):
                yield Found(row, "MA_LK")


@rule("C2", needs="")
def one_summary_and_lines(visit):
    """Exactly one XML1; lines when money is claimed (một bảng tổng hợp, có chi tiết khi có chi phí).

    Source: QĐ 130/QĐ-BYT 2023
    """
    tables = visit.dossier.tables
    if visit.dossier.is_check_in:
        return
    if len(tables.get("XML1", ())) != 1:
        yield Found(None, table="XML1", facts={"count": len(tables.get("XML1", ()))})
    elif visit.amount("T_TONGCHI_BV") and "XML2" not in tables and "XML3" not in tables:
        yield Found(visit.summary, "T_TONGCHI_BV", text="C2.lines")


@rule("C3")
def card_fields_go_together(visit):
    """MA_THE_BHYT, MA_DKBD, GT_THE_TU and GT_THE_DEN hold the same number of values (các trường của thẻ).

    Source: QĐ 130/QĐ-BYT 2023, XML1; GT_THE_DEN may be empty for cards that cannot be verified
    """
    row = visit.summary
    counts = {name: len(row.get(name, "").split(";")) for name in _CARD_FIELDS if row.get(name)}
    if len(set(counts.values())) > 1:
        facts = {"counts": ", ".join(f"{name} {count}" for name, count in counts.items())}
        yield Found(row, "MA_THE_BHYT", facts)


@rule("C4", WARNING, needs="XML0 XML1")
def no_card_without_insurance(visit):
    """A visit not paid by insurance (MA_DOITUONG_KCB = 9) carries no card (không dùng thẻ).

    Source: QĐ 3276/QĐ-BYT 2025
    """
    for row in (*visit.rows("XML0"), *visit.rows("XML1")):
        if row.get("MA_DOITUONG_KCB") in OUT_OF_INSURANCE:
            for name in _CARD_FIELDS:
                if row.get(name):
                    yield Found(row, name)


@rule("C5", needs="XML3")
def a_line_names_what_was_given(visit):
    """Each line of XML3 has MA_DICH_VU or MA_VAT_TU (dịch vụ hoặc vật tư).

    Source: QĐ 130/QĐ-BYT 2023, XML3
    """
    for row in visit.rows("XML3"):
        if not row["MA_DICH_VU"] and not row["MA_VAT_TU"]:
            yield Found(row, "MA_DICH_VU")


@rule("C6", WARNING, needs="XML2 XML3")
def what_a_cost_group_needs(visit):
    """Performer, machine, fuel and tender data by MA_NHOM (yêu cầu theo nhóm chi phí).

    Source: QĐ 4750/QĐ-BYT 2023, XML2 and XML3; sent-out tests (.K.) are passed over
    """
    for row in visit.rows("XML2"):
        if row["MA_NHOM"] not in _NO_TENDER and not row["TT_THAU"]:
            yield Found(row, "TT_THAU", {"group": row["MA_NHOM"]})
    for row in visit.rows("XML3"):
        for name in _needed(row):
            if not row[name]:
                yield Found(row, name, {"group": row["MA_NHOM"]})


def _needed(row):
    group, here = row["MA_NHOM"], _SENT_OUT not in row["MA_DICH_VU"]
    if group in PERFORMED and here:
        yield from ("NGUOI_THUC_HIEN", "NGAY_TH_YL")
    if group in _MACHINE and here:
        yield "MA_MAY"
    if group == "12":
        yield "MA_XANG_DAU"
    if group == "10":
        yield "TT_THAU"


@rule("C7", WARNING)
def admission_fields(visit):
    """An inpatient visit has its admission time, reason and treatment (thông tin nội trú).

    Source: QĐ 130/QĐ-BYT 2023, XML1; types 06 and 09 are unverified and passed over
    """
    if visit.kind in INPATIENT:
        for name in ("NGAY_VAO_NOI_TRU", "LY_DO_VNT", "PP_DIEU_TRI"):
            if not visit.summary.get(name):
                yield Found(visit.summary, name)


@rule("C8", WARNING, needs="XML3")
def beds_of_short_stays(visit):
    """Under 4 hours no bed is paid; up to 24 hours at most one day (ngày giường của lượt ngắn).

    Source: TT 39/2018/TT-BYT as the gateway applies it (unverified)
    """
    hours = _hours(visit)
    if hours is None or visit.kind not in (INPATIENT | {"09"}):
        return
    beds = [row for row in visit.rows("XML3") if row["MA_NHOM"] in BEDS]
    days = sum(number(row["SO_LUONG"]) or 0 for row in beds)
    limit = 0 if hours < 4 else 1 if hours <= 24 else None
    if beds and limit is not None and days > limit:
        yield Found(beds[0], "SO_LUONG", {"found": days, "limit": limit, "hours": round(hours)})


def _hours(visit):
    start = dates.moment(visit.summary.get("NGAY_VAO_NOI_TRU") or visit.started)
    end = dates.moment(visit.ended)
    return (end - start).total_seconds() / 3600 if start and end else None


@rule("C9", WARNING, needs="XML3")
def one_exam_for_an_inpatient(visit):
    """An inpatient visit pays one examination (một công khám).

    Source: TT 39/2018/TT-BYT as the gateway applies it (unverified)
    """
    if visit.kind in INPATIENT:
        exams = [row for row in visit.rows("XML3") if row["MA_NHOM"] == _EXAM]
        paid = [row for row in exams if number(row["THANH_TIEN_BH"])]
        for row in paid[1:]:
            yield Found(row, "MA_DICH_VU")


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
                    if not (name in _SEVERAL and summary[name] in value.split(";")):
                        severity = ERROR if name in _IDENTITY else WARNING
                        yield Found(row, name, severity=severity)


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
_SEVERAL = frozenset({"NGAY_VAO", "NGAY_RA"})


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


@rule("C16", WARNING, needs="XML4")
def results_belong_to_orders(visit):
    """A result names a service of XML3; a unit needs an indicator, a value its time (kết quả cận lâm sàng).

    Source: QĐ 4750/QĐ-BYT 2023, XML4
    """
    ordered = {row["MA_DICH_VU"] for row in visit.rows("XML3")}
    for row in visit.rows("XML4"):
        if row["MA_DICH_VU"] and row["MA_DICH_VU"] not in ordered:
            yield Found(row, "MA_DICH_VU", {"found": row["MA_DICH_VU"][:50]})
        if row["DON_VI_DO"] and not (row["MA_CHI_SO"] or row["TEN_CHI_SO"]):
            yield Found(row, "MA_CHI_SO", text="C16.indicator")
        if row["GIA_TRI"] and not row["NGAY_KQ"]:
            yield Found(row, "NGAY_KQ", text="C16.time")


@rule("C17", WARNING, needs="XML0 XML1 XML6 XML9 XML12 XML15")
def personal_numbers(visit):
    """SO_CCCD is 9 or 12 digits, or a capital letter and 7 digits (số căn cước).

    Source: QĐ 4750/QĐ-BYT 2023; an e-identification account is allowed in XML0 and XML1, so this only warns
    """
    for table in ("XML0", "XML1", "XML6", "XML9", "XML12", "XML15"):
        for row in visit.rows(table):
            name = "SO_CCCD_NND" if table == "XML9" else "SO_CCCD"
            if row.get(name) and not _ID_NUMBER.match(row[name]):
                yield Found(row, name)


@rule("C18", WARNING, needs="XML9 XML11 XML12")
def social_insurance_numbers(visit):
    """MA_BHXH is 10 digits, not all zero (mã số BHXH).

    Source: QĐ 130/QĐ-BYT 2023, XML9 and XML11
    """
    for table, name in (("XML9", "MA_BHXH_NND"), ("XML11", "MA_BHXH"), ("XML12", "MA_BHXH")):
        for row in visit.rows(table):
            if row[name] and not _SOCIAL_NUMBER.match(row[name]):
                yield Found(row, name)


@rule("C19", WARNING, needs="XML1 XML2 XML3")
def registered_codes(visit):
    """Departments, drugs and services stand in their lists (mã trong danh mục của cơ sở).

    Source: QĐ 7603/QĐ-BYT 2018; the lists that a facility registered are held by the portal, so only a complete list speaks
    """
    has = visit.lists.has
    for row in visit.rows("XML1"):
        for code in row["MA_KHOA"].split(";"):
            if code and has("department", code.partition(".D")[0]) is False:
                yield Found(row, "MA_KHOA", {"found": code[:50]})
    for row in visit.rows("XML2"):
        if any(has("drug-ingredient", part) is False for part in _ingredients(row["MA_THUOC"])):
            yield Found(row, "MA_THUOC", {"found": row["MA_THUOC"][:50]})
    for row in visit.rows("XML3"):
        code = row["MA_DICH_VU"].partition(".K.")[0].partition("_")[0]
        if code and not code.startswith("VC.") and has("service", code) is False:
            yield Found(row, "MA_DICH_VU", {"found": code[:50]})


def _ingredients(code):
    if code.startswith(("VM.", "BB.", "00.")):
        return []
    return [part.strip().removesuffix(".KT").removesuffix(".NAT") for part in code.split("+")]


@rule("C20", WARNING)
def settlement_month(visit):
    """NAM_QT and THANG_QT are the month of the end or of the payment (kỳ quyết toán).

    Source: QĐ 130/QĐ-BYT 2023, XML1: visits near month end are claimed in the month of payment
    """
    row = visit.summary
    year, month = number(row.get("NAM_QT", "")), number(row.get("THANG_QT", ""))
    if year is None or month is None:
        return
    stated = f"{int(year):04d}{int(month):02d}"
    possible = [row[name][:6] for name in ("NGAY_VAO", "NGAY_RA", "NGAY_TTOAN") if row.get(name)]
    if possible and stated < min(possible):
        yield Found(row, "THANG_QT", {"found": f"{stated[4:]}/{stated[:4]}"})
