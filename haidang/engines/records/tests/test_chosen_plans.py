"""Where a search has chosen its way, PostgreSQL plans it once for a connection, and well.

Else planning, with the policies of the records, takes longer than most searches do.
"""

from datetime import UTC, datetime

import pytest

from haidang.engines.records import api as records
from haidang.engines.records import wire
from haidang.engines.records.search import sql
from haidang.engines.records.tests import planned
from haidang.kernel import actor

pytestmark = pytest.mark.usefixtures("everything_open")
PEOPLE, EACH = 40, 50
AGAIN = 12  # times: some until a statement is prepared, five until its plan is kept


@pytest.fixture(scope="module")
def people(module_database):
    made = []
    for n in range(PEOPLE):
        made.append({"resourceType": "Patient", "id": f"p{n}", "identifier": [{"value": f"i{n}"}]})
        for number in range(EACH):
            coding = {"system": "urn:c", "code": f"C{number}"}
            made.append(
                {
                    "resourceType": "Condition",
                    "subject": {"reference": f"Patient/p{n}"},
                    "code": {"coding": [coding]},
                    "recordedDate": f"2026-01-{1 + number % 28:02}",
                }
            )
    planned.stand(made)


def kept_plans():
    """(chosen statement, plans for any values, plans for some values) of this connection."""
    return wire.rows(
        "SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements"
        " WHERE position('(SELECT $' IN statement) > 0"
    )


def found(type, query):
    page = records.search(type, query, strict=True)
    return len(page.matches), page.total


SHAPES = {
    "identifier": ("Patient", "identifier=i{}", (1, None)),
    "person": ("Condition", "subject=Patient/p{}&_count=10", (10, None)),
    "person and code": ("Condition", "subject=Patient/p{0}&code=C{0}", (1, None)),
    "code": ("Condition", "code=C{}", (40, None)),
    "not": ("Condition", "code:not=C{}&_count=20", (20, None)),
    "chain": ("Condition", "subject.identifier=i{}&_count=20", (20, None)),
    "person by date": ("Condition", "subject=Patient/p{}&_sort=-recorded-date&_count=5", (5, None)),
    "date": ("Condition", "recorded-date=2026-01-{:02}&_count=5", (5, None)),
    "id": ("Patient", "_id=p{}", (1, None)),
    "total of a code": ("Condition", "code=C{}&_count=0", (0, 40)),
}


@pytest.mark.parametrize(("type", "query", "expected"), SHAPES.values(), ids=SHAPES)
def test_a_shape_that_comes_again_is_planned_no_more(people, type, query, expected):
    wire.run("DEALLOCATE ALL")
    answers = {found(type, query.format(n)) for n in range(1, AGAIN + 1)}
    before = kept_plans()
    answers |= {found(type, query.format(n)) for n in range(AGAIN + 1, 2 * AGAIN + 1)}
    after = kept_plans()

    assert answers == {expected}
    assert sum(for_any for _text, for_any, _some in before) > 0
    assert sum(some for _text, _any, some in after) == sum(some for _text, _any, some in before)
    assert sum(for_any for _text, for_any, _some in after) > AGAIN


def test_what_its_value_decides_is_planned_with_it(people):
    wire.run("DEALLOCATE ALL")
    for year in range(2000, 2000 + 2 * AGAIN):
        found("Condition", f"_lastUpdated=gt{year}")

    assert kept_plans() == []


def test_pages_after_the_first_go_on_where_the_last_ended():
    people = [{"resourceType": "Patient", "gender": "female"} for _ in range(60)]
    records.save_all(people, by=actor.SYSTEM)

    for _time in range(AGAIN):
        first = records.search("Patient", "gender=female&_count=25")
        second = records.search("Patient", "gender=female&_count=25", cursor=first.next_cursor)
        third = records.search("Patient", "gender=female&_count=25", cursor=second.next_cursor)
        met = [each.rid for page in (first, second, third) for each in page.matches]
        assert (len(met), len(set(met)), third.next_cursor) == (60, 60, None)


@pytest.mark.parametrize(
    ("text", "values", "hidden"),
    [
        ("rid = %s", (7,), "rid = (SELECT %s::bigint)::bigint"),
        ("lo > %s", (1.5,), "lo > (SELECT %s::float8)::float8"),
        ("s >= %s", ("an",), "s >= (SELECT %s::text)::text"),
        ("at < %s", (datetime.now(UTC),), "at < (SELECT %s::timestamptz)::timestamptz"),
        ("h && %s::bigint[]", ([1],), "h && (SELECT %s::bigint[])::bigint[]"),
        ("n = %s AND h @> %s::bigint[]", (1, [2]),
         "n = (SELECT %s::bigint)::bigint AND h @> (SELECT %s::bigint[])::bigint[]"),
        ("id = %s", (b"x",), "id = %s"),
    ],
)  # fmt: skip
def test_values_are_hidden_by_their_types(text, values, hidden):
    assert sql._unseen(sql.Sql(text, values)) == sql.Sql(hidden, values)
