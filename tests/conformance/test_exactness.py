"""What has to hold over HTTP when many ask at once, against a real server of two processes."""

import threading

import httpx2
import pytest

from haidang.kernel import fhirjson
from tests import threads

NUMBER = "urn:oid:1.2.3"
JSON = {"Content-Type": "application/fhir+json"}
STRICT = {"Prefer": "handling=strict"}


@pytest.fixture
def processes():
    return 2


@pytest.fixture
def client(server):
    headers = {"Authorization": f"Bearer {server.token}", **JSON}
    limits = httpx2.Limits(max_connections=60)
    with httpx2.Client(
        base_url=server.base + "/", headers=headers, timeout=60, limits=limits
    ) as one:
        yield one


def person(number="1", **more):
    return {
        "resourceType": "Patient", "identifier": [{"system": NUMBER, "value": number}],
        "name": [{"text": "Người Thử"}], **more,
    }  # fmt: skip


def put(client, resource, **headers):
    where = f"{resource['resourceType']}/{resource['id']}"
    return client.put(where, content=fhirjson.dumps(resource), headers=headers)


def read(answer, status=200):
    assert answer.status_code == status, answer.text
    return fhirjson.loads(answer.content)


def entry(method, url, resource=None, full_url=None):
    made = {"request": {"method": method, "url": url}}
    made |= {} if resource is None else {"resource": resource}
    return made | ({} if full_url is None else {"fullUrl": full_url})


def transaction(client, *entries):
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
    return client.post("", content=fhirjson.dumps(bundle))


def total(client, query):
    return read(client.get(f"{query}&_total=accurate&_count=0", headers=STRICT))["total"]


def test_fifty_conditional_creates_make_one_and_updates_of_one_version_let_one_through(client):
    headers = {"If-None-Exist": f"identifier={NUMBER}|1"}
    made = threads.at_once(
        lambda _n: client.post("Patient", content=fhirjson.dumps(person()), headers=headers),
        range(50),
    )

    assert sorted(one.status_code for one in made) == [200] * 49 + [201]
    (id,) = {read(one, one.status_code)["id"] for one in made}
    assert total(client, f"Patient?identifier={NUMBER}|1") == 1

    for version in range(1, 4):
        changes = [person(id=id, multipleBirthInteger=version * 10 + n) for n in range(8)]
        answers = threads.at_once(
            lambda one, version=version: put(client, one, **{"If-Match": f'W/"{version}"'}),
            changes,
        )
        assert sorted(one.status_code for one in answers) == [200] + [412] * 7

    versions = read(client.get(f"Patient/{id}/_history"))["entry"]
    assert [one["resource"]["meta"]["versionId"] for one in versions] == ["4", "3", "2", "1"]


def test_bundles_are_whole_circles_close_and_what_comes_back_keeps_its_history(client):
    refused = transaction(
        client,
        entry("POST", "Patient", person("7")),
        entry("PUT", "Patient/good", person("8", id="good")),
        entry("POST", "Condition", {"resourceType": "Condition", "subject": {"reference": "Patient?identifier=none|none"}}),
    )  # fmt: skip

    assert refused.status_code == 412
    assert total(client, f"Patient?identifier={NUMBER}|7,{NUMBER}|8") == 0
    assert client.get("Patient/good").status_code == 404
    assert read(client.get("_history"), 200).get("entry", []) == []

    linked = [
        person(name, link=[{"other": {"reference": f"urn:uuid:{other}"}, "type": "seealso"}])
        for name, other in (("a", "b"), ("b", "a"))
    ]
    told = read(
        transaction(client, *(entry("POST", "Patient", one, f"urn:uuid:{n}") for one, n in zip(linked, "ab", strict=True)))
    )  # fmt: skip
    one, other = ("/".join(e["response"]["location"].split("/")[:2]) for e in told["entry"])
    assert read(client.get(one))["link"][0]["other"]["reference"] == other
    assert read(client.get(other))["link"][0]["other"]["reference"] == one

    assert put(client, person(id="p")).status_code == 201
    assert client.delete("Patient/p").status_code == 204
    assert client.get("Patient/p").status_code == 410
    assert put(client, person(id="p", gender="other")).status_code in (200, 201)

    history = read(client.get("Patient/p/_history"))
    assert history["total"] == 3
    assert [one["request"]["method"] for one in history["entry"]] == ["PUT", "DELETE", "POST"]
    assert "gender" not in read(client.get("Patient/p/_history/1"))
    assert client.get("Patient/p/_history/2").status_code == 410
    assert read(client.get("Patient/p"))["meta"]["versionId"] == "3"

    strict = client.get("Patient?colour=red&gender=other", headers=STRICT)
    lenient = read(client.get("Patient?colour=red&gender=other"))
    assert strict.status_code == 400
    assert read(strict, 400)["resourceType"] == "OperationOutcome"
    assert [one["url"] for one in lenient["link"] if one["relation"] == "self"][0].endswith("Patient?gender=other")  # fmt: skip
    assert total(client, "Patient?gender=other") == 1


def test_pages_stay_complete_and_disjoint_while_others_write_and_delete(client):
    entries = [
        entry("PUT", f"Patient/old{n:03d}", person(str(n), id=f"old{n:03d}")) for n in range(60)
    ]
    assert transaction(client, *entries).status_code == 200
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            fresh = read(client.post("Patient", content=fhirjson.dumps(person("new"))), 201)["id"]
            put(client, person("30", id="old030", multipleBirthInteger=len(written)))
            if len(written) % 2:
                client.delete(f"Patient/{fresh}")
            written.append(fresh)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        for query in (
            "Patient?_count=7",
            "Patient?_count=7&_sort=-birthdate",
            "Patient?_count=7&_sort=name",
        ):
            found, where = [], query
            while where:
                page = read(client.get(where))
                found += [one["resource"]["id"] for one in page["entry"]]
                where = next((x["url"] for x in page["link"] if x["relation"] == "next"), None)
            assert len(found) == len(set(found)), query
            assert {f"old{n:03d}" for n in range(60)} <= set(found), query
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert len(written) > 2


def test_a_body_that_comes_in_chunks_is_read_as_one_that_tells_its_length(client):
    body = fhirjson.dumps(person("chunks"))
    in_chunks = (body[at : at + 20] for at in range(0, len(body), 20))

    made = client.post("Patient", content=in_chunks)

    assert read(made, 201)["identifier"][0]["value"] == "chunks"
    assert "Transfer-Encoding" in made.request.headers
