"""Money of a dossier, M1 to M18 (tiền): decimal arithmetic, half-up, to the hundredth.

Every difference is reported. Under one đồng it is a matter of rounding and only warns: nobody pays parts of a đồng, and the
record is not wrong for it.

M1, M2, M4, M6 and M10–M13 agree with real submissions line by line; the branches for other payers (M5, M7–M9) and for
reduced services (M3, M3a) follow the text of the decisions only.
"""

from datetime import date
from decimal import Decimal

from haidang.engines.exchange.adapters.claims.model import WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule
from haidang.engines.exchange.adapters.claims.validate.visits import SUPPLIES, ZERO, number
from haidang.kernel.money import round2

HUNDRED = Decimal(100)
ONE_DONG = Decimal(1)
_BEYOND = Decimal(10) ** 20
LINES = "XML2 XML3"

# Base salary (lương cơ sở) in đồng. Source: NĐ 73/2024/NĐ-CP; later values are not confirmed here.
BASE_SALARY = ((date(2024, 7, 1), 2_340_000), (date(2023, 7, 1), 1_800_000))
# The fund pays all of a visit under this share of the base salary. Source: Luật BHYT, Điều 22
FREE_SHARE = Decimal("0.15")
# Groups whose part of T_BHTT_GDV the gateway does not check.
_ARMED = frozenset({"CA", "CY", "QN"})


def base_salary(on: date | None) -> int:
    """The base salary in force on a day; the earliest known before that."""
    on = on or BASE_SALARY[0][0]
    return next((amount for since, amount in BASE_SALARY if since <= on), BASE_SALARY[-1][1])


def rounded(amount: Decimal) -> Decimal:
    """To the hundredth, half up; amounts beyond all money are left as they are, they are wrong anyway."""
    return round2(amount) if abs(amount) < _BEYOND else amount


def _differs(stated, expected):
    return stated != expected and stated != rounded(expected)


def _wrong(row, field, stated, expected):
    facts = {"found": stated, "expected": rounded(expected)}
    severity = WARNING if abs(stated - expected) < ONE_DONG else ""
    return Found(row, field, facts, severity=severity)


@rule("M1", needs="XML2")
def drug_amount(visit):
    """THANH_TIEN_BV of a drug is SO_LUONG × DON_GIA (thành tiền thuốc).

    Source: QĐ 130/QĐ-BYT 2023, XML2
    """
    for line in visit.drugs:
        expected = line.quantity * line.price
        if _differs(line.gross, expected):
            yield _wrong(line.row, "THANH_TIEN_BV", line.gross, expected)


@rule("M2", needs="XML2")
def drug_amount_in_scope(visit):
    """THANH_TIEN_BH of a drug is SO_LUONG × DON_GIA × TYLE_TT_BH / 100 (thành tiền trong phạm vi).

    Source: QĐ 130/QĐ-BYT 2023, XML2
    """
    for line in visit.drugs:
        expected = line.quantity * line.price * line.fund_ratio / HUNDRED
        if _differs(line.scope, expected):
            yield _wrong(line.row, "THANH_TIEN_BH", line.scope, expected)


@rule("M3", needs="XML3")
def service_amount(visit):
    """THANH_TIEN_BV of a service is SO_LUONG × DON_GIA_BV × TYLE_TT_DV / 100 (thành tiền dịch vụ).

    Source: QĐ 4750/QĐ-BYT 2023, XML3; M3a for a hospital that takes no extra on reduced lines: QĐ 3176/QĐ-BYT 2024
    (unverified). QĐ 130 had no ratio; QĐ 4750 prints it without "/ 100".
    """
    for line in visit.services:
        full = line.quantity * line.price
        expected = full * line.service_ratio / HUNDRED
        if _differs(line.gross, expected):
            relief = line.quantity * line.insured_price * (HUNDRED - line.service_ratio) / HUNDRED
            if _differs(line.gross, full - relief):
                yield _wrong(line.row, "THANH_TIEN_BV", line.gross, expected)


@rule("M4", needs="XML3")
def service_amount_in_scope(visit):
    """THANH_TIEN_BH is SO_LUONG × DON_GIA_BH × TYLE_TT_DV / 100 × TYLE_TT_BH / 100 (trong phạm vi BHYT).

    Source: QĐ 130/QĐ-BYT 2023, XML3
    """
    for line in visit.services:
        ratios = line.service_ratio * line.fund_ratio / (HUNDRED * HUNDRED)
        expected = line.quantity * line.insured_price * ratios
        if _differs(line.scope, expected):
            yield _wrong(line.row, "THANH_TIEN_BH", line.scope, expected)


@rule("M5", needs=LINES)
def other_sources(visit):
    """T_NGUONKHAC is the sum of its four parts and less than THANH_TIEN_BV (nguồn khác).

    Source: QĐ 130/QĐ-BYT 2023, XML2 and XML3. A support of the whole amount only warns: fully aided drugs are sent so.
    """
    for line in visit.lines:
        if line.support != line.supports:
            yield _wrong(line.row, "T_NGUONKHAC", line.support, line.supports)
        elif line.support and not ZERO <= line.support < line.gross:
            facts = {"found": line.support, "gross": line.gross}
            yield Found(line.row, "T_NGUONKHAC", facts, text="M5.limit", severity=WARNING)


def plain_split(line):
    """Patient, co-payment and fund without other sources (M6)."""
    fund = rounded(line.scope * line.rate / HUNDRED)
    return line.gross - line.scope, line.scope - fund, fund


def _after_patient_support(line):
    """Case a (M7): support lowers what the patient pays, then the co-payment, then the fund."""
    rest, parts = line.support, []
    for part in plain_split(line):
        used = min(rest, part)
        parts.append(part - used)
        rest -= used
    return tuple(parts)


def _after_facility_support(line):
    """Case b (M8): support lowers the total, which is then split as usual."""
    left = line.gross - line.support
    scope = rounded(left * line.scope / line.gross) if line.gross else ZERO
    fund = rounded(scope * line.rate / HUNDRED)
    return left - scope, scope - fund, fund


def _after_copay_support(line):
    """Case c (M9): support is the co-payment of antiretroviral drugs."""
    patient, copay, fund = plain_split(line)
    return (patient, ZERO, fund) if line.support == copay else None


@rule("M6", needs=LINES)
def split_of_a_line(visit):
    """Fund, co-payment and patient follow from scope, MUC_HUONG and total (chia chi phí của dòng).

    Source: QĐ 130/QĐ-BYT 2023, XML2 and XML3
    """
    for line in visit.lines:
        if line.support:
            continue
        expected = plain_split(line)
        stated = (line.patient, line.copay, line.fund)
        if stated != expected:
            yield from _wrong_parts(line, stated, expected)


def _wrong_parts(line, stated, expected):
    for field, found, wanted in zip(("T_BNTT", "T_BNCCT", "T_BHTT"), stated, expected, strict=True):
        if found != wanted:
            yield _wrong(line.row, field, found, wanted)


@rule("M7", needs=LINES)
def split_with_other_sources(visit):
    """With other sources the split is that of case a, b or c (M7, M8, M9: chia chi phí khi có nguồn khác).

    Source: QĐ 130/QĐ-BYT 2023, T_NGUONKHAC (cases a, b and c)
    """
    cases = (_after_patient_support, _after_facility_support, _after_copay_support)
    for line in visit.lines:
        stated = (line.patient, line.copay, line.fund)
        if line.support and stated not in [case(line) for case in cases]:
            yield Found(line.row, "T_NGUONKHAC", {"found": line.support})


@rule("M10", needs=LINES)
def balance_of_a_line(visit):
    """The parts of a line add up to THANH_TIEN_BV (cân đối của dòng).

    Source: QĐ 130/QĐ-BYT 2023, XML2 and XML3
    """
    for line in visit.lines:
        parts = line.patient + line.copay + line.fund + line.support
        if parts != line.gross:
            yield _wrong(line.row, "THANH_TIEN_BV", line.gross, parts)


def _sum_differs(visit, field, expected):
    stated = visit.amount(field)
    if stated is not None and stated != expected:
        yield _wrong(visit.summary, field, stated, expected)


@rule("M11")
def totals_of_drugs_and_supplies(visit):
    """T_THUOC and T_VTYT are the sums of THANH_TIEN_BV of XML2 and of the supplies of XML3 (tổng thuốc, vật tư).

    Source: QĐ 130/QĐ-BYT 2023, XML1; supplies are MA_NHOM 10 and 11
    """
    if visit.every_line_counts:
        supplies = [line.gross for line in visit.services if line.row["MA_NHOM"] in SUPPLIES]
        yield from _sum_differs(visit, "T_THUOC", sum((x.gross for x in visit.drugs), ZERO))
        yield from _sum_differs(visit, "T_VTYT", sum(supplies, ZERO))


@rule("M12")
def totals_of_all_lines(visit):
    """The totals of XML1 are the sums over XML2 and XML3 (các tổng của hồ sơ).

    Source: QĐ 130/QĐ-BYT 2023, XML1
    """
    if not visit.every_line_counts:
        return
    lines = visit.lines
    yield from _sum_differs(visit, "T_TONGCHI_BV", sum((x.gross for x in lines), ZERO))
    yield from _sum_differs(visit, "T_TONGCHI_BH", sum((x.scope for x in lines), ZERO))
    yield from _sum_differs(visit, "T_BNTT", sum((x.patient for x in lines), ZERO))
    yield from _sum_differs(visit, "T_BNCCT", sum((x.copay for x in lines), ZERO))
    yield from _sum_differs(visit, "T_NGUONKHAC", sum((x.support for x in lines), ZERO))


@rule("M13")
def fund_total(visit):
    """T_BHTT is T_TONGCHI_BH − T_BNCCT (quỹ thanh toán).

    Source: QĐ 130/QĐ-BYT 2023, XML1. With other sources the sum of the lines is accepted too: the text gives no rule.
    """
    scope, copay, stated = map(visit.amount, ("T_TONGCHI_BH", "T_BNCCT", "T_BHTT"))
    if None in (scope, copay, stated) or stated == scope - copay:
        return
    with_support = any(line.support for line in visit.lines)
    if not (with_support and stated == sum((line.fund for line in visit.lines), ZERO)):
        yield from _sum_differs(visit, "T_BHTT", scope - copay)


@rule("M14", WARNING)
def fee_for_service_total(visit):
    """T_BHTT_GDV is the fund's part of the lines with MA_PTTT = 1 (quỹ thanh toán theo giá dịch vụ).

    Source: QĐ 130/QĐ-BYT 2023, XML1; not checked for CA, CY and QN cards (unverified)
    """
    if visit.every_line_counts and not _ARMED & {card[:2] for card in visit.cards}:
        paid = (line.fund for line in visit.lines if line.row["MA_PTTT"] == "1")
        yield from _sum_differs(visit, "T_BHTT_GDV", sum(paid, ZERO))


@rule("M15", WARNING, needs=LINES)
def small_visits_are_free(visit):
    """MUC_HUONG is 100 when the visit costs less than 15 % of the base salary (mức hưởng 100 %).

    Source: Luật BHYT, Điều 22; out-of-tier visits keep their product, so categories with a ratio are passed over
    """
    scope = visit.amount("T_TONGCHI_BH")
    if scope is None or not visit.is_insured or visit.category in _OUT_OF_TIER:
        return
    limit = base_salary(visit.on) * FREE_SHARE
    if scope < limit:
        for line in visit.lines:
            if line.scope and line.rate < HUNDRED:
                yield Found(line.row, "MUC_HUONG", {"found": line.rate, "limit": rounded(limit)})


# Categories whose ratio is under 100 % at some time or by case. Source: QĐ 3276/QĐ-BYT 2025
_OUT_OF_TIER = frozenset({"1.13", "1.14", "1.18", "3.1", "7.2", "7.3", "7.4", "8", "10"})


@rule("M16", WARNING, needs="XML3")
def ceiling_of_supplies(visit):
    """T_TRANTT of a supply package is 45 months of base salary (trần thanh toán vật tư).

    Source: QĐ 130/QĐ-BYT 2023, XML3
    """
    ceiling = 45 * base_salary(visit.on)
    for row in visit.rows("XML3"):
        stated = number(row.get("T_TRANTT", ""))
        if stated and stated != ceiling:
            yield Found(row, "T_TRANTT", {"found": stated, "expected": ceiling})


@rule("M17", WARNING, needs="XML3")
def price_of_supplies(visit):
    """DON_GIA_BH of a supply is not above its purchase price (giá vật tư).

    Source: QĐ 130/QĐ-BYT 2023, XML3. The payment level itself stands in no list we have.
    """
    for line in visit.services:
        if line.row["MA_NHOM"] in SUPPLIES and line.insured_price > line.price:
            facts = {"found": line.insured_price, "limit": line.price}
            yield Found(line.row, "DON_GIA_BH", facts)


@rule("M18", WARNING, needs=LINES)
def scope_and_ratio(visit):
    """Out of scope goes with TYLE_TT_BH = 0; in scope with an insurance price (phạm vi và tỷ lệ).

    Source: QĐ 130/QĐ-BYT 2023, PHAM_VI; the second half is unverified, codes without a price yet are passed over
    """
    for line in visit.lines:
        scope = line.row["PHAM_VI"]
        if scope == "2" and line.fund_ratio:
            yield Found(line.row, "TYLE_TT_BH", {"found": line.fund_ratio})
    for line in visit.services:
        code = line.row["MA_DICH_VU"]
        unpriced = code.endswith((".0000", "_TB", "_TT")) or ".0000" in code
        if line.row["PHAM_VI"] == "1" and not line.insured_price and not unpriced:
            yield Found(line.row, "DON_GIA_BH", text="M18.price")
