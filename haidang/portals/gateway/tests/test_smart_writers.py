"""Who may write and not read is told that it is written, and never what stands there."""

import base64
import json

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import leaking, smart_app
from haidang.portals.gateway.tests.test_no_leaks import LAB, doctor, service

WRITES = "system/Observation.cu"
SEARCHES = f"{WRITES}s"
WRITES_VITAL = f"{WRITES}?category=vital-signs"
SEARCHES_VITAL = f"{SEARCHES}?category=vital-signs"


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    leaking.build()


def result(id="mai-vital"):
    return next(one for one in leaking.CONTENT["mai"] if one["id"] == id)


def created(fhir, query, **headers):
    return fhir.send("post", "Observation", result(), **{"If-None-Exist": query}, **headers)


def patched(fhir, where, *operations):
    content = fhirjson.dumps(list(operations))
    return fhir.http.patch(f"/fhir/Observation{where}", content, content_type="application/json-patch+json")  # fmt: skip


def bundled(fhir, kind, method, url, resource, **request):
    entry = {"request": {"method": method, "url": url, **request}}
    entry |= {} if resource is None else {"resource": resource}
    return fhir.send("post", "", {"resourceType": "Bundle", "type": kind, "entry": [entry]})


def asked_under_a_condition(fhir, id):
    """Every way to write under a condition, alone and in bundles."""
    query, status = f"_id={id}", {"op": "replace", "path": "/status", "value": "amended"}
    pointing = {"resourceType": "Provenance", "target": [{"reference": f"Observation?{query}"}],
                "recorded": "2026-01-01T00:00:00Z", "agent": [{"who": {"display": "x"}}]}  # fmt: skip
    data = base64.b64encode(fhirjson.dumps([status])).decode()
    patch = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    yield created(fhir, query)
    yield fhir.send("put", f"Observation?{query}", result())
    yield patched(fhir, f"?{query}", status)
    yield fhir.delete(f"Observation?{query}")
    for kind in ("batch", "transaction"):
        yield bundled(fhir, kind, "POST", "Observation", result(), ifNoneExist=query)
        yield bundled(fhir, kind, "PUT", f"Observation?{query}", result())
        yield bundled(fhir, kind, "PATCH", f"Observation?{query}", patch)
        yield bundled(fhir, kind, "DELETE", f"Observation?{query}", None)
        yield bundled(fhir, kind, "POST", "Provenance", pointing)


@pytest.mark.parametrize("scope", ["", "?category=vital-signs"])
def test_who_may_not_search_learns_nothing_by_a_condition(scope):
    """Its answer is that of a search (SMART 2.2: `s`), whether it writes or points at something."""
    fhir = service("31001", f"system/Observation.crud{scope}", "system/Provenance.c")

    there, absent = (list(asked_under_a_condition(fhir, id)) for id in ("mai-hiv", "nobody"))

    assert [each.content for each in there] == [each.content for each in absent]
    assert all(b"fhir.scope_missing" in each.content for each in there)
    with access.reach(actor.SYSTEM, people="all"):
        assert records.count("Provenance") == 2  # as there were


@pytest.mark.parametrize("preferred", ["return=representation", "return=minimal", "return=all"])
def test_who_finds_it_without_reading_is_told_where_it_is(preferred):
    fhir = service("31001", WRITES, f"system/{LAB.replace('.rs', '.s')}")

    answer = created(fhir, "_id=mai-hiv", Prefer=preferred)

    assert (answer.status_code, answer.content) == (200, b"")
    assert all(name in answer for name in ("ETag", "Location", "Last-Modified"))


def test_a_condition_that_several_meet_tells_none_of_them():
    answer = created(service("31001", SEARCHES), "_id=mai-hiv,mai-lab")

    assert answer.status_code == 412
    assert leaking.given_away(answer) == set() and b"mai-" not in answer.content


def test_what_is_met_is_judged_under_the_scope_for_reading():
    fhir = service("31001", SEARCHES, f"system/{LAB.replace('.rs', '.r')}")

    outside, within = created(fhir, "_id=mai-vital"), created(fhir, "_id=mai-lab")

    assert (outside.status_code, outside.content) == (200, b"")
    assert leaking.given_away(within) == {"mark-mai-lab"}


@pytest.mark.parametrize("where", ["/mai-hiv", "?_id=mai-hiv"])
def test_a_patch_shows_nothing_to_one_who_may_not_read(where):
    writer, reader = service("31001", SEARCHES), service("31001", WRITES, "system/Observation.rs")

    blind, shown = patched(writer, where), patched(reader, where)

    assert (blind.status_code, blind.content) == (200, b"")
    assert (shown.status_code, leaking.given_away(shown)) == (200, {"mark-mai-hiv"})


@pytest.mark.parametrize("where", ["/mai-hiv", "?_id=mai-hiv"])
@pytest.mark.parametrize("value", [5, 6])
def test_a_patch_that_tests_tells_nothing_of_what_may_not_be_changed(where, value):
    fhir = service("31001", SEARCHES_VITAL)

    answer = patched(fhir, where, {"op": "test", "path": "/valueQuantity/value", "value": value})

    assert answer.status_code == 404


def test_what_may_be_changed_is_changed_unseen():
    fhir = service("31001", SEARCHES_VITAL)
    status = {"op": "replace", "path": "/status", "value": "amended"}

    answers = [
        patched(fhir, "/mai-vital", status),
        fhir.send("put", "Observation/mai-vital", result()),
        fhir.send("put", "Observation?_id=mai-vital", result() | {"status": "amended"}),
        fhir.send("post", "Observation", result()),
        created(fhir, "_id=nobody"),
    ]

    assert [(each.status_code, each.content) for each in answers] == [(200, b"")] * 3 + [(201, b"")] * 2  # fmt: skip
    assert all("Location" in each and "ETag" in each for each in answers)
    with access.reach(actor.SYSTEM, people="all"):
        assert records.get("Observation/mai-vital").version == 5


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_in_a_bundle_who_may_read_is_told_what_is_met(kind):
    fhir = service("31001", SEARCHES, "system/Observation.r")

    met = bundled(fhir, kind, "POST", "Observation", result(), ifNoneExist="_id=mai-hiv")

    location = fhirjson.loads(met.content)["entry"][0]["response"]["location"]
    assert location == "Observation/mai-hiv/_history/2"


def test_in_a_bundle_an_app_that_may_not_read_patches_as_little_as_alone():
    scope = f"launch/patient patient/{WRITES.partition('/')[2]}"
    fhir = smart_app.App(doctor()).fhir(scope, patient="mai")
    operations = base64.b64encode(b"[]").decode()
    content = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": operations}  # fmt: skip

    alone = patched(fhir, "/mai-vital")
    within = bundled(fhir, "transaction", "PATCH", "Observation/mai-vital", content)

    assert (alone.status_code, within.status_code) == (403, 403)


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize(("read", "status"), [(None, 403), (LAB.replace(".rs", ".r"), 404)])
def test_in_a_bundle_a_patch_tells_nothing_of_what_may_not_be_read(kind, read, status):
    fhir = service("31001", WRITES, *([f"system/{read}"] if read else []))
    told = set()
    for value in (5, 6):
        test = json.dumps([{"op": "test", "path": "/valueQuantity/value", "value": value}])
        content = {"resourceType": "Binary", "contentType": "application/json-patch+json",
                   "data": base64.b64encode(test.encode()).decode()}  # fmt: skip
        answer = bundled(fhir, kind, "PATCH", "Observation/mai-vital", content)
        entries = fhirjson.loads(answer.content).get("entry")
        told.add(entries[0]["response"]["status"] if entries else str(answer.status_code))

    assert told == {str(status)}
