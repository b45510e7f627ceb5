"""What SQL texts read of the views, and that sums over what is kept for them are the same."""

import pytest

from haidang.engines.analytics import engines
from haidang.engines.analytics.engines import duck, passes, readers
from haidang.engines.analytics.indicators import catalogue, computing, periods
from haidang.engines.analytics.tests import city

MARCH = periods.parse("2026-03")
VISITS = "SELECT e.facility, p.sex FROM encounter e LEFT JOIN patient p ON p.id = e.patient WHERE e.started_at >= $start"


def test_a_reader_is_found_where_it_stands_with_what_it_reads():
    visits, people = readers.read(VISITS)

    assert VISITS[visits.start : visits.end] == "encounter"
    assert (visits.alias, visits.since) == ("e", "started_at")
    assert visits.columns == {"facility", "patient", "started_at"}
    assert people.columns == {"id", "sex"}


def test_an_outer_view_is_read_by_what_stands_inside():
    sql = "SELECT 1 AS numerator FROM encounter e WHERE EXISTS (SELECT 1 FROM medication_request m WHERE m.encounter = e.id)"

    visits, drugs = readers.read(sql)

    assert (visits.columns, drugs.columns) == ({"id"}, {"encounter"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT left(id, 1) AS first FROM encounter",
        "SELECT 1 FROM encounter WHERE id > 'm'",
        "SELECT 1 FROM encounter WHERE id LIKE 'a%'",
        "SELECT 1 FROM encounter e JOIN facility f ON f.code = e.patient",
        "SELECT 1 FROM encounter e JOIN patient p USING (id)",
        "SELECT * FROM encounter",
        "SELECT max(patient) AS last FROM encounter",
        "SELECT 1 FROM encounter e JOIN patient p ON p.id = e.patient ORDER BY p.id",
        "WITH e AS (SELECT id FROM encounter) SELECT 1 FROM e",
        "SELECT 1 FROM patient WHERE id IN ('p1', 'p2')",
        "SELECT 1 FROM patient WHERE id IN (SELECT patient || '' FROM encounter)",
    ],
)
def test_a_text_that_uses_keys_as_texts_runs_as_it_stands(sql):
    assert readers.read(sql) is None


def test_only_rows_that_no_text_needs_are_left_out():
    texts = [
        "SELECT facility FROM encounter WHERE started_at >= $start AND started_at < $end AND class = 'IMP'",
        "SELECT class FROM encounter WHERE started_at >= $start AND started_at < $end",
    ]

    (made,) = passes.plan(texts, {"start": "2026-03-01", "end": "2026-04-01"}).statements

    assert made.startswith("CREATE TEMP TABLE")
    assert "\"started_at\" >= '2026-03-01'" in made
    assert "IMP" not in made


def test_other_parameters_than_those_it_was_made_for_read_the_views():
    made = passes.plan([VISITS], {"start": "2026-03-01"})

    assert made.cheaper(VISITS, {"start": "2026-03-01"}) != VISITS
    assert made.cheaper(VISITS, {"start": "2026-02-01"}) == VISITS


def test_most_of_the_catalogue_shares_its_passes():
    texts = [one.sql for one in catalogue.all() if "encounter" in one.reads]

    assert all(readers.read(sql) for sql in texts)


def test_sums_over_what_is_kept_are_those_over_the_views(everything_open, lake):
    city.fill()
    wanted = [one for one in catalogue.all() if not one.missing()]
    texts = [one.sql for one in wanted]

    with engines.opened(asked=texts, values=computing.values(MARCH)) as shared:
        cheap = {one.code: _sums(one, shared) for one in wanted}
    with engines.opened() as plain:
        assert cheap == {one.code: _sums(one, plain) for one in wanted}
    assert sum(len(rows) > 1 for rows in cheap.values()) > 25


def _sums(indicator, session):
    return sorted(computing.run(indicator, MARCH, session), key=repr)


def test_a_session_for_known_texts_makes_what_they_name_and_no_more(town):
    with duck.opened(texts=["SELECT count(*) FROM Encounter", 'SELECT 1 FROM "facility"']) as one:
        assert one.names() == {"encounter", "facility"}
