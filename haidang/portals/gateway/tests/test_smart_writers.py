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
WRITES_VITAL = f"{WRITES}?category=vital-signs"


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
    entry = {"request": {"method": method, "url": url, **request}, "resource": resource}
    return fhir.send("post", "", {"resourceType": "Bundle", "type": kind, "entry": [entry]})


@pytest.mark.parametrize("scope", [WRITES, WRITES_VITAL, f"system/{LAB.replace('.rs', '.s')} {WRITES}"])  # fmt: skip
@pytest.mark.parametrize("preferred", ["return=representation", "return=minimal", "return=all"])
def test_a_condition_that_is_met_tells_no_more(scope, preferred):
    fhir = service("31001", *scope.split())

    answer = created(fhir, "_id=mai-hiv", Prefer=preferred)

    assert (answer.status_code, answer.content) == (200, b"")
    searches = ".s?" in scope  # then it may find it, and be told where it is
    assert [name in answer for name in ("ETag", "Location", "Last-Modified")] == [searches] * 3


def test_a_condition_that_several_meet_tells_none_of_them():
    answer = created(service("31001", WRITES), "_id=mai-hiv,mai-lab")

    assert answer.status_code == 412
    assert leaking.given_away(answer) == set() and b"mai-" not in answer.content


def test_what_is_met_is_judged_under_the_scope_for_reading():
    fhir = service("31001", WRITES, f"system/{LAB.replace('.rs', '.r')}")

    outside, within = created(fhir, "_id=mai-vital"), created(fhir, "_id=mai-lab")

    assert (outside.status_code, outside.content, "Location" in outside) == (200, b"", False)
    assert leaking.given_away(within) == {"mark-mai-lab"}


@pytest.mark.parametrize("where", ["/mai-hiv", "?_id=mai-hiv"])
def test_a_patch_shows_nothing_to_one_who_may_not_read(where):
    writer, reader = service("31001", WRITES), service("31001", WRITES, "system/Observation.rs")

    blind, shown = patched(writer, where), patched(reader, where)

    assert (blind.status_code, blind.content) == (200, b"")
    assert (shown.status_code, leaking.given_away(shown)) == (200, {"mark-mai-hiv"})


@pytest.mark.parametrize("where", ["/mai-hiv", "?_id=mai-hiv"])
@pytest.mark.parametrize("value", [5, 6])
def test_a_patch_that_tests_tells_nothing_of_what_may_not_be_changed(where, value):
    fhir = service("31001", WRITES_VITAL)

    answer = patched(fhir, where, {"op": "test", "path": "/valueQuantity/value", "value": value})

    assert answer.status_code == 404


def test_what_may_be_changed_is_changed_unseen():
    fhir = service("31001", WRITES_VITAL)
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
@pytest.mark.parametrize("scope", [WRITES, WRITES_VITAL])
def test_in_a_bundle_a_condition_that_is_met_tells_no_more(kind, scope):
    fhir = service("31001", scope)

    met = bundled(fhir, kind, "POST", "Observation", result(), ifNoneExist="_id=mai-hiv")
    new = bundled(fhir, kind, "POST", "Observation", result(), ifNoneExist="_id=nobody")

    assert fhirjson.loads(met.content)["entry"] == [{"response": {"status": "200 OK"}}]
    assert "location" in fhirjson.loads(new.content)["entry"][0]["response"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_in_a_bundle_who_may_read_is_told_what_is_met(kind):
    fhir = service("31001", WRITES, "system/Observation.r")

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
