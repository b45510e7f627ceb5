"""Totals of a code from the index of what leads a record: the same as by its numbers, always."""

import itertools
import json

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import kinds, wire
from haidang.engines.records.bulk import reindexing
from haidang.engines.records.index import leading, parameters
from haidang.engines.records.search import leads
from haidang.engines.records.search import query as queries
from haidang.kernel import actor

BY = actor.SYSTEM
A, B = "urn:a", "urn:b"
# Codings of an Observation, as (system, code); the first of them leads.
CODED = [
    [(A, "1")], [(A, "1")], [(A, "1"), (B, "1")], [(B, "1"), (A, "1")], [(A, "1"), (A, "1")],
    [(None, "1")], [(A, "2"), (A, "1")], [(None, "2"), (B, "1"), (A, "3")], [(A, "2")], [(B, "x")],
    [(A, "X"), (None, "x")], [(A, None), (B, "2")], [], [(A, "3"), (None, "3"), (B, "2")],
]  # fmt: skip
VALUES = ["1", f"{A}|1", f"{B}|1", "|1", "2", f"{A}|2", f"{B}|2", "|2", "x", f"{A}|x", "|x", "3", f"{A}|3", "nobody"]  # fmt: skip


def observation(number, codings, **more):
    coding = [{k: v for k, v in (("system", s), ("code", c)) if v} for s, c in codings]
    code = {"coding": coding} if coding else {"text": "không mã"}
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "code": code, **more,
    }  # fmt: skip


def everything():
    return access.reach(BY, people="all")


def total(query, type="Observation"):
    return records.search(type, f"{query}&_summary=count").total


def found(query):
    """How many a search finds page by page: not counted, and by the numbers alone."""
    return len(records.search("Observation", f"{query}&_count=500").matches)


def by_leads(query, type="Observation"):
    return leads.count(type, queries.parse(type, query).conditions)


@pytest.fixture
def data(request):
    request.getfixturevalue("everything_open")
    records.save_all([observation(n, each) for n, each in enumerate(CODED)], by=BY)


@pytest.mark.usefixtures("data")
def test_the_total_of_any_codes_is_the_number_of_those_found():
    asked = [",".join(each) for n in (1, 2, 3) for each in itertools.combinations(VALUES, n)]

    told = {values: by_leads(f"code={values}") for values in asked}

    assert told == {values: found(f"code={values}") for values in asked}
    assert told["1"] == 8  # by hand: the first seven, and that whose second code it is
    assert (told[f"{A}|1"], told[f"{B}|1"], told["|1"]) == (6, 3, 1)


@pytest.mark.usefixtures("data")
def test_it_follows_every_change():
    records.save(observation(0, [(A, "2"), (B, "1")]), by=BY)
    records.save(observation(1, []), by=BY)
    records.delete("Observation/o2", by=BY)
    records.save(observation(99, [(A, "1")]), by=BY)

    for value in VALUES:
        assert total(f"code={value}") == by_leads(f"code={value}") == found(f"code={value}")
    records.save(observation(2, [(A, "1")]), by=BY)  # the deleted one comes back
    assert total("code=1") == by_leads("code=1") == found("code=1") == 8


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    "query",
    ["code=1&status=final", "code:not=1", f"code={A}|", "code:text=a", "status=final",
     "code:missing=false", "combo-code=1", "code=1&code=2", "code=" + ",".join(map(str, range(13)))],
)  # fmt: skip
def test_what_is_not_codes_alone_is_counted_by_its_numbers(query):
    assert by_leads(query) is None
    assert total(query) == found(query)


@pytest.mark.usefixtures("db")
def test_who_may_not_see_all_is_told_of_what_is_in_reach():
    nurse = actor.Actor(ref="Practitioner/n", name="Điều dưỡng", kind=actor.STAFF, org="31001")
    with everything():
        mine, _other = records.save_all(
            [{"resourceType": "Patient", "id": id} for id in ("mine", "other")], by=BY
        )
        made = [
            observation(n, [(A, "1")], subject={"reference": f"Patient/{whose}"})
            for n, whose in enumerate(("mine", "other", "other"))
        ]
        records.save_all(made, by=BY)
        access.relate(mine.rid, nurse.org, basis="encounter")

    with access.reach(nurse):
        assert by_leads("code=1") is None
        assert total("code=1") == 1


@pytest.mark.usefixtures("data")
def test_one_index_is_enough_for_a_total(monkeypatch):
    """Once the pages are vacuumed, which a transaction cannot do, it is read alone."""
    more = [observation(n, [(A, f"m{n % 100}")]) for n in range(100, 3100)]
    records.save_all(more, by=BY)
    asked, ask = [], wire.rows

    def listening(statement, values=(), **options):
        asked.append((statement, values))
        return ask(statement, values, **options)

    monkeypatch.setattr(wire, "rows", listening)
    assert by_leads(f"code={A}|m7") == 30
    wire.run("SET LOCAL enable_bitmapscan = off")
    ((plan,),) = ask(f"EXPLAIN (FORMAT JSON) {asked[-1][0]}", asked[-1][1], prepare=False)
    nodes = json.dumps(plan)
    assert '"Index Only Scan"' in nodes
    assert '"records_key_lead"' in nodes
    assert '"Seq Scan"' not in nodes


def test_no_two_types_lead_by_one_path():
    numbers = [parameters.published(type)["code"].paths[0].number for type in ("Observation", "Condition")]  # fmt: skip
    assert [leading.number(type) for type in ("Observation", "Condition")] == numbers
    assert leading.number("Patient") is None
    assert leading.number("AllergyIntolerance") is None  # two paths answer it
    leads_of = [number for number in map(leading.number, kinds.NAMES) if number]
    assert len(leads_of) == len(set(leads_of)) > 15


@pytest.mark.usefixtures("own_database")
def test_a_house_from_before_counts_as_before_until_a_type_is_read_anew(monkeypatch):
    monkeypatch.setattr(reindexing, "_SETTLED_S", 0)
    with everything():
        records.save_all([observation(n, each) for n, each in enumerate(CODED)], by=BY)
    with connection.cursor() as run:
        run.execute("UPDATE records_key SET lead = NULL")
        run.execute("DELETE FROM records_led")
    leads.forget()
    with everything():
        assert by_leads("code=1") is None
        assert total("code=1") == 8

    job = records.bulk.ask_for_reindex(types=["Observation"], by=BY)
    assert records.bulk.run(job.number, records.bulk.Manner())

    with everything():
        assert by_leads("code=1") == total("code=1") == 8
        assert by_leads("code=1", "Condition") is None  # another type was not read
