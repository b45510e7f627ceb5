"""Indicators: the catalogue is sound, figures are right, kept, explained, and never a false zero."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from haidang.engines.analytics import api as analytics
from haidang.engines.analytics import engines
from haidang.engines.analytics.engines import marts
from haidang.engines.analytics.indicators import catalogue, computing, keeping
from haidang.engines.analytics.lake import feed
from haidang.engines.analytics.tests.conftest import person, visit
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, errors

MARCH = analytics.period("2026-03")
ALL = catalogue.all()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-H2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_is_read_and_written(text, start, end):
    found = analytics.period(text)

    assert (found.start, found.end, found.label) == (start, end, text)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "26-01", "2026-03-01", None, "'; --"])
def test_a_period_that_is_none_is_refused(text):
    with pytest.raises(errors.Incorrect):
        analytics.period(text)


def test_periods_before():
    assert analytics.period("2026-Q1").before().label == "2025-Q4"
    assert analytics.period("2026-Q1").a_year_ago().label == "2025-Q1"


def test_every_target_of_the_plan_has_its_indicator():
    codes = {one.code for one in ALL} | {one.part_of for one in ALL}

    assert codes >= {f"T{number}" for number in range(1, 16)}


@pytest.mark.parametrize("indicator", ALL, ids=lambda one: one.code)
def test_an_indicator_says_where_it_comes_from(indicator):
    assert indicator.source
    assert indicator.owner
    assert indicator.next_review > date(2026, 11, 1)
    assert (indicator.kind in ("share", "ratio")) == bool(indicator.denominator)


@pytest.mark.django_db
def test_the_sql_of_every_indicator_runs(lake, monkeypatch):
    for name in marts.contracts():
        monkeypatch.setitem(marts._given, name, list)

    with analytics.session() as session:
        for indicator in ALL:
            assert indicator.missing() == []
            (whole,) = computing.run(indicator, MARCH, session)
            assert whole["row_count"] == 0 or indicator.kind == "yes_no"


def test_a_figure_counts_the_period_and_nothing_else(town):
    analytics.compute("visits", MARCH, by=actor.SYSTEM)

    found = analytics.figure("visits", MARCH, exact=True)

    assert (found.state, found.value) == ("ok", 2)
    assert [(cell.key, cell.value) for cell in found.cells["sex"]] == [("female", 2)]
    assert [(cell.key, cell.value) for cell in found.cells["age_band"]] == [("45-59", 2)]


def test_a_share_is_of_all_who_count(town):
    analytics.compute("T3", MARCH, by=actor.SYSTEM)

    found = analytics.figure("T3", MARCH, exact=True)

    assert (found.numerator, found.denominator, found.value) == (1, 8, 12.5)
    assert found.reached is False


def test_a_small_figure_is_hidden_from_who_may_not_open_the_rows(town):
    analytics.compute("visits", MARCH, by=actor.SYSTEM)

    found = analytics.figure("visits", MARCH)

    assert (found.hidden, found.value, found.row_count) == (True, None, 0)
    assert all(cell.value is None for cells in found.cells.values() for cell in cells)


def test_what_has_no_source_says_so_and_is_no_zero(everything_open, lake, monkeypatch):
    monkeypatch.delitem(marts._given, "procedure_case")
    analytics.compute("T6", MARCH, by=actor.SYSTEM)

    found = analytics.figure("T6", MARCH)

    assert (found.state, found.value) == ("no_source", None)
    assert found.missing == ("Hồ sơ thủ tục hành chính",)


def test_what_counts_nothing_is_empty_and_no_zero(everything_open, lake):
    analytics.compute("T3", MARCH, by=actor.SYSTEM)

    assert analytics.figure("T3", MARCH).state == "empty"


def test_what_was_never_computed_says_so(db, lake):
    assert analytics.figure("visits", MARCH).state == "not_computed"


def test_an_indicator_comes_alive_with_its_mart(everything_open, lake, monkeypatch):
    rows = [
        {"id": str(n), "unit": "u", "filed_on": date(2026, 3, n), "fully_online": n > 2}
        for n in (1, 2, 3, 4, 5)
    ]
    monkeypatch.setitem(marts._given, "procedure_case", lambda: rows)

    analytics.compute("T6", MARCH, by=actor.SYSTEM)

    assert analytics.figure("T6", MARCH, exact=True).value == 60.0


def test_a_broken_definition_does_not_take_the_others_with_it(town, monkeypatch):
    broken = catalogue.get("deaths")
    monkeypatch.setitem(
        catalogue._loaded(), "deaths", type(broken)(**{**broken.__dict__, "sql": "SELECT nothing"})
    )

    analytics.compute_many(["deaths", "visits"], MARCH, by=actor.SYSTEM)

    assert analytics.figure("deaths", MARCH).state == "failed"
    assert analytics.figure("visits", MARCH).state == "ok"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT CAST($name AS DATE)", "ConversionException"),
        ("SELECT strptime($name, '%Y')", "InvalidInputException"),
        ("SELECT error($name)", "InvalidInputException"),
        ("SELECT nowhere", "nowhere"),
        ("SELECT 1 FROM nobody", "nobody"),
    ],
)
def test_why_a_figure_cannot_be_computed_is_told_without_what_stands_in_rows(db, lake, sql, told):
    with engines.opened() as session, pytest.raises(errors.RuleBroken) as why:
        session.rows(sql, {"name": "Trần Thị Kín Đáo"})

    assert told in why.value.message
    assert "Kín" not in why.value.message


def test_last_quarters_figure_can_be_explained_and_does_not_move(town):
    first = analytics.compute("visits", MARCH, by=actor.SYSTEM)
    records.save(visit("late", "p2", "2026-03-15"), by=actor.SYSTEM)
    feed.catch_up()
    analytics.compute("visits", MARCH, by=actor.SYSTEM)

    then = analytics.frozen(first.pk)
    now = analytics.figure("visits", MARCH, exact=True)
    kept = analytics.definition(first.pk)

    assert (then.value, now.value) == (2, 3)
    assert now.data_at > then.data_at
    assert kept["lineage"]["tables"]["Encounter"] is not None
    assert "encounter" in kept["definition"]["sql"]


def test_computing_stands_in_the_ledger(town):
    analytics.compute("visits", MARCH, by=actor.SYSTEM)

    (told,) = ledger.events(names=("analytics.*",), limit=10)
    assert told.facts["period"] == "2026-03"


def test_the_rows_behind_a_figure(town):
    rows = analytics.counted_rows("visits", MARCH, where=[("sex", "female")])

    assert sorted(row["visit"] for row in rows) == ["v0", "v1"]
    assert analytics.counted_rows("visits", MARCH, where=[("sex", "' OR 1=1 --")]) == []


def test_a_corrected_record_counts_once(town):
    records.save(visit("v0", "p0", "2026-05-01"), by=actor.SYSTEM)
    records.delete("Encounter/v1", by=actor.SYSTEM)
    feed.catch_up()

    analytics.compute("visits", MARCH, by=actor.SYSTEM)

    assert analytics.figure("visits", MARCH, exact=True).state == "empty"


def test_a_series_keeps_the_order_of_its_periods(town):
    spans = [analytics.period(text) for text in ("2026-04", "2026-03", "2026-02")]
    for span in spans[:2]:
        analytics.compute("visits", span, by=actor.SYSTEM)

    found = analytics.series("visits", spans, exact=True)

    assert [(f.state, f.value) for f in found] == [("ok", 1), ("ok", 2), ("not_computed", None)]


def test_people_of_each_age(everything_open, lake):
    born = ["2026-03-15", "2025-04-01", "2021-04-01", "1966-04-01", "1966-04-02"]
    records.save_all([person(f"a{n}", born=day) for n, day in enumerate(born)], by=actor.SYSTEM)
    feed.catch_up()

    analytics.compute("people", MARCH, by=actor.SYSTEM)

    bands = {
        cell.key: cell.value
        for cell in analytics.figure("people", MARCH, exact=True).cells["age_band"]
    }
    assert bands == {"0": 1, "1-4": 1, "5-14": 1, "60-74": 1, "45-59": 1}


def test_figures_are_kept_fresh_and_not_without_need(town):
    now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    turns = 0
    while keeping.refresh(now):
        turns += 1

    assert turns == 6
    assert analytics.figure("visits", MARCH, exact=True).value == 2
    assert keeping.refresh(now) == 0


def test_figures_are_computed_again_when_data_moved(town, monkeypatch):
    now = timezone.now()
    while keeping.refresh(now):
        pass
    records.save(visit("more", "p3", f"{now:%Y-%m-%d}"), by=actor.SYSTEM)
    feed.catch_up()
    wanted = []
    monkeypatch.setattr(computing, "compute_all", lambda period, *, by: wanted.append(period.label))

    assert keeping.refresh(now + timedelta(hours=1)) == 0
    assert keeping.refresh(now + timedelta(hours=7)) == 1
    assert wanted


def test_nothing_is_computed_of_an_empty_lake(db, lake):
    assert keeping.refresh() == 0
