"""Search parameters of one's own, from the SearchParameter to the search, and reindexing."""

import subprocess
import sys

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records.bulk import reindexing
from haidang.engines.records.index import elements, expressions, own
from haidang.engines.records.tests.mixture import Mixture
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, errors

BY = actor.SYSTEM


def parameter(
    code="mobile", expression="Patient.telecom.where(system='phone')", type="token", **more
):
    return {
        "resourceType": "SearchParameter", "id": f"own-{code}", "url": f"urn:own:{code}", "name": code,
        "status": "active", "description": code, "code": code, "base": ["Patient"], "type": type,
        "expression": expression, **more,
    }  # fmt: skip


@pytest.fixture
def city(own_database, monkeypatch):
    monkeypatch.setattr(reindexing, "_SETTLED_S", 0)
    data = Mixture(7, 30)
    with everything():
        records.save_all(data.all, by=BY)
    own.look(now=True)
    yield data
    with everything():
        for match in records.search("SearchParameter").matches:
            records.delete(match.ref, by=BY)
    own.look(now=True)


def everything():
    return access.reach(BY, people="all")


def save(*resources):
    with everything():
        for each in resources:
            records.save(each, by=BY)
    own.look(now=True)


def reindex(*types):
    job = records.bulk.ask_for_reindex(types, by=BY)
    assert records.bulk.run(job.number)
    done = records.bulk.status(job.uid, by=BY)
    assert done.state == "done", done.why
    return done


def found(query, type="Patient"):
    with everything():
        return {m.id for m in records.search(type, f"{query}&_count=1000", strict=True).matches}


def with_phone(data, value):
    return {
        p["id"] for p in data.patients
        if any(t["system"] == "phone" and t["value"] == value for t in p.get("telecom", ()))
    }  # fmt: skip


def test_it_answers_after_a_reindex_with_true_counts(city):
    save(parameter())
    with pytest.raises(errors.Incorrect):
        found("mobile=091")

    done = reindex()

    with everything():
        alive = sum(records.count(type) for type in records.TYPES)
    assert (done.done, done.total) == (alive, alive)
    assert found("mobile=091") == with_phone(city, "091") != set()
    assert found("mobile:missing=true") == {p["id"] for p in city.patients} - {
        p["id"] for p in city.patients if p.get("telecom")
    }


def test_a_reindex_of_its_type_is_enough(city):
    save(parameter())

    assert reindex("Patient").done == len(city.patients)
    assert found("mobile=091") == with_phone(city, "091")


def test_what_is_written_before_the_reindex_is_found_too(city):
    save(parameter())
    save(
        {"resourceType": "Patient", "id": "fresh", "telecom": [{"system": "phone", "value": "091"}]}
    )

    reindex()

    assert "fresh" in found("mobile=091")


def test_another_process_knows_it_without_a_restart(city, own_database):
    save(parameter())
    reindex("Patient")
    script = (
        "import django; django.setup()\n"
        "from haidang.engines.access import api as access\n"
        "from haidang.engines.records import api as records\n"
        "from haidang.kernel import actor\n"
        "with access.reach(actor.SYSTEM, people='all'):\n"
        "    print(len(records.search('Patient', 'mobile=091', strict=True).matches))\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert int(told.stdout) == len(with_phone(city, "091"))


def test_a_changed_one_waits_for_the_next_reindex(city):
    save(parameter())
    reindex("Patient")
    save(parameter(expression="Patient.telecom.where(system='email')"))

    with pytest.raises(errors.Incorrect):
        found("mobile=091")
    reindex("Patient")
    assert found("mobile=091") == set()
    assert found("mobile=a1@example.org") != set()


@pytest.mark.parametrize("way", ["deleted", "retired"])
def test_a_removed_one_is_gone(city, way):
    save(parameter())
    reindex("Patient")
    if way == "retired":
        save(parameter(status="retired"))
    else:
        with everything():
            records.delete("SearchParameter/own-mobile", by=BY)
        own.look(now=True)

    with pytest.raises(errors.Incorrect):
        found("mobile=091")


@pytest.mark.parametrize(
    ("code", "expression", "type", "query", "expected"),
    [
        ("year", "Patient.birthDate.toString().substring(0, 4)", "token", "year=1980", lambda p: p.get("birthDate", "").startswith("1980")),
        ("names", "Patient.name.count()", "number", "names=1", lambda p: len(p["name"]) == 1),
        ("known", "Patient.identifier.exists()", "token", "known=true", lambda p: bool(p.get("identifier"))),
        ("born", "Patient.birthDate", "date", "born=1980", lambda p: p.get("birthDate", "").startswith("1980")),
        ("word", "Patient.name.given.first() | Patient.name.family", "string", "word=nguy", lambda p: "Nguyễn" in str(p["name"])),
    ],
)  # fmt: skip
def test_expressions_that_compute_are_served_too(city, code, expression, type, query, expected):
    save(parameter(code, expression, type))
    reindex("Patient")

    got = found(query)

    wanted = {p["id"] for p in city.patients if expected(p)}
    assert got == wanted if code != "word" else got <= wanted
    assert got


def test_what_stands_beside_a_value_is_no_second_value(city):
    """fhirpathpy takes it for one, and `toString()` of two is nothing."""
    birth = {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1871-03-03T10:00:00Z"}  # fmt: skip
    born = {"resourceType": "Patient", "id": "born", "birthDate": "1871-03-03"}
    save(parameter("year", "Patient.birthDate.toString().substring(0, 4)"))
    reindex("Patient")

    save(born | {"_birthDate": {"extension": [birth]}})

    assert found("year=1871") == {"born"}


@pytest.mark.parametrize(
    ("wrong", "element"),
    [
        ({"expression": "Patient.name.where(("}, "expression"),
        ({"expression": ""}, "expression"),
        ({"expression": "Patient.colour"}, "expression"),
        ({"expression": "Patient.telecom", "type": "date"}, "expression"),
        ({"code": "name"}, "code"),
        ({"code": "a b"}, "code"),
        ({"code": "subject"}, "code"),
        ({"type": "composite"}, "type"),
        ({"base": ["Nothing"]}, "base"),
        ({"base": []}, "base"),
    ],
)
def test_what_cannot_be_served_is_refused_and_says_where(everything_open, wrong, element):
    with pytest.raises(errors.Incorrect) as why:
        records.save({**parameter(), **wrong}, by=BY)

    assert why.value.code == "records.parameter_unfit"
    assert why.value.facts["expression"] == f"SearchParameter.{element}"


def test_a_draft_of_one_may_be_anything(everything_open):
    assert records.save(parameter(expression="((", status="draft"), by=BY).version == 1


def test_a_reindex_mends_what_was_lost_and_a_second_one_writes_nothing(city):
    before = _tables()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_key SET h = '{}' WHERE live")
        cursor.execute("DELETE FROM records_date")
        cursor.execute("DELETE FROM records_string WHERE rid % 2 = 0")
        cursor.execute("UPDATE records_quantity SET lo = lo + 1, hi = hi + 1")

    reindex()
    mended = _tables()
    versions = _writes()
    reindex()

    assert mended == before
    assert _writes() == versions


def _tables():
    found = []
    with connection.cursor() as cursor:
        for select in (
            "rid, (SELECT array_agg(e ORDER BY e) FROM unnest(h) AS e) FROM records_key WHERE live",
            "p, lo, hi, rid FROM records_date",
            "p, lo, hi, unit, code, rid FROM records_quantity",
            "p, s, rid FROM records_string",
        ):
            cursor.execute(f"SELECT x::text FROM (SELECT {select}) AS x ORDER BY 1")
            found.append(cursor.fetchall())
    return found


def _writes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(xmin::text::bigint) FROM records_key),"
            " (SELECT max(xmin::text::bigint) FROM records_date)"
        )
        return cursor.fetchone()


def test_a_stopped_reindex_goes_on(city, monkeypatch):
    save(parameter())
    monkeypatch.setattr(reindexing, "_AT_ONCE", 5)
    seen, again = [], reindexing._again

    def breaking(rids, **more):
        seen.append(rids)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return again(rids, **more)

    monkeypatch.setattr(reindexing, "_again", breaking)
    job = records.bulk.ask_for_reindex(["Patient", "Observation"], by=BY)
    with pytest.raises(KeyboardInterrupt):
        records.bulk.run(job.number)
    records.bulk.run(job.number)

    done = records.bulk.status(job.uid, by=BY)
    assert (done.done, done.total) == (len(city.patients) + len(city.observations),) * 2
    assert found("mobile=091") == with_phone(city, "091")


def test_paths_lead_where_the_published_definitions_say():
    """The compact catalogue against the whole definitions, for every published parameter."""
    whole = elements.Elements(
        [*terminology.definitions("profiles-resources"), *terminology.definitions("profiles-types")]
    )
    compact, seen, wrong = own.Elements(), 0, []

    for definition in terminology.definitions("search-parameters"):
        for base in definition["base"]:
            for part in expressions.parse(definition.get("expression"), base):
                seen += 1
                there = sorted(map(str, whole.leaves(part.root, part.steps)))
                here = sorted(map(str, compact.leaves(part.root, part.steps)))
                if there != here or (
                    there
                    and whole.single(part.root, part.steps) != compact.single(part.root, part.steps)
                ):
                    wrong.append((definition["code"], base, there, here))

    assert seen > 1000
    assert wrong == []
