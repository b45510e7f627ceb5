"""What must be there and agree, C1 to C9, C16 and C20 (sự có mặt và nhất quán)."""

from haidang.engines.exchange.adapters.claims import dates
from haidang.engines.exchange.adapters.claims.model import WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule
from haidang.engines.exchange.adapters.claims.validate.visits import (
    BEDS,
    INPATIENT,
    OUT_OF_INSURANCE,
    PERFORMED,
    number,
)

_CARD_FIELDS = ("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN")
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

    Source: practice of the gateway; the text behind it was not found (unverified)
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

    Source: practice of the gateway; the text behind it was not found (unverified)
    """
    if visit.kind in INPATIENT:
        exams = [row for row in visit.rows("XML3") if row["MA_NHOM"] == _EXAM]
        paid = [row for row in exams if number(row["THANH_TIEN_BH"])]
        for row in paid[1:]:
            yield Found(row, "MA_DICH_VU")


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
