"""Exports and imports as jobs, against a database of their own, the worker's part included."""

import json
import os
import random

import pytest
from django.db import connections

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.engines.records.bulk import importing
from haidang.engines.records.models import BulkJob
from haidang.engines.records.tests.mixture import Mixture
from haidang.kernel import actor, errors, fhirjson

BY = actor.SYSTEM
CLIENT = actor.Actor(ref="Device/partner", name="Đối tác", kind=actor.CLIENT, org="31001")
OTHER = actor.Actor(ref="Device/other", name="Bên khác", kind=actor.CLIENT, org="31002")
BASIC = {"resourceType": "Basic", "code": {"text": "a"}}
MANNER = records.bulk.Manner()


@pytest.fixture(autouse=True)
def home(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    return tmp_path


@pytest.fixture
def data():
    made = Mixture(5, 40)
    with everything():
        records.save_all(made.all, by=BY)
    return made


def everything():
    return access.reach(BY, people="all")


def export(by=BY, manner=MANNER, **wish):
    job = records.bulk.ask_for_export(records.bulk.wish_of(**wish), by=by)
    assert records.bulk.run(job.number, manner)
    return records.bulk.status(job.uid, by=by)


def lines(job, role="output"):
    return [
        fhirjson.loads(line)
        for file in job.files
        if file.role == role
        for line in b"".join(records.bulk.fetch(job.uid, file.name)).splitlines()
    ]


def refs(resources):
    return sorted(f"{r['resourceType']}/{r['id']}" for r in resources)


def take_in(*sources, by=BY, manner=MANNER):
    asked = [records.bulk.Source(str(each)) for each in sources]
    job = records.bulk.ask_for_import(asked, by=by)
    assert records.bulk.run(job.number, manner)
    return records.bulk.status(job.uid, by=by)


def ndjson(path, resources):
    path.write_bytes(b"".join(fhirjson.dumps(each) + b"\n" for each in resources))
    return path


# ── Export ─────────────────────────────────────────────────────────────────────────────────


def test_an_export_holds_every_resource_as_it_is_served(data):
    job = export()

    found = lines(job)
    assert (job.state, job.done, job.total) == ("done", len(data.all), len(data.all))
    assert refs(found) == refs(data.all)
    assert sum(file.lines for file in job.files) == len(data.all)
    with everything():
        assert all(records.get(f"{r['resourceType']}/{r['id']}").resource == r for r in found[:60])


def test_each_file_holds_one_type(data):
    job = export(types=("Patient", "Observation"))

    assert {file.type for file in job.files} == {"Patient", "Observation"}
    for file in job.files:
        content = b"".join(records.bulk.fetch(job.uid, file.name))
        assert len(content) == file.bytes
        assert {json.loads(line)["resourceType"] for line in content.splitlines()} == {file.type}


def test_a_filter_means_what_the_search_means(data):
    queries = ["code=718-7", "status=amended&subject:Patient.gender=female"]

    job = export(types=("Observation", "Patient"), filters=[f"Observation?{q}" for q in queries])

    with everything():
        wanted = {
            m.id
            for q in queries
            for m in records.search("Observation", [*pairs(q), ("_count", "1000")]).matches
        }
    found = lines(job)
    assert {r["id"] for r in found if r["resourceType"] == "Observation"} == wanted
    assert {r["id"] for r in found if r["resourceType"] == "Patient"} == {
        p["id"] for p in data.patients
    }


def pairs(query):
    return [tuple(pair.split("=", 1)) for pair in query.split("&")]


@pytest.mark.parametrize(
    "wish",
    [
        {"types": ("Nothing",)},
        {"filters": ["Observation?color=red"]},
        {"filters": ["Observation"]},
        {"filters": ["Observation?code=1&_sort=date"]},
        {"types": ("Patient",), "filters": ["Observation?code=1"]},
        {"since": "yesterday"},
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_when_it_is_made(wish):
    with pytest.raises(errors.Incorrect):
        records.bulk.wish_of(**wish)


def test_since_tells_what_changed_and_what_was_deleted(data):
    first = export()
    with everything():
        records.save({**data.patients[0], "gender": "unknown"}, by=BY)
        records.delete("Observation/o3", by=BY)

    second = export(since=first.moment.isoformat())

    assert refs(lines(second)) == [f"Patient/{data.patients[0]['id']}"]
    (bundle,) = lines(second, "deleted")
    assert bundle["type"] == "transaction"
    assert bundle["entry"] == [{"request": {"method": "DELETE", "url": "Observation/o3"}}]


def test_what_a_slow_writer_commits_late_is_in_the_next_export(data):
    """It has its moment before the first export, and is not seen by it."""
    import threading

    written, go_on = threading.Event(), threading.Event()

    def slow():
        with everything():
            records.save({"resourceType": "Organization", "id": "late"}, by=BY)
            written.set()
            go_on.wait(20)
        connections.close_all()

    writer = threading.Thread(target=slow)
    writer.start()
    written.wait(20)
    first = export()
    go_on.set()
    writer.join()

    second = export(since=first.moment.isoformat())

    assert "Organization/late" not in refs(lines(first))
    assert "Organization/late" in refs(lines(second))


def test_the_records_of_a_group_are_those_of_its_people(data):
    chosen = [data.patients[1]["id"], data.patients[2]["id"]]
    members = [{"entity": {"reference": f"Patient/{id}"}} for id in chosen]
    members.append({"entity": {"reference": f"Patient/{data.patients[3]['id']}"}, "inactive": True})
    with everything():
        records.save(
            {
                "resourceType": "Group",
                "id": "g",
                "type": "person",
                "actual": True,
                "member": members,
            },
            by=BY,
        )
        wanted = [s.ref for id in chosen for s in records.compartment(records.rid(f"Patient/{id}"))]

    assert refs(lines(export(level="group", group="Group/g"))) == sorted(wanted)
    assert refs(
        lines(export(level="patient", people=[f"Patient/{id}" for id in chosen]))
    ) == sorted(wanted)


def test_all_people_without_what_is_nobodys(data):
    found = lines(export(level="patient"))

    assert {r["resourceType"] for r in found} >= {"Patient", "Observation", "Encounter"}
    assert "Organization" not in {r["resourceType"] for r in found}


def test_an_export_sees_no_more_than_its_actor(data):
    with everything():
        rid = records.rid("Patient/p1")
        access.relate(rid, "31001", basis="encounter")
        own = [s.ref for s in records.compartment(rid)]
    manner = records.bulk.Manner(opened=access.reach)

    job = export(by=CLIENT, manner=manner, level="patient")

    assert refs(lines(job)) == sorted(own)
    (look,) = ledger.looks_at("Patient/p1")
    assert (look.by_ref, look.what, look.purpose) == (CLIENT.ref, "fhir.export", "care")
    assert ledger.looks_at("Patient/p2") == []


def test_large_attachments_go_through_whole(data):
    noise = random.Random(3).randbytes(900_000).hex()
    with everything():
        records.save(
            {"resourceType": "Binary", "id": "big", "contentType": "text/plain", "data": noise},
            by=BY,
        )
        records.save(
            {
                "resourceType": "Binary",
                "id": "even",
                "contentType": "text/plain",
                "data": "A" * 5_000_000,
            },
            by=BY,
        )
        served = [records.get("Binary/big").json, records.get("Binary/even").json]

    job = export(types=("Binary",))

    (file,) = job.files
    content = b"".join(records.bulk.fetch(job.uid, file.name))
    assert sorted(content.splitlines()) == sorted(served)
    assert (len(content), file.lines) == (file.bytes, 2)


def test_elements_keep_what_is_asked_for(data):
    found = lines(export(types=("Patient",), elements=("gender",)))

    assert all(set(p) == {"resourceType", "id", "meta", "gender"} for p in found)
    assert found[0]["meta"]["tag"][-1]["code"] == "SUBSETTED"


# ── Jobs ───────────────────────────────────────────────────────────────────────────────────


def test_one_job_of_a_client_runs_and_the_next_waits_its_turn(data):
    first = records.bulk.ask_for_export(records.bulk.wish_of(), by=CLIENT)
    second = records.bulk.ask_for_export(records.bulk.wish_of(), by=CLIENT)

    assert not records.bulk.run(second.number, MANNER)
    assert records.bulk.status(second.uid, by=CLIENT).ahead == 1
    assert records.bulk.run_next(MANNER) == 1
    assert records.bulk.status(first.uid, by=CLIENT).state == "done"
    assert records.bulk.run_next(MANNER) == 1
    assert records.bulk.run_next(MANNER) == 0


def test_a_job_is_its_owners_alone(data):
    job = export(by=CLIENT)

    with pytest.raises(errors.NotFound):
        records.bulk.status(job.uid, by=OTHER)
    with pytest.raises(errors.NotFound):
        records.bulk.file_of(job.uid, job.files[0].name, by=OTHER)
    assert records.bulk.file_of(job.uid, job.files[0].name, by=CLIENT)


def test_a_cancelled_export_is_gone_and_so_are_its_files(data, home):
    job = export()
    records.bulk.cancel(job.uid, by=BY)

    with pytest.raises(errors.NotFound):
        records.bulk.status(job.uid, by=BY)
    assert list((home / "files" / "bulk").iterdir()) == []


def test_files_go_when_their_time_is_over(data, home):
    job = export()
    BulkJob.objects.update(expires_at=job.asked_at)

    with pytest.raises(errors.NotFound):
        records.bulk.file_of(job.uid, job.files[0].name, by=BY)
    assert records.bulk.sweep() == 1
    assert list((home / "files" / "bulk").iterdir()) == []


def test_an_export_that_is_cancelled_while_it_runs_stops_and_leaves_nothing(data, home):
    job = records.bulk.ask_for_export(records.bulk.wish_of(), by=BY)

    class Cancelling:
        def __call__(self, by):
            records.bulk.cancel(job.uid, by=BY)
            return everything()

    records.bulk.run(job.number, records.bulk.Manner(opened=Cancelling()))

    assert BulkJob.objects.get().state == "cancelled"
    assert list((home / "files" / "bulk").glob("*/*")) == []


def test_a_fault_of_ours_ends_the_job_and_says_no_names(data):
    def broken(by):
        raise ValueError("Nguyễn Văn An")

    job = records.bulk.ask_for_export(records.bulk.wish_of(), by=BY)
    records.bulk.run(job.number, records.bulk.Manner(check=broken))

    found = records.bulk.status(job.uid, by=BY)
    assert (found.state, found.why["message"]) == ("failed", "ValueError")


# ── Import ─────────────────────────────────────────────────────────────────────────────────


def test_what_was_exported_can_be_taken_in_elsewhere(data, home):
    job = export()
    files = [home / "files" / "bulk" / job.uid.replace("-", "") / f.name for f in job.files]
    before = refs(lines(job))
    with everything():
        records.save_all([], by=BY, deletes=before)

    done = take_in(*files)

    assert (done.state, done.done) == ("done", len(before))
    assert refs(lines(export())) == before


def test_lines_that_cannot_be_taken_in_are_told_one_by_one(home):
    file = home / "mixed.ndjson"
    file.write_bytes(
        b'{"resourceType":"Patient","id":"a","name":[{"text":"A"}]}\n'
        b'{"resourceType":"Patient","id":"b","birthDate":"no day"}\n'
        b"\n"
        b"not json\n"
        b'{"resourceType":"Nothing","id":"c"}\n'
        b'{"resourceType":"Patient","id":"d","name":[{"text":"nul \\u0000"}]}\n'
        b'{"resourceType":"Patient","id":"a","name":[{"text":"again"}]}'
    )

    job = take_in(file)

    told = lines(job, "error")
    assert (job.state, job.done) == ("done", 2)
    assert [o["extension"][0]["valueInteger"] for o in told] == [2, 4, 5, 6]
    assert [o["issue"][0]["details"]["coding"][0]["code"] for o in told][:2] == [
        "validation.value",
        "fhirjson.unreadable",
    ]
    with everything():
        assert records.get("Patient/a").version == 2


def test_a_file_goes_on_behind_what_was_written(home, monkeypatch):
    """The connection breaks between two sets; afterwards nothing is doubled or lost."""
    monkeypatch.setattr(importing, "LINES", 10)
    file = ndjson(
        home / "p.ndjson", [{"resourceType": "Basic", "code": {"text": str(n)}} for n in range(95)]
    )
    job = records.bulk.ask_for_import([records.bulk.Source(str(file))], by=BY)
    sets = []

    def breaking(by, versions):
        sets.append(versions[0].resource["code"]["text"])
        if len(sets) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        records.bulk.run(job.number, records.bulk.Manner(written=breaking))
    records.bulk.run(job.number, MANNER)

    done = records.bulk.status(job.uid, by=BY)
    with everything():
        found = sorted(
            int(m.resource["code"]["text"]) for m in records.search("Basic", "_count=200").matches
        )
    assert len(sets) == 5
    assert (done.done, found) == (95, list(range(95)))


def test_a_source_that_changed_in_between_is_not_gone_on_with(home, monkeypatch):
    monkeypatch.setattr(importing, "LINES", 1)
    file = ndjson(home / "p.ndjson", [BASIC | {"id": str(n)} for n in range(9)])
    job = records.bulk.ask_for_import([records.bulk.Source(str(file))], by=BY)

    def breaking(by, versions):
        if versions[0].id == "3":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        records.bulk.run(job.number, records.bulk.Manner(written=breaking))
    ndjson(file, [BASIC | {"id": f"x{n}"} for n in range(9)])
    os.utime(file, (1, 1))
    records.bulk.run(job.number, MANNER)

    done = records.bulk.status(job.uid, by=BY)
    assert (done.state, done.why["code"], done.done) == ("failed", "records.source_changed", 3)


def test_the_lines_of_a_file_have_the_type_it_says(home):
    file = ndjson(
        home / "p.ndjson",
        [BASIC | {"id": "b"}, {"resourceType": "Patient", "id": "p"}],
    )
    job = records.bulk.ask_for_import([records.bulk.Source(str(file), "Patient")], by=BY)
    records.bulk.run(job.number, MANNER)

    done = records.bulk.status(job.uid, by=BY)
    assert (done.done, len(lines(done, "error"))) == (1, 1)


def test_a_set_that_may_not_be_written_is_told_line_by_line(home):
    """Of many lines the one that is refused is found, and the others are written."""
    file = ndjson(home / "p.ndjson", [BASIC | {"id": f"b{n}"} for n in range(40)])

    def refusing(by, versions):
        if any(v.id == "b17" for v in versions):
            raise errors.NotAllowed("access.no_relationship", "Không được phép.")

    done = take_in(file, manner=records.bulk.Manner(written=refusing))

    assert [o["extension"][0]["valueInteger"] for o in lines(done, "error")] == [18]
    with everything():
        assert records.count("Basic") == 39


def test_a_file_that_is_not_there_ends_the_job_with_a_reason(home):
    done = take_in(home / "none.ndjson")

    assert (done.state, done.why["code"]) == ("failed", "records.source_closed")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://partner.example/out/1.ndjson", True),
        ("https://partner.example/out/../1.ndjson", False),
        ("https://partner.example/out/%2e%2e/1.ndjson", False),
        ("https://partner.example/outside/1.ndjson", False),
        ("http://partner.example/out/1.ndjson", False),
        ("https://partner.example:8443/out/1.ndjson", False),
        ("https://partner.example.evil.example/out/1.ndjson", False),
        ("https://partner.example@evil.example/out/1.ndjson", False),
        ("https://169.254.169.254/latest", False),
        ("s3://city/in/1.ndjson", True),
        ("s3://city2/in/1.ndjson", False),
        ("/srv/bulk/a.ndjson", True),
        ("file:///srv/bulk/a.ndjson", True),
        ("/srv/bulk/../../etc/passwd", False),
        ("file:///etc/passwd", False),
        ("gopher://partner.example/out/", False),
    ],
)
def test_only_named_places_are_read(settings, url, allowed):
    settings.HAIDANG_IMPORT_FROM = ["https://partner.example/out/", "s3://city/in", "/srv/bulk"]

    assert records.bulk.allowed(url) is allowed


def test_nothing_is_read_unless_it_is_named():
    assert not records.bulk.allowed("https://partner.example/out/1.ndjson")
