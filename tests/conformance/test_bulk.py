"""Bulk export and import against the real server and the real worker, killed when it hurts most."""

import gzip
import signal
import time

import httpx2
import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson

PATIENCE_S = 60
ASYNC = {"Prefer": "respond-async"}
COUNT = 6000


@pytest.fixture
def client(home, server):
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx2.Client(base_url=server.base + "/", headers=headers, timeout=30) as client:
        yield client


def _kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def _poll(client, where):
    """Ask until it is done; every answer on the way has its count."""
    until, seen = time.monotonic() + PATIENCE_S, []
    while time.monotonic() < until:
        answer = client.get(where)
        if answer.status_code != 202:
            return answer, seen
        seen.append(answer.headers["X-Progress"])
        time.sleep(0.2)
    raise AssertionError(f"the job did not end: {seen[-3:]}")


def _wait_for_some(done):
    """Until the running job has dealt with this many resources."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT done FROM records_bulk_job WHERE state = 'running'")
            if any(row[0] >= done for row in cursor.fetchall()):
                return
        time.sleep(0.02)
    raise AssertionError("the job did not get on")


def _basics(start, count):
    text = "ghi chú " * 40
    return [
        {"resourceType": "Basic", "id": f"b{n}", "code": {"text": f"{n} {text}"}}
        for n in range(start, start + count)
    ]


def _fetched(client, manifest):
    lines = []
    for file in manifest["output"]:
        answer = client.get(file["url"], headers={"Accept": "application/fhir+ndjson"})
        assert answer.status_code == 200
        found = answer.content.splitlines()
        assert len(found) == file["count"]
        lines += [fhirjson.loads(line) for line in found]
    return lines


def test_an_export_survives_a_worker_that_is_killed(client, workers):
    for start in range(0, COUNT, 1000):
        with access.reach(actor.SYSTEM, people="all"):
            records.save_all(_basics(start, 1000), by=actor.SYSTEM)
    where = client.get("$export", headers=ASYNC).headers["Content-Location"]
    first = workers()
    until = time.monotonic() + PATIENCE_S
    while (
        client.get(where).headers["X-Progress"].startswith("waiting") and time.monotonic() < until
    ):
        time.sleep(0.02)  # the worker needs the processor more
    _kill(first)
    workers()

    answer, _seen = _poll(client, where)

    found = _fetched(client, answer.json())
    assert sorted(r["id"] for r in found if r["resourceType"] == "Basic") == sorted(
        f"b{n}" for n in range(COUNT)
    )


@pytest.mark.parametrize("packed", [False, True])
def test_an_import_goes_on_where_a_killed_worker_stood(client, workers, home, packed):
    file = home / "in" / ("basics.ndjson.gz" if packed else "basics.ndjson")
    content = b"".join(fhirjson.dumps(each) + b"\n" for each in _basics(0, COUNT))
    file.write_bytes(gzip.compress(content) if packed else content)
    manifest = {"input": [{"type": "Basic", "url": str(file)}]}
    where = client.post("$import", json=manifest, headers=ASYNC).headers["Content-Location"]

    for done in (1000, 3000):
        worker = workers()
        _wait_for_some(done)
        _kill(worker)
    workers()
    answer, _seen = _poll(client, where)

    assert answer.json()["output"] == [{"type": "Basic", "inputUrl": str(file), "count": COUNT}]
    with access.reach(actor.SYSTEM, people="all"):
        assert records.count("Basic") == COUNT
        assert all(page.version == 1 for page in records.search("Basic", "_count=1000").matches)
        assert records.history(type="Basic", count=1).entries[0].version == 1


def test_a_running_import_can_be_cancelled(client, workers, home):
    file = home / "in" / "basics.ndjson"
    file.write_bytes(b"".join(fhirjson.dumps(each) + b"\n" for each in _basics(0, COUNT)))
    manifest = {"input": [{"type": "Basic", "url": str(file)}]}
    where = client.post("$import", json=manifest, headers=ASYNC).headers["Content-Location"]
    workers()
    _wait_for_some(1000)

    assert client.delete(where).status_code == 202
    assert client.get(where).status_code == 404
    time.sleep(1.0)
    with access.reach(actor.SYSTEM, people="all"):
        stopped = records.count("Basic")
        time.sleep(1.0)
        assert records.count("Basic") == stopped < COUNT
        assert stopped % 1000 == 0


def test_the_second_job_of_a_client_is_told_its_place(client, workers):
    first = client.get("$export", headers=ASYNC).headers["Content-Location"]
    second = client.get("$export", headers=ASYNC).headers["Content-Location"]

    assert client.get(second).headers["X-Progress"] == "waiting, 1 before this one"
    workers()
    for where in (first, second):
        answer, _seen = _poll(client, where)
        assert answer.status_code == 200


def test_nobody_without_the_token_gets_a_file(client, workers):
    client.put("Basic/b1", json=_basics(1, 1)[0])
    where = client.get("$export?_type=Basic", headers=ASYNC).headers["Content-Location"]
    workers()
    answer, _seen = _poll(client, where)
    url = answer.json()["output"][0]["url"]
    _registered, token = access.create_client(
        "Bên khác", ["gateway.use_fhir", "system/*.cruds"], "31002", actor.SYSTEM
    )

    assert httpx2.get(url).status_code == 401
    assert httpx2.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 404
    assert client.get(url).status_code == 200


def test_of_two_workers_the_other_takes_over_what_a_killed_one_did(client, workers, server, home):
    """Two systems at once, each with a compressed file, and one worker that dies in the middle."""
    _registered, token = access.create_client(
        "Bên khác", ["gateway.use_fhir", "system/*.cruds"], "31002", actor.SYSTEM
    )
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=server.base + "/", headers=headers, timeout=30) as other:
        asked = []
        for number, each in enumerate((client, other)):
            lines = (fhirjson.dumps(one) + b"\n" for one in _basics(number * COUNT, COUNT))
            file = home / "in" / f"{number}.ndjson.gz"
            file.write_bytes(gzip.compress(b"".join(lines)))
            manifest = {"input": [{"type": "Basic", "url": str(file)}]}
            answer = each.post("$import", json=manifest, headers=ASYNC)
            asked.append((each, answer.headers["Content-Location"]))
        first, _second = workers(), workers()
        _wait_for_some(1000)
        _kill(first)

        counts = [_poll(each, where)[0].json()["output"][0]["count"] for each, where in asked]

    assert counts == [COUNT, COUNT]
    with access.reach(actor.SYSTEM, people="all"):
        assert records.count("Basic") == 2 * COUNT
        newest = records.history(type="Basic", count=1000).entries
        assert {version.version for version in newest} == {1}
