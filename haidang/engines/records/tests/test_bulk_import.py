"""Imports as jobs: every line taken in or told of, whatever breaks in between."""

import os

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.bulk import importing
from haidang.engines.records.tests.bulk_jobs import (
    BASIC,
    BY,
    MANNER,
    city,
    everything,
    export,
    lines,
    ndjson,
    refs,
    take_in,
)
from haidang.kernel import errors


@pytest.fixture(autouse=True)
def home(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    return tmp_path


@pytest.fixture
def data(home):
    return city()


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
