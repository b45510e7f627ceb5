"""Exports as jobs, against a database of their own, the worker's part included."""

import json
import random
import resource
import tracemalloc

import pytest
from django.db import connections

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.engines.records.models import BulkJob
from haidang.engines.records.tests.bulk_jobs import (
    BY,
    CLIENT,
    MANNER,
    OTHER,
    city,
    everything,
    export,
    lines,
    refs,
    status,
)
from haidang.kernel import errors


@pytest.fixture(autouse=True)
def home(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    return tmp_path


@pytest.fixture
def data(home):
    return city()


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


def test_a_file_of_deletions_counts_its_lines(home):
    """As every file does: what is in it are Bundles."""
    ids = [f"b{n}" for n in range(1001)]
    with everything():
        records.save_all([{"resourceType": "Basic", "id": id, "code": {"text": id}} for id in ids], by=BY)  # fmt: skip
    first = export()
    with everything():
        records.save_all([], by=BY, deletes=[f"Basic/{id}" for id in ids])

    job = export(since=first.moment.isoformat())

    (file,) = job.files
    bundles = lines(job, "deleted")
    assert (file.role, file.type, file.lines, len(bundles)) == ("deleted", "Bundle", 2, 2)
    assert sum(len(each["entry"]) for each in bundles) == 1001


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


def test_large_attachments_go_through_whole_and_one_at_a_time(data):
    """What is held at once is a piece of one of them, however many there are and however well
    they are packed."""
    noise = [random.Random(n).randbytes(900_000).hex() for n in range(6)]
    with everything():
        for n, content in enumerate([*noise, "A" * 5_000_000]):
            records.save(
                {"resourceType": "Binary", "id": f"b{n}", "contentType": "text/plain", "data": content},
                by=BY,
            )  # fmt: skip
        served = {records.get(f"Binary/b{n}").json for n in range(7)}

    tracemalloc.start()
    try:
        job = export(types=("Binary",))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    (file,) = job.files
    content = b"".join(records.bulk.fetch(job.uid, file.name))
    assert set(content.splitlines()) == served
    assert (len(content), file.lines) == (file.bytes, 7)
    assert peak < 2 * len(noise[0]) < file.bytes / 4


def test_elements_keep_what_is_asked_for(data):
    found = lines(export(types=("Patient",), elements=("gender",)))

    assert all(set(p) == {"resourceType", "id", "meta", "gender"} for p in found)
    assert found[0]["meta"]["tag"][-1]["code"] == "SUBSETTED"


def test_an_element_of_one_type_is_kept_of_that_type_alone(data):
    found = lines(export(types=("Patient",), elements=("Patient.gender", "Practitioner.name")))

    assert all(set(p) == {"resourceType", "id", "meta", "gender"} for p in found)


# ── Jobs ───────────────────────────────────────────────────────────────────────────────────


def test_one_job_of_a_client_runs_and_the_next_waits_its_turn(data):
    first = records.bulk.ask_for_export(records.bulk.wish_of(), by=CLIENT)
    second = records.bulk.ask_for_export(records.bulk.wish_of(), by=CLIENT)

    assert not records.bulk.run(second.number, MANNER)
    assert records.bulk.status(second.uid, by=CLIENT).ahead == 1
    assert records.bulk.run_next(MANNER) == 1
    assert status(first, by=CLIENT).state == "done"
    assert records.bulk.run_next(MANNER) == 1
    assert records.bulk.run_next(MANNER) == 0


def test_a_job_is_its_owners_alone(data):
    job = export(by=CLIENT)

    with pytest.raises(errors.NotFound):
        records.bulk.status(job.uid, by=OTHER)
    with pytest.raises(errors.NotFound):
        records.bulk.file_of(job.uid, job.files[0].name, by=OTHER)
    with everything():
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


def test_a_full_disk_ends_an_export_with_its_reason_and_leaves_no_files(data, home, caplog):
    """A limit of the operating system on the size of files stands for the disk."""
    job = records.bulk.ask_for_export(records.bulk.wish_of(), by=BY)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        records.bulk.run(job.number, MANNER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    done = records.bulk.status(job.uid, by=BY)
    assert (done.state, done.why["code"]) == ("failed", "records.store_closed")
    assert done.why["facts"] == {"why": "EFBIG"}
    assert list((home / "files" / "bulk").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("gender", True), ("Patient.gender", True), ("id", True), ("Observation.gender", False), ("name.family", False),
        ("Nothing.gender", False), ("colour", False), ("status", False),
    ],
)  # fmt: skip
def test_elements_are_those_of_the_root_of_what_goes_out(name, known):
    if known:
        assert records.bulk.wish_of(types=("Patient",), elements=(name,)).elements == (name,)
        return
    with pytest.raises(errors.Incorrect) as refused:
        records.bulk.wish_of(types=("Patient",), elements=(name,))
    assert refused.value.code == "records.element_unknown"
