"""What is refused in a batch is told as it is alone: same status, code, words and element."""

import base64
import re

import pytest

from haidang.kernel import fhirjson
from haidang.portals.gateway.tests.fhir_client import PERSON, code_of, read, weight

pytestmark = pytest.mark.django_db
AN = {"id": "an"}
JSON_PATCH = "application/json-patch+json"


@pytest.fixture
def house(hospital):
    """A person with two results, of which one was deleted; another person with the same card."""
    assert hospital.put("Patient/an", {**PERSON, "id": "an"}).status_code == 201
    for id in ("w", "gone"):
        assert hospital.put(f"Observation/{id}", weight(AN, id=id)).status_code == 201
    assert hospital.put("Observation/also", weight(AN, id="also")).status_code == 201
    assert hospital.delete("Observation/gone").status_code == 204
    return hospital


#: Headers of a request alone, and what says the same in an entry of a bundle.
_HEADERS = {"If-Match": "ifMatch", "If-None-Match": "ifNoneMatch", "If-None-Exist": "ifNoneExist"}
BAD_SHAPE = {"resourceType": "Observation", "status": "done", "colour": "red"}
W = weight(AN, id="w")
STAR, OLD, ODD = {"If-Match": "*"}, {"If-Match": 'W/"9"'}, {"If-Match": "yesterday"}

REFUSED = [
    ("GET", "Patient/nobody"), ("GET", "Observation/gone"), ("GET", "Nothing/x"), ("GET", "Nothing"),
    ("GET", "Observation/w/_history/9"), ("GET", "Observation/w/_history/x"), ("GET", "Observation/gone/_history/2"),
    ("GET", "Observation?date=yesterday"), ("GET", "Observation?code:in=https://example.org/none"),
    ("GET", "Observation?value-quantity=x"), ("GET", "Patient?_sort=colour", None, {"Prefer": "handling=strict"}),
    ("GET", "Patient?colour=red", None, {"Prefer": "handling=strict"}), ("GET", "Patient?_cursor=x"),
    ("GET", "?_type=Nothing"), ("GET", "?_type=Patient,Nothing"), ("GET", "Patient/an?_summary=some"),
    ("GET", "Patient/an/Nothing"), ("GET", "Patient/nobody/_history"), ("GET", "a/b/c/d/e"), ("GET", "Patient/$nothing"),
    ("GET", "Patient/an/$nothing"), ("GET", "Patient/x_y"), ("GET", "Patient/an/_history?_since=x"),
    ("POST", "Observation", BAD_SHAPE), ("POST", "Observation", PERSON), ("POST", "Nothing", PERSON),
    ("POST", "Nothing", {"resourceType": "Nothing"}), ("POST", "Observation", {"resourceType": "Nothing"}),
    ("POST", "Observation", weight(AN, effectiveDateTime="yesterday")), ("POST", "Patient/an", PERSON),
    ("POST", "Observation", weight(AN), {"If-None-Exist": "status=final"}),
    ("POST", "Observation", weight(AN), {"If-None-Exist": "colour=red"}),
    ("POST", "Observation", weight(AN), {"If-None-Exist": ""}),
    ("PUT", "Observation/w", BAD_SHAPE | {"id": "w"}), ("PUT", "Observation/w", PERSON | {"id": "w"}),
    ("PUT", "Observation/w", weight(AN, id="v")), ("PUT", "Nothing/w", PERSON | {"id": "w"}),
    ("PUT", "Observation/w", weight(AN)), ("PUT", "Observation/x_y", weight(AN, id="x_y")),
    ("PUT", "Observation/w", W, OLD), ("PUT", "Observation/w", W, ODD), ("PUT", "Observation/none", weight(AN, id="none"), STAR),
    ("PUT", "Observation/gone", weight(AN, id="gone"), STAR), ("PUT", "Observation/w", W, {"If-None-Match": "*"}),
    ("PUT", "Observation?status=final", weight(AN)), ("PUT", "Observation?colour=red", weight(AN)),
    ("PUT", "Observation?_id=w", weight(AN, id="v")), ("PUT", "Observation?_id=none", W), ("PUT", "Observation?", weight(AN)),
    ("PUT", "Observation?_id=w", PERSON), ("PUT", "Observation?_id=w", W, OLD), ("PUT", "Observation?_id=none", weight(AN), STAR),
    ("DELETE", "Observation/w", None, OLD), ("DELETE", "Observation/w", None, ODD), ("DELETE", "Observation/none", None, STAR),
    ("DELETE", "Observation/gone", None, STAR), ("DELETE", "Nothing/x"), ("DELETE", "Observation?status=final"),
    ("DELETE", "Observation?colour=red"), ("DELETE", "Observation?"), ("DELETE", "Observation"),
    ("DELETE", "Observation?_id=w", None, OLD), ("DELETE", "Observation/x_y"),
    ("PATCH", "Observation/none", [{"op": "remove", "path": "/status"}]),
    ("PATCH", "Observation/gone", [{"op": "remove", "path": "/status"}]),
    ("PATCH", "Observation/w", [{"op": "remove", "path": "/nothing"}]), ("PATCH", "Observation/w", [{"op": "tear", "path": "/status"}]),
    ("PATCH", "Observation/w", [{"op": "test", "path": "/status", "value": "amended"}]),
    ("PATCH", "Observation/w", [{"op": "replace", "path": "/status", "value": "done"}]),
    ("PATCH", "Observation/w", [{"op": "replace", "path": "/id", "value": "v"}]),
    ("PATCH", "Observation/w", [{"op": "replace", "path": "/status", "value": "amended"}], OLD),
    ("PATCH", "Observation?_id=none", [{"op": "remove", "path": "/status"}]),
    ("PATCH", "Observation?status=final", [{"op": "remove", "path": "/status"}]),
    ("PATCH", "Observation/w", {"resourceType": "Parameters", "parameter": [{"name": "operation"}]}),
    ("PATCH", "Nothing/w", [{"op": "remove", "path": "/status"}]),
    ("POST", "Patient/$match", {"resourceType": "Parameters"}),
]  # fmt: skip


def _alone(fhir, method, path, content=None, headers=None):
    headers = headers or {}
    if method == "GET":
        return fhir.get(path, **headers)
    if method == "DELETE":
        return fhir.delete(path, **headers)
    kind = (
        JSON_PATCH if method == "PATCH" and isinstance(content, list) else "application/fhir+json"
    )
    return fhir._send(method.lower(), path, content, headers, kind)


def _entry(method, path, content=None, headers=None):
    headers = headers or {}
    more = {_HEADERS[name]: value for name, value in headers.items() if name in _HEADERS}
    entry = {"request": {"method": method, "url": path, **more}}
    if method == "PATCH" and isinstance(content, list):
        data = base64.b64encode(fhirjson.dumps(content)).decode()
        content = {"resourceType": "Binary", "contentType": JSON_PATCH, "data": data}
    return entry | ({} if content is None else {"resource": content})


def _told(outcome):
    """What is compared: all but the diagnostics, which may name what stands beside it."""
    return [{k: v for k, v in issue.items() if k != "diagnostics"} for issue in outcome["issue"]]


@pytest.mark.parametrize("asked", REFUSED, ids=lambda asked: " ".join(map(str, asked[:2])))
def test_an_entry_is_refused_as_the_request_is_alone(house, asked):
    alone = _alone(house, *asked)
    assert alone.status_code >= 400
    expected = alone.status_code, _told(read(alone))
    prefer = {k: v for k, v in (asked[3] if len(asked) > 3 else {}).items() if k == "Prefer"}
    bundle = {"resourceType": "Bundle", "entry": [_entry(*asked)]}

    whole = house.post("", bundle | {"type": "transaction"}, **prefer)
    (entry,) = read(house.post("", bundle | {"type": "batch"}, **prefer))["entry"]

    assert (int(entry["response"]["status"]), _told(entry["response"]["outcome"])) == expected
    assert (whole.status_code, [_within(each) for each in _told(read(whole))]) == expected


def _within(issue):
    """An issue of a transaction, which says in which entry its element stands, as it is alone."""
    where = [
        re.sub(r"^Bundle\.entry\[0\]\.resource", "Observation", e)
        for e in issue.get("expression", ())
    ]
    return issue | ({"expression": where} if where else {})


@pytest.mark.parametrize("content", [{}, PERSON, {"resourceType": "Binary", "data": "%"}])  # fmt: skip
def test_a_patch_in_a_bundle_is_parameters_or_a_binary(house, content):
    entry = {"request": {"method": "PATCH", "url": "Observation/w"}, "resource": content}

    (answer,) = read(house.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]}))["entry"]  # fmt: skip

    (issue,) = answer["response"]["outcome"]["issue"]
    assert issue["details"]["coding"][0]["code"] == "records.bundle_unreadable"


ODD_ENTRIES = [
    None, 5, "x", [], {}, {"request": []}, {"request": {"method": "GET"}}, {"request": {"method": "get", "url": "Patient"}},
    {"request": {"method": "GET", "url": 5}}, {"request": {"method": 5, "url": "Patient"}}, {"request": {"url": "Patient"}},
    {"fullUrl": {}, "request": {"method": "POST", "url": "Patient"}, "resource": PERSON},
    {"fullUrl": ["x"], "request": {"method": "GET", "url": "Patient"}},
    {"request": {"method": "POST", "url": "Patient"}, "resource": [PERSON]}, {"request": {"method": "POST", "url": "Patient"}},
    {"request": {"method": "POST", "url": "Patient", "ifNoneExist": 5}, "resource": PERSON},
    {"request": {"method": "GET", "url": "Patient/an", "ifModifiedSince": 5}},
    {"request": {"method": "GET", "url": "Patient/an", "ifModifiedSince": "yesterday"}},
    {"request": {"method": "GET", "url": "Patient/an", "ifNoneMatch": 5}},
    {"request": {"method": "PUT", "url": "Patient/an", "ifMatch": ["*"]}, "resource": {**PERSON, "id": "an"}},
    {"request": {"method": "PATCH", "url": "Patient/an"}}, {"request": {"method": "POST", "url": "http://a.vn/Patient"}, "resource": PERSON},
    {"request": {"method": "PUT", "url": "http://a.vn/fhir/Patient/an"}, "resource": {**PERSON, "id": "an"}},
    {"request": {"method": "DELETE", "url": ""}}, {"request": {"method": "PUT", "url": "Patient/an/_history/1"}, "resource": {**PERSON, "id": "an"}},
    {"request": {"method": "DELETE", "url": "Patient/an/_history/1"}}, {"request": {"method": "POST", "url": "Patient/"}, "resource": 5},
    {"request": {"method": "POST", "url": ".well-known/smart-configuration"}, "resource": PERSON},
    {"request": {"method": "PATCH", "url": "a/b/c"}}, {"request": {"method": "PUT", "url": "../metadata/x/y"}, "resource": PERSON},
    {"request": {"method": "DELETE", "url": "$bulk/x/y"}}, {"request": {"method": "GET", "url": ".well-known/smart-configuration"}},
    {"resource": {**PERSON, "id": "an"}}, {"request": {"method": "GET", "url": "Patient?\0"}},
]  # fmt: skip


@pytest.mark.parametrize("entry", ODD_ENTRIES, ids=str)
def test_what_cannot_be_read_is_refused_by_itself_or_with_all(house, entry):
    good = {"request": {"method": "GET", "url": "Patient/an"}}
    bundle = {"resourceType": "Bundle", "entry": [entry, good]}

    refused, answered = read(house.post("", bundle | {"type": "batch"}))["entry"]
    whole = house.post("", bundle | {"type": "transaction"})

    assert 400 <= int(refused["response"]["status"]) < 500
    assert refused["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert answered["resource"]["meta"]["versionId"] == "1"
    assert whole.status_code == int(refused["response"]["status"])


@pytest.mark.parametrize("entries", [5, "x", {}, {"a": 1}, None])
@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_entries_that_are_no_list_are_refused(house, kind, entries):
    answer = house.post("", {"resourceType": "Bundle", "type": kind, "entry": entries})

    assert (answer.status_code, code_of(answer)) == (400, "records.bundle_unreadable")
