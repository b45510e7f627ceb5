"""D1 to D11: the moment before, the moment itself, the moment after."""

from datetime import date

import pytest

from haidang.engines.exchange.adapters.claims import dates, lists, validate
from haidang.engines.exchange.adapters.claims.tests import examples


def problems_of(dossier):
    return validate.check(dossier, lists.shipped())


def codes(dossier):
    return {problem.code for problem in problems_of(dossier)}


def with_row(table, dossier=None, **values):
    dossier = dossier or examples.outpatient()
    dossier.tables[table] = [examples.row(table, MA_LK=dossier.ma_lk, **values)]
    return dossier


@pytest.mark.parametrize(
    ("ended", "broken"), [("202603020759", True), ("202603020800", False), ("202603020801", False)]
)
def test_d1_a_visit_ends_after_it_starts(ended, broken):
    assert ("D1" in codes(examples.outpatient(NGAY_RA=ended))) == broken


@pytest.mark.parametrize(
    ("admitted", "broken"),
    [
        ("202603020759", True),
        ("202603020800", False),
        ("202603021000", False),
        ("202603021001", True),
    ],
)
def test_d1_admission_lies_between(admitted, broken):
    assert ("D1" in codes(examples.outpatient(NGAY_VAO_NOI_TRU=admitted))) == broken


@pytest.mark.parametrize(
    ("done", "broken"), [("202603020814", True), ("202603020815", False), ("202603020816", False)]
)
def test_d2_done_after_ordered(done, broken):
    dossier = examples.outpatient()
    dossier.tables["XML3"][1]["NGAY_TH_YL"] = done

    assert ("D2" in codes(dossier)) == broken


@pytest.mark.parametrize(
    ("result", "broken"), [("202603020819", True), ("202603020820", False), ("202603051200", False)]
)
def test_d2_result_after_done_even_after_the_visit(result, broken):
    dossier = examples.outpatient()
    dossier.tables["XML3"][1]["NGAY_KQ"] = result

    assert ("D2" in codes(dossier)) == broken


@pytest.mark.parametrize(
    ("ordered", "broken"),
    [
        ("202602282359", True),
        ("202603010000", False),
        ("202603021000", False),
        ("202603021001", True),
    ],
)
def test_d3_orders_inside_the_visit_or_the_day_before(ordered, broken):
    """QĐ 4750: an order of a holiday carries the day before."""
    dossier = examples.outpatient()
    dossier.tables["XML2"][0].update(NGAY_YL=ordered, NGAY_TH_YL="")

    assert ("D3" in codes(dossier)) == broken


@pytest.mark.parametrize(
    ("paid", "broken"),
    [("202603020959", True), ("202603021000", False), ("202603021001", False), ("", False)],
)
def test_d4_paid_after_the_end_or_not_yet(paid, broken):
    assert ("D4" in codes(examples.outpatient(NGAY_TTOAN=paid))) == broken


def test_d4_does_not_speak_of_long_treatments():
    dossier = examples.outpatient(MA_LOAI_KCB="05", NGAY_RA="202603302359", SO_NGAY_DTRI="28")

    assert "D4" not in codes(dossier)


@pytest.mark.parametrize(
    ("day", "broken"), [("20260301", True), ("20260302", False), ("20260303", False)]
)
def test_d5_appointment_not_before_the_end(day, broken):
    assert ("D5" in codes(with_row("XML14", NGAY_HEN_KL=day))) == broken


PAPER = {"MA_YTE": "BN000001", "NGAY_VAO": "202603020800", "NGAY_RA": "202603021000"}


@pytest.mark.parametrize(
    ("day", "broken"), [("20260301", True), ("20260302", False), ("20260303", True)]
)
def test_d6_the_paper_is_of_the_day_of_discharge(day, broken):
    assert ("D6" in codes(with_row("XML7", **PAPER, NGAY_CT=day))) == broken


@pytest.mark.parametrize(("days", "broken"), [("4", True), ("5", False), ("6", True)])
@pytest.mark.parametrize("first", ["20260302", "20260303"])
def test_d6_leave_counts_both_ends(first, days, broken):
    last = dates.plus(first, 4)
    leave = {"NGOAITRU_TUNGAY": first, "NGOAITRU_DENNGAY": last, "SO_NGAY_NGHI": days}

    found = [p.severity for p in problems_of(with_row("XML7", **PAPER, **leave)) if p.code == "D6"]

    assert found == ["error"] * broken


def test_d6_leave_does_not_start_before_the_discharge():
    leave = {
        "NGOAITRU_TUNGAY": "20260301",
        "NGOAITRU_DENNGAY": "20260301",
        "SO_NGAY_NGHI": "1",
    }

    assert "D6" in codes(with_row("XML7", **PAPER, **leave))


@pytest.mark.parametrize(
    ("table", "days", "broken"),
    [
        ("XML11", "2", True), ("XML11", "3", False), ("XML11", "4", True),
        ("XML10", "1", True), ("XML10", "2", False), ("XML10", "3", False), ("XML10", "4", True),
    ],
)  # fmt: skip
def test_d7_leave_papers(table, days, broken):
    """XML10 says to − from while its example counts both ends."""
    count = "SO_NGAY" if table == "XML10" else "SO_NGAY_NGHI"
    values = {"TU_NGAY": "20260302", "DEN_NGAY": "20260304", count: days}

    assert ("D7" in codes(with_row(table, **values))) == broken


def test_d7_leave_starts_on_a_day_of_the_visit():
    values = {"TU_NGAY": "20260303", "DEN_NGAY": "20260304", "SO_NGAY_NGHI": "2"}

    assert "D7" in codes(with_row("XML11", **values))


@pytest.mark.parametrize(
    ("kind", "ended", "right"),
    [
        ("01", "202603021000", "0"),
        ("02", "202603062359", "5"),
        ("03", "202603020900", "1"),
        ("03", "202603040010", "3"),
        ("06", "202603030900", "2"),
        ("07", "202603302359", "0"),
        ("09", "202603021100", "0"),
    ],
)
def test_d8_days_by_type_of_care(kind, ended, right):
    """QĐ 4750: calendar dates, not hours."""
    for days in (int(right) - 1, int(right), int(right) + 1):
        if days >= 0:
            dossier = examples.outpatient(MA_LOAI_KCB=kind, NGAY_RA=ended, SO_NGAY_DTRI=str(days))
            assert ("D8" in codes(dossier)) == (days != int(right))


@pytest.mark.parametrize(
    ("since", "until", "broken"),
    [
        ("20260301", "20260331", False),
        ("20260302", "20260302", False),
        ("20260303", "20260331", True),
        ("20260101", "20260301", True),
    ],
)
def test_d9_the_card_covers_the_first_day(since, until, broken):
    assert ("D9" in codes(examples.outpatient(GT_THE_TU=since, GT_THE_DEN=until))) == broken


@pytest.mark.parametrize(
    ("second", "broken"), [("20260301", True), ("20260302", False), ("20260303", False)]
)
def test_d9_cards_follow_each_other(second, broken):
    dossier = examples.outpatient(
        MA_THE_BHYT="DN4313199000001;HT3313199000001",
        MA_DKBD="31T01;31T01",
        GT_THE_TU=f"20260101;{second}",
        GT_THE_DEN="20260301;20261231",
    )

    assert ("D9" in codes(dossier)) == broken


@pytest.mark.parametrize(
    ("day", "broken"), [("20260308", False), ("20260309", False), ("20260310", True)]
)
def test_d10_results_within_seven_days(day, broken):
    dossier = examples.outpatient()
    dossier.tables["XML3"][1]["NGAY_KQ"] = day + "0800"

    assert ("D10" in codes(dossier)) == broken


@pytest.mark.parametrize(
    ("at", "broken"),
    [
        ("202603020759", True),
        ("202603020800", False),
        ("202603021000", False),
        ("202603021001", True),
    ],
)
def test_d11_end_of_pregnancy_inside_the_stay(at, broken):
    values = {"MA_DINH_CHI_THAI": "1", "THOIGIAN_DINHCHI": at, "TUOI_THAI": "8"}

    assert ("D11" in codes(with_row("XML7", **PAPER, **values))) == broken


@pytest.mark.parametrize(
    ("text", "day", "moment", "birth"),
    [
        ("20260228", True, False, True),
        ("20260229", False, False, False),
        ("20280229", True, False, True),
        ("202602282359", False, True, True),
        ("202602282360", False, False, False),
        ("202602282400", False, False, False),
        ("196500000000", False, False, True),
        ("196505000000", False, False, True),
        ("196500120000", False, False, False),
        ("2026022", False, False, False),
        ("２０２６０２２８", False, False, False),
    ],
)
def test_dates_as_claims_write_them(text, day, moment, birth):
    assert (dates.is_day(text), dates.is_moment(text), dates.is_birth(text)) == (day, moment, birth)


@pytest.mark.parametrize(
    ("born", "severity"),
    [
        ("202603021000", None),
        ("202603030000", "error"),
        ("202603000000", None),
        ("202604000000", "error"),
        ("202600000000", None),
        ("202700000000", "error"),
    ],
)
def test_nobody_is_born_after_the_visit(born, severity):
    found = [
        p for p in problems_of(examples.outpatient(NGAY_SINH=born)) if p.code == "visit.born_later"
    ]

    assert [p.severity for p in found] == ([severity] if severity else [])


def test_a_newborn_may_carry_the_arrival_of_the_mother():
    dossier = examples.outpatient(NGAY_SINH="202603030400", NGAY_RA="202603051000")

    (found,) = (p for p in problems_of(dossier) if p.code == "visit.born_later")

    assert (found.severity, found.vi) == ("warning", "Ngày sinh sau NGAY_VAO (08:00 02/03/2026).")


@pytest.mark.parametrize(
    ("told_on", "broken"),
    [
        (date(2026, 2, 28), True),
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), False),
        (None, False),
    ],
)
def test_a_visit_begins_before_it_is_told(told_on, broken):
    found = validate.check(examples.outpatient(), lists.shipped(), told_on=told_on)

    assert any(p.code == "visit.in_future" and p.is_error for p in found) == broken
