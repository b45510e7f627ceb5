"""M1 to M18: each rule with a case that it accepts and one that it refuses."""

from datetime import date

import pytest

from haidang.engines.exchange.adapters.claims import lists, validate
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.engines.exchange.adapters.claims.validate import money


def problems_of(dossier):
    return validate.check(dossier, lists.shipped())


def codes(dossier):
    return {problem.code for problem in problems_of(dossier)}


def drug_line(**values):
    """A visit whose only line is this drug; its totals follow the line."""
    dossier = examples.outpatient()
    dossier.tables = {
        "XML1": dossier.tables["XML1"],
        "XML2": [examples.drug(dossier.ma_lk, **values)],
    }
    return with_totals(dossier)


def service_line(**values):
    dossier = examples.outpatient()
    dossier.tables = {
        "XML1": dossier.tables["XML1"],
        "XML3": [examples.service(dossier.ma_lk, **values)],
    }
    return with_totals(dossier)


def with_totals(dossier):
    visit = validate.visits.Visit(dossier, lists.shipped(), None)
    total = {
        name: sum(getattr(line, name) for line in visit.lines)
        for name in ("gross", "scope", "patient", "copay", "fund", "support")
    }
    supplies = [line.gross for line in visit.services if line.row["MA_NHOM"] in ("10", "11")]
    dossier.summary.update(
        T_THUOC=str(sum(line.gross for line in visit.drugs)),
        T_VTYT=str(sum(supplies)),
        T_TONGCHI_BV=str(total["gross"]),
        T_TONGCHI_BH=str(total["scope"]),
        T_BNTT=str(total["patient"]),
        T_BNCCT=str(total["copay"]),
        T_BHTT=str(total["scope"] - total["copay"]),
        T_BHTT_GDV=str(total["fund"]),
        T_NGUONKHAC=str(total["support"]),
    )
    return dossier


def test_the_example_breaks_no_rule():
    assert problems_of(examples.outpatient()) == []


DRUG = {"SO_LUONG": "3.5", "DON_GIA": "1234.567"}  # 4320.9845 đồng


@pytest.mark.parametrize(
    ("stated", "broken"), [("4320.97", True), ("4320.98", False), ("4320.99", True)]
)
def test_m1_rounds_half_up_to_the_hundredth(stated, broken):
    """QĐ 130: THANH_TIEN_BV = SO_LUONG × DON_GIA, two decimals."""
    assert ("M1" in codes(drug_line(**DRUG, THANH_TIEN_BV=stated))) == broken


@pytest.mark.parametrize(
    ("stated", "severity"),
    [
        ("199999.00", "error"),
        ("199999.01", "warning"),
        ("200000.99", "warning"),
        ("200001", "error"),
    ],
)
def test_a_difference_under_one_dong_only_warns(stated, severity):
    found = problems_of(drug_line(THANH_TIEN_BV=stated))

    assert {p.severity for p in found if p.code == "M1"} == {severity}


def test_a_line_outside_insurance_needs_no_rate():
    line = service_line(
        PHAM_VI="2",
        TYLE_TT_BH="0",
        DON_GIA_BH="0",
        THANH_TIEN_BH="0",
        MUC_HUONG="",
        T_BNTT="50000",
        T_BNCCT="0",
        T_BHTT="0",
    )

    assert {p.severity for p in problems_of(line)} == {"warning"}
    assert codes(line) == {"field.required"}


@pytest.mark.parametrize(("stated", "broken"), [("0.12", True), ("0.13", False)])
def test_m1_rounds_half_away_from_zero(stated, broken):
    line = drug_line(SO_LUONG="0.5", DON_GIA="0.25", THANH_TIEN_BV=stated)  # 0.125

    assert ("M1" in codes(line)) == broken


@pytest.mark.parametrize(("stated", "broken"), [("99999", True), ("100000", False)])
def test_m2_applies_the_fund_ratio(stated, broken):
    line = drug_line(
        TYLE_TT_BH="50", THANH_TIEN_BH=stated, T_BHTT="80000", T_BNCCT="20000", T_BNTT="100000"
    )

    assert ("M2" in codes(line)) == broken


@pytest.mark.parametrize(
    ("stated", "broken"),
    [("30000", False), ("65000", False), ("100000", True)],
    ids=["the ratio", "no extra on reduced lines (M3a)", "no ratio"],
)
def test_m3_takes_the_service_ratio(stated, broken):
    """A second examination is paid at 30 %; 100 000 at the hospital, 50 000 at the fund."""
    line = service_line(
        TYLE_TT_DV="30", DON_GIA_BV="100000", DON_GIA_BH="50000", THANH_TIEN_BV=stated
    )

    assert ("M3" in codes(line)) == broken


@pytest.mark.parametrize(("stated", "broken"), [("7500", False), ("15000", True)])
def test_m4_takes_both_ratios(stated, broken):
    line = service_line(TYLE_TT_DV="30", TYLE_TT_BH="50", THANH_TIEN_BH=stated)

    assert ("M4" in codes(line)) == broken


def test_amounts_beyond_all_money_are_only_wrong():
    huge = dict.fromkeys(("SO_LUONG", "DON_GIA", "THANH_TIEN_BV", "T_BHTT"), "9" * 18)

    assert {"M1", "M2", "M6", "M10"} <= codes(drug_line(**huge))


def test_m5_adds_up_the_parts():
    assert "M5" in codes(drug_line(T_NGUONKHAC="10", T_NGUONKHAC_NSNN="9"))
    assert "M5" not in codes(drug_line(T_NGUONKHAC="10", T_NGUONKHAC_NSNN="4", T_NGUONKHAC_CL="6"))


@pytest.mark.parametrize(
    ("support", "broken"), [("199999", False), ("200000", True), ("200001", True)]
)
def test_m5_warns_of_a_support_of_the_whole(support, broken):
    found = problems_of(drug_line(T_NGUONKHAC=support, T_NGUONKHAC_VTNN=support))

    assert [p.severity for p in found if p.code == "M5"] == ["warning"] * broken


@pytest.mark.parametrize(
    ("rate", "copay", "fund", "broken"),
    [
        ("80", "40000", "160000", False),
        ("95", "10000", "190000", False),
        ("32", "136000", "64000", False),
        ("47.5", "105000", "95000", False),
        ("80", "40001", "159999", True),
    ],
)
def test_m6_splits_by_the_rate(rate, copay, fund, broken):
    line = drug_line(MUC_HUONG=rate, T_BNCCT=copay, T_BHTT=fund)

    assert ("M6" in codes(line)) == broken


def supported(support, patient, copay, fund, **values):
    return drug_line(
        T_NGUONKHAC=support,
        T_NGUONKHAC_NSNN=support,
        T_BNTT=patient,
        T_BNCCT=copay,
        T_BHTT=fund,
        **values,
    )


HALF = {"TYLE_TT_BH": "50", "THANH_TIEN_BH": "100000", "MUC_HUONG": "80"}
CASE_B = {
    "SO_LUONG": "1", "DON_GIA": "5000000", "THANH_TIEN_BV": "5000000", "TYLE_TT_BH": "50",
    "THANH_TIEN_BH": "2500000", "MUC_HUONG": "80",
}  # fmt: skip


@pytest.mark.parametrize(
    ("dossier", "broken"),
    [
        (supported("60000", "40000", "20000", "80000", **HALF), False),
        (supported("110000", "0", "10000", "80000", **HALF), False),
        (supported("130000", "0", "0", "70000", **HALF), False),
        (supported("1000000", "2000000", "400000", "1600000", **CASE_B), False),
        (supported("40000", "0", "0", "160000"), False),
        (supported("40000", "0", "20000", "140000"), True),
    ],
    ids=["a, patient", "a, then co-payment", "a, then fund", "b, own figures", "c", "none"],
)
def test_m7_m8_m9_know_the_three_cases(dossier, broken):
    """QĐ 130, T_NGUONKHAC: for one patient (a), for all (b), antiretrovirals (c)."""
    assert ("M7" in codes(dossier)) == broken
    assert "M10" not in codes(dossier)


def test_m10_wants_a_balanced_line():
    assert "M10" in codes(drug_line(T_BNCCT="39999"))


@pytest.mark.parametrize("field", ["T_THUOC", "T_VTYT"])
def test_m11_sums_drugs_and_supplies(field):
    dossier = examples.outpatient(**{field: "1"})

    found = [p for p in problems_of(dossier) if p.code == "M11"]

    assert [(p.field, p.severity) for p in found] == [(field, "error")]


def test_m11_counts_supplies_only():
    dossier = service_line(MA_NHOM="10", MA_VAT_TU="N03.01.070", TT_THAU="01;G1;N1;2026")

    assert dossier.summary["T_VTYT"] == "50000.00"
    assert "M11" not in codes(dossier)


@pytest.mark.parametrize(
    "field", ["T_TONGCHI_BV", "T_TONGCHI_BH", "T_BNTT", "T_BNCCT", "T_NGUONKHAC"]
)
def test_m12_sums_all_lines(field):
    dossier = examples.outpatient(**{field: "77"})

    assert (field, "M12") in {(p.field, p.code) for p in problems_of(dossier)}


def test_sums_are_silent_when_a_line_cannot_be_read():
    dossier = examples.outpatient()
    dossier.tables["XML2"][0]["DON_GIA"] = "two thousand"

    assert codes(dossier) == {"field.number"}


def test_m13_takes_the_copayment_from_the_scope():
    assert "M13" in codes(examples.outpatient(T_BHTT="1"))


def test_m14_only_warns_and_not_for_the_armed_forces():
    found = [
        p.severity for p in problems_of(examples.outpatient(T_BHTT_GDV="1")) if p.code == "M14"
    ]

    assert found == ["warning"]
    assert "M14" not in codes(examples.outpatient(T_BHTT_GDV="1", MA_THE_BHYT="QN5979199000001"))


@pytest.mark.parametrize(
    ("price", "broken"), [("350999", True), ("351000", False), ("351001", False)]
)
def test_m15_under_fifteen_percent_of_the_base_salary(price, broken):
    """Luật BHYT Điều 22; base salary 2 340 000 since 2024-07-01, so the line is 351 000."""
    amount = int(price)
    dossier = drug_line(
        SO_LUONG="1", DON_GIA=price, THANH_TIEN_BV=price, THANH_TIEN_BH=price,
        T_BHTT=f"{amount * 0.8:.2f}", T_BNCCT=f"{amount * 0.2:.2f}",
    )  # fmt: skip

    assert codes(dossier) == ({"M15"} if broken else set())


@pytest.mark.parametrize(
    ("on", "amount"),
    [(date(2024, 6, 30), 1_800_000), (date(2024, 7, 1), 2_340_000), (date(2024, 7, 2), 2_340_000)],
)
def test_the_base_salary_is_dated(on, amount):
    """NĐ 73/2024/NĐ-CP."""
    assert money.base_salary(on) == amount


@pytest.mark.parametrize(("ceiling", "broken"), [("105300000", False), ("100000000", True)])
def test_m16_ceiling_of_45_base_salaries(ceiling, broken):
    assert ("M16" in codes(service_line(T_TRANTT=ceiling))) == broken


def test_m17_an_insurance_price_above_the_purchase_price():
    supply = {"MA_NHOM": "10", "MA_VAT_TU": "N03.01.070", "TT_THAU": "01;G1;N1;2026"}

    assert "M17" in codes(service_line(**supply, DON_GIA_BH="50001"))
    assert "M17" not in codes(service_line(**supply))


def test_m18_scope_and_ratio():
    out = {
        "TYLE_TT_BH": "0",
        "THANH_TIEN_BH": "0",
        "T_BNTT": "50000",
        "T_BNCCT": "0",
        "T_BHTT": "0",
    }

    assert "M18" in codes(service_line(PHAM_VI="2"))
    assert "M18" not in codes(service_line(**out, PHAM_VI="2"))
    assert "M18" in codes(service_line(PHAM_VI="1", DON_GIA_BH="0"))
    assert "M18" not in codes(service_line(PHAM_VI="1", DON_GIA_BH="0", MA_DICH_VU="02.1896.0000"))
