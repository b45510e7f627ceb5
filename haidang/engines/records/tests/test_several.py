"""A search over several types finds what a walk finds in each, in one order, page by page."""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.tests import mixture, oracle
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")

MADE = mixture.Mixture(seed=7, size=30)
CLINICAL = ("Observation", "Encounter", "Condition")
SEARCHES = [
    (("Patient", "Observation"), "_id=p1,p2,o3"),
    (CLINICAL, "patient.gender=female"),
    (("Observation", "Encounter"), "date=ge2024-03&status=finished,final"),
    (("Observation", "DiagnosticReport"), "code=8480-6,15074-8"),
    (("Patient", "Organization"), "name=an"),
    (("ValueSet", "Patient"), "_id=nobody"),
    (("Observation", "Condition"), "_has:Provenance:target:agent=Practitioner/1"),
]


@pytest.fixture
def data():
    records.save_all(MADE.all, by=actor.SYSTEM)
    return oracle.Oracle(MADE.all)


def pages(types, query, cursor=None):
    found = []
    while True:
        page = records.search_types(types, query, cursor=cursor)
        found += page.matches
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize(("types", "query"), SEARCHES)
def test_it_finds_what_a_walk_finds_in_each_type(data, types, query):
    asked = [tuple(pair.split("=", 1)) for pair in query.split("&")]

    found = [each.ref for each in pages(types, f"{query}&_count=7&_total=accurate")]

    assert len(found) == len(set(found))
    assert set(found) == {f"{type}/{id}" for type in types for id in data.search(type, asked)}
    assert records.search_types(types, f"{query}&_total=accurate&_count=0").total == len(found)


@pytest.mark.parametrize(
    ("types", "sort", "value"),
    [
        (CLINICAL, "_lastUpdated,_id", lambda each: (each.at, each.id)),
        (CLINICAL, "-_id", lambda each: each.id),
        (("Patient", "Organization"), "_id", lambda each: each.id),
    ],
    ids=["two keys", "falling", "rising"],
)
def test_pages_are_complete_disjoint_and_in_one_order(data, types, sort, value):
    found = pages(types, f"_sort={sort}&_count=7")

    assert len({each.ref for each in found}) == len(found)
    assert len(found) == sum(len(data.search(type, [])) for type in types)
    keys = [value(each) for each in found]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


@pytest.mark.parametrize("way", ["", "-"])
@pytest.mark.parametrize("sort", ["date", "status"])
def test_values_of_the_resources_put_several_types_in_one_order(data, sort, way):
    """A moment that the tables hold, and a code, which is put in order outside of them."""
    types = ("Encounter", "Observation")
    alone = {type: records.search(type, f"_sort={way}{sort}&_count=500").matches for type in types}

    found = pages(types, f"_sort={way}{sort}&_count=9")

    for type in types:
        assert [each.ref for each in found if each.type == type] == [e.ref for e in alone[type]]
    changes = sum(one.type != next.type for one, next in zip(found, found[1:], strict=False))
    assert changes > (5 if sort == "date" else 0)


def test_without_types_all_that_there_are_are_searched(data):
    page = records.search_types(records.types(), "_total=accurate&_count=0")

    assert page.total == len(MADE.all)


def test_pages_stay_as_they_were_while_others_write(data):
    first = records.search_types(CLINICAL, "_count=50")
    records.save_all([MADE.observations[0] | {"id": "later"}], by=actor.SYSTEM)

    following = pages(CLINICAL, "_count=50", first.next_cursor)

    found = [each.ref for each in (*first.matches, *following)]
    assert len(found) == len(set(found)) == sum(len(data.search(type, [])) for type in CLINICAL)
    assert "Observation/later" not in found


def test_only_what_all_types_have_in_common_counts():
    page = records.search_types(
        ("Patient", "Observation"), "gender=male&_lastUpdated=ge2020&_type=x"
    )

    assert page.self_query == "_type=x&_lastUpdated=ge2020"


@pytest.mark.parametrize(
    ("types", "query"),
    [
        (("Patient", "Observation"), "gender=male"),
        (("Patient", "Observation"), "_sort=birthdate"),
        (("Observation", "Patient"), "_sort=code"),
        (("GraphDefinition", "Slot"), "_sort=start"),  # a code in one, a moment in the other
    ],
)
def test_under_strict_what_one_type_does_not_know_is_refused(types, query):
    with pytest.raises(errors.Incorrect) as refused:
        records.search_types(types, query, strict=True)

    assert refused.value.code == "records.search_unknown"


def test_a_cursor_of_other_types_is_refused(data):
    first = records.search_types(CLINICAL, "_count=5")

    with pytest.raises(errors.Incorrect) as refused:
        records.search_types(("Patient", "Observation"), "_count=5", cursor=first.next_cursor)

    assert refused.value.code == "records.cursor_unfit"


def test_what_was_asked_to_come_along_comes_once(data):
    page = records.search_types(
        ("Observation", "Encounter"),
        "_include=Observation:patient&_include=Encounter:patient&_count=900",
    )

    refs = [each.ref for each in page.included]
    assert len(refs) == len(set(refs)) > 0
    assert {each.type for each in page.included} == {"Patient"}
