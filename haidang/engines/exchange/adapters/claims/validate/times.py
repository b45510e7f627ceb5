"""Dates of a dossier, D1 to D11, and two that no decision needs to say (thời gian). Times are digits, so earlier is smaller."""

from datetime import timedelta

from haidang.engines.exchange.adapters.claims import dates
from haidang.engines.exchange.adapters.claims.model import WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule
from haidang.engines.exchange.adapters.claims.validate.visits import number

# Types whose NGAY_RA is the last day of the drugs or of the period, at 2359. Source: QĐ 824/QĐ-BYT 2023
_OPEN_ENDED = frozenset({"02", "05", "07", "08"})
# SO_NGAY_DTRI by type: none, or both ends counted; 05 and 08 count days of drugs or services, which the file cannot tell.
_NO_DAYS = frozenset({"01", "07", "09"})
_WHOLE_DAYS = frozenset({"02", "03", "04", "06"})
RESULT_DAYS = 7
PORTAL_DAYS = {"4750": 60, "3176": 60}


def _late(earlier, later):
    """Are both filled and in the wrong order? Dates are compared with dates."""
    size = min(len(earlier), len(later))
    return size >= 8 and earlier[:size] > later[:size]


def _order(row, *fields):
    """Every pair of neighbours, empty ones passed over, whose order is wrong."""
    filled = [name for name in fields if row.get(name)]
    for first, second in zip(filled, filled[1:], strict=False):
        if _late(row[first], row[second]):
            facts = {"found": row[second], "limit": row[first], "other": first}
            yield Found(row, second, facts)


@rule("D1")
def order_of_the_visit(visit):
    """NGAY_VAO ≤ NGAY_VAO_NOI_TRU ≤ NGAY_RA (trình tự của lượt khám).

    Source: QĐ 130/QĐ-BYT 2023, XML1
    """
    return _order(visit.summary, "NGAY_VAO", "NGAY_VAO_NOI_TRU", "NGAY_RA")


@rule("D2", needs="XML2 XML3")
def order_of_an_order(visit):
    """NGAY_YL ≤ NGAY_TH_YL ≤ NGAY_KQ (trình tự của y lệnh).

    Source: QĐ 4750/QĐ-BYT 2023, XML2 and XML3; a result may be later than NGAY_RA
    """
    for row in visit.rows("XML2"):
        if row.get("NGAY_TH_YL"):
            yield from _order(row, "NGAY_YL", "NGAY_TH_YL")
    for row in visit.rows("XML3"):
        if row.get("NGAY_TH_YL") or row.get("NGAY_KQ"):
            yield from _order(row, "NGAY_YL", "NGAY_TH_YL", "NGAY_KQ")


@rule("D3", WARNING, needs="XML2 XML3")
def orders_inside_the_visit(visit):
    """Orders fall inside the visit (y lệnh trong lượt khám).

    Source: QĐ 4750/QĐ-BYT 2023, NGAY_YL: an order of a holiday carries the day before, so one day is let pass
    """
    start, end = dates.day(visit.started), visit.ended
    if start is None or not dates.is_moment(end):
        return
    earliest = f"{start - timedelta(days=1):%Y%m%d}0000"
    for row in (*visit.rows("XML2"), *visit.rows("XML3")):
        at = row.get("NGAY_YL", "")
        if len(at) == 12 and not earliest <= at <= end:
            yield Found(row, "NGAY_YL", {"found": at, "start": visit.started, "end": end})


@rule("D4", WARNING)
def paid_after_the_end(visit):
    """NGAY_TTOAN is not before NGAY_RA (thanh toán sau khi kết thúc).

    Source: practice seen in submissions; types whose NGAY_RA lies ahead are passed over
    """
    if visit.kind not in _OPEN_ENDED:
        yield from _order(visit.summary, "NGAY_RA", "NGAY_TTOAN")


@rule("D5", WARNING, needs="XML14")
def appointment_after_the_end(visit):
    """NGAY_HEN_KL is not before NGAY_RA, NGAY_CT of the paper not before NGAY_VAO (giấy hẹn).

    Source: QĐ 4750/QĐ-BYT 2023, XML14; some software asks NGAY_CT ≥ NGAY_RA
    """
    for row in visit.rows("XML14"):
        for field, other, limit in (
            ("NGAY_HEN_KL", "NGAY_RA", visit.ended),
            ("NGAY_CT", "NGAY_VAO", visit.started),
        ):
            if _late(limit, row.get(field, "")):
                yield Found(row, field, {"found": row[field], "limit": limit, "other": other})


def _leave(row, start, end, count, accepted=(1,)):
    """The stated days of leave against the dates; `accepted` are added to the difference."""
    days, stated = dates.days_from(row.get(start, ""), row.get(end, "")), number(row.get(count, ""))
    if days is None or stated is None:
        return
    if stated not in [days + more for more in accepted]:
        yield Found(row, count, {"found": stated, "expected": days + 1})


@rule("D6", needs="XML7")
def discharge_paper(visit):
    """XML7: NGAY_CT is the day of NGAY_RA, leave starts after it and its days are counted right (giấy ra viện).

    Source: QĐ 130/QĐ-BYT 2023, XML7
    """
    for row in visit.rows("XML7"):
        if row["NGAY_CT"] and row["NGAY_RA"] and row["NGAY_CT"] != row["NGAY_RA"][:8]:
            facts = {"found": row["NGAY_CT"], "expected": row["NGAY_RA"][:8]}
            yield Found(row, "NGAY_CT", facts, text="D6.day", severity=WARNING)
        if _late(row["NGAY_RA"], row["NGOAITRU_TUNGAY"]):
            facts = {"found": row["NGOAITRU_TUNGAY"], "expected": row["NGAY_RA"][:8]}
            yield Found(row, "NGOAITRU_TUNGAY", facts, text="D6.day", severity=WARNING)
        yield from _leave(row, "NGOAITRU_TUNGAY", "NGOAITRU_DENNGAY", "SO_NGAY_NGHI")


@rule("D7", needs="XML10 XML11")
def leave_papers(visit):
    """XML10, XML11: leave starts on the day of the visit and counts both ends (giấy nghỉ).

    Source: QĐ 130/QĐ-BYT 2023; XML10 says to − from while its own example counts both ends, so both pass there
    """
    days = {visit.started[:8], visit.ended[:8]}
    for row in (*visit.rows("XML10"), *visit.rows("XML11")):
        if row["TU_NGAY"] and row["TU_NGAY"] not in days:
            facts = {"found": row["TU_NGAY"], "expected": visit.started[:8]}
            yield Found(row, "TU_NGAY", facts, text="D6.day", severity=WARNING)
        long = row.table == "XML11"
        count, accepted = ("SO_NGAY_NGHI", (1,)) if long else ("SO_NGAY", (0, 1))
        yield from _leave(row, "TU_NGAY", "DEN_NGAY", count, accepted)


@rule("D8", WARNING)
def days_of_treatment(visit):
    """SO_NGAY_DTRI follows the type of care; calendar days count, not hours (số ngày điều trị).

    Source: QĐ 4750/QĐ-BYT 2023, SO_NGAY_DTRI
    """
    stated = visit.amount("SO_NGAY_DTRI")
    start = visit.summary.get("NGAY_VAO_NOI_TRU") or visit.started
    counts = {
        days + 1
        for s in (start, visit.started)
        if (days := dates.days_from(s, visit.ended)) is not None
    }
    expected = {0} if visit.kind in _NO_DAYS else counts if visit.kind in _WHOLE_DAYS else set()
    if stated is not None and expected and stated not in expected:
        facts = {"found": stated, "expected": min(expected), "kind": visit.kind}
        yield Found(visit.summary, "SO_NGAY_DTRI", facts)


@rule("D9", WARNING)
def card_covers_the_visit(visit):
    """A card is valid when the visit starts; several cards follow each other (giá trị của thẻ).

    Source: QĐ 130/QĐ-BYT 2023, GT_THE_TU and GT_THE_DEN
    """
    row, day = visit.summary, visit.started[:8]
    since, until = row.get("GT_THE_TU", "").split(";"), row.get("GT_THE_DEN", "").split(";")
    if not since[0] or len(since) != len(until):
        return
    if since[0] > day or until[-1] and until[-1] < day:
        found = "–".join(map(dates.shown, (since[0], until[-1])))
        yield Found(row, "GT_THE_DEN", {"found": found, "day": day})
    for ended, begun in zip(until, since[1:], strict=False):
        if ended and ended >= begun:
            yield Found(row, "GT_THE_TU", {"found": begun, "day": ended}, text="D9.order")


@rule("D10", WARNING, needs="XML3")
def late_results(visit):
    """A result later than 7 days after the visit is typed on the portal, within 60 days (kết quả muộn).

    Source: QĐ 4750/QĐ-BYT 2023, NGAY_KQ (30 days in QĐ 130)
    """
    for row in visit.rows("XML3"):
        late = dates.days_from(visit.ended, row.get("NGAY_KQ", ""))
        if late is not None and late > RESULT_DAYS:
            text = "D10.portal" if late > PORTAL_DAYS.get(visit.dossier.form, 60) else ""
            yield Found(row, "NGAY_KQ", {"days": late}, text=text)


@rule("D11", needs="XML7")
def end_of_pregnancy_inside_the_stay(visit):
    """THOIGIAN_DINHCHI lies inside the stay (thời gian đình chỉ thai nghén).

    Source: QĐ 130/QĐ-BYT 2023, XML7
    """
    for row in visit.rows("XML7"):
        at = row["THOIGIAN_DINHCHI"]
        if (
            row["MA_DINH_CHI_THAI"] == "1"
            and len(at) == 12
            and not visit.started <= at <= visit.ended
        ):
            facts = {"found": at, "start": visit.started, "end": visit.ended}
            yield Found(row, "THOIGIAN_DINHCHI", facts)


@rule("visit.born_later")
def born_before_the_end(visit):
    """Nobody is born after the visit; birth during the visit only warns (ngày sinh và lượt khám).

    Source: none needed; the dossier of a newborn may carry the arrival of the mother. Days are compared, of a birth date only
    the parts that are known
    """
    born = visit.summary.get("NGAY_SINH", "")
    if not dates.is_birth(born):
        return
    known = born[:4] if born[4:8] == "0000" else born[:6] if born[6:8] == "00" else born[:8]
    for limit, severity in (("NGAY_RA", ""), ("NGAY_VAO", WARNING)):
        at = visit.summary.get(limit, "")
        if dates.day(at) and known > at[: len(known)]:
            yield Found(
                visit.summary, "NGAY_SINH", {"other": limit, "limit": at}, severity=severity
            )
            return


@rule("visit.in_future", needs="XML0 XML1")
def begun_before_it_was_told(visit):
    """A visit has begun before somebody tells of it (ngày vào viện ở tương lai).

    Source: none needed; a day is let pass, for clocks differ. NGAY_RA may lie ahead in some types of care
    """
    if visit.told_on is None:
        return
    last = visit.told_on + timedelta(days=1)
    for row in (*visit.rows("XML0"), *visit.rows("XML1")):
        begun = dates.day(row.get("NGAY_VAO", ""))
        if begun and begun > last:
            yield Found(
                row, "NGAY_VAO", {"found": row["NGAY_VAO"], "limit": f"{visit.told_on:%Y%m%d}"}
            )
