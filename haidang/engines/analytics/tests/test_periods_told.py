"""Neither the months of a quarter nor the quarters of a year tell what one of them hides."""

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.analytics.indicators import catalogue, suppression
from haidang.engines.analytics.lake import feed
from haidang.engines.analytics.tests.conftest import person, visit
from haidang.engines.records import api as records
from haidang.kernel import actor

QUARTER = analytics.period("2026-Q1")
MONTHS = QUARTER.months()
#: Visits of each facility in January, February, March.
COUNTS = {"31Z01": (1, 4, 4), "31Z02": (3, 3, 3), "31Z03": (5, 5, 5)}


@pytest.fixture
def quarter(everything_open, lake, settings):
    """Three months of visits of three facilities, computed, with two as the smallest number shown."""
    settings.HAIDANG_SMALL_CELL = 2
    records.save(person("p"), by=actor.SYSTEM)
    records.save_all(
        [
            visit(f"{place}-{month}-{n}", "p", f"2026-0{month + 1}-1{n}", place)
            for place, counts in COUNTS.items()
            for month, count in enumerate(counts)
            for n in range(count)
        ],
        by=actor.SYSTEM,
    )
    feed.catch_up()
    for period in (QUARTER, *MONTHS):
        analytics.compute_many(["visits", "visits.outpatient"], period, by=actor.SYSTEM)


def shown(code, period, breakdown="facility"):
    cells = analytics.figure(code, period).cells[breakdown]
    return {cell.key: cell.value for cell in cells if not cell.hidden}


def test_a_period_knows_its_months_and_its_quarter():
    assert [month.label for month in MONTHS] == ["2026-01", "2026-02", "2026-03"]
    assert {month.quarter() for month in MONTHS} == {QUARTER}
    assert QUARTER.is_quarter and not QUARTER.is_month and MONTHS[0].is_month


def test_a_quarter_does_not_show_what_one_of_its_months_hides(quarter):
    months = [shown("visits", month) for month in MONTHS]
    whole = shown("visits", QUARTER)

    assert months == [{"31Z03": 5.0}, {p: c[1] for p, c in COUNTS.items()}, {p: c[2] for p, c in COUNTS.items()}]  # fmt: skip
    assert whole == {"31Z03": 15.0}  # nine less four less four would be the one of January


def test_parts_are_hidden_where_their_whole_is(quarter):
    assert set(shown("visits.outpatient", QUARTER)) <= set(shown("visits", QUARTER))


def test_months_are_shown_where_an_indicator_says_so_and_nowhere_else(quarter):
    february = analytics.figure("visits", MONTHS[1])

    assert shown("visits", MONTHS[1], "commune") == {}
    assert ("commune", "") in february.withheld
    assert shown("visits", QUARTER, "commune") == {"11359": 33.0}
    assert analytics.figure("visits", MONTHS[1], exact=True).cells["commune"][0].value == 12


def test_a_month_of_a_quarter_does_not_tell_another_that_is_small(everything_open, lake, settings):
    settings.HAIDANG_SMALL_CELL = 2
    records.save(person("p"), by=actor.SYSTEM)
    days = ["2026-01-10", *(f"2026-0{m}-1{n}" for m in (2, 3) for n in range(5))]
    records.save_all([visit(f"v{n}", "p", day) for n, day in enumerate(days)], by=actor.SYSTEM)
    feed.catch_up()
    for period in (QUARTER, *MONTHS):
        analytics.compute("visits", period, by=actor.SYSTEM)

    assert [one.value for one in analytics.series("visits", MONTHS)] == [None, None, None]
    assert analytics.figure("visits", QUARTER).value == 11


def test_keys_that_fill_forms_are_shown_nowhere(quarter):
    analytics.compute("reporting.visits", QUARTER, by=actor.SYSTEM)

    assert analytics.figure("reporting.visits", QUARTER, exact=True).cells["category"]
    assert analytics.figure("reporting.visits", QUARTER).cells["category"] == []


def test_a_number_of_two_groups_is_rounded(quarter, settings):
    analytics.compute("facility.causes", QUARTER, by=actor.SYSTEM)
    found = analytics.figure("facility.causes", QUARTER).cells.get("category", [])

    assert all(cell.value % settings.HAIDANG_SMALL_CELL == 0 for cell in found if not cell.hidden)


def test_every_part_names_a_whole_that_is_told_apart_the_same_way():
    for one in catalogue.all():
        if one.within:
            above = catalogue.get(one.within.of)
            assert set(one.breakdowns) & set(above.breakdowns), one.code
            assert one.is_flow == above.is_flow, one.code
            assert one.kind in ("count", "share") and above.kind in ("count", "share"), one.code


def test_relatives_are_all_that_would_tell():
    assert catalogue.relatives(["prescribing.antibiotics"]) == {
        "prescribing.antibiotics",
        "visits",
        "visits.outpatient",
        "visits.inpatient",
    }
    assert {"people", "T15"} <= catalogue.relatives(["T3.2"])


def test_a_split_of_a_split_is_read_from_its_file():
    assert catalogue.get("people.under5").within == suppression.Within(
        "people.elderly", "under five", part="no"
    )
