"""Imports as jobs: every line taken in or told of, whatever breaks in between."""

import codecs
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from haidang.engines.records import api as records
from haidang.engines.records import console
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


def test_a_line_that_holds_no_resource_is_told_so(home):
    file = home / "odd.ndjson"
    file.write_bytes(b'null\n[]\n"x"\n7\n')

    done = take_in(file)

    report = next(file for file in done.files if file.role == "error")
    told = [
        json.loads(line)
        for line in b"".join(records.bulk.fetch(done.uid, report.name)).splitlines()
    ]
    assert [one["issue"][0]["details"]["coding"][0]["code"] for one in told] == ["records.not_a_resource"] * 4  # fmt: skip


@pytest.fixture
def two_files(home):
    basic = b'{"resourceType":"Basic","id":"%d","code":{"text":"a"}}\n'
    (home / "good.ndjson").write_bytes(basic % 1)
    (home / "mixed.ndjson").write_bytes(basic % 2 + b"not json\n" + b'{"resourceType":"Nothing"}\n')
    return home


def test_the_command_names_file_and_line_of_all_that_is_wrong(two_files):
    answer = CliRunner().invoke(console.command, ["import", str(two_files), "--json"])

    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert (told["resources"], told["lines_wrong"]) == (2, 2)
    assert [(Path(each["file"]).name, each["line"]) for each in told["wrong"]] == [
        ("mixed.ndjson", 2), ("mixed.ndjson", 3),
    ]  # fmt: skip
    assert told["wrong"][0]["code"] == "fhirjson.unreadable"


def test_the_command_says_it_in_words_too(two_files):
    answer = CliRunner().invoke(console.command, ["import", str(two_files)])

    lines = answer.stdout.splitlines()
    assert lines[0].startswith(f"{two_files / 'mixed.ndjson'}:2: fhirjson.unreadable: ")
    assert lines[-1] == "2 resources taken in, 2 lines refused."


def test_an_import_without_wrong_lines_is_a_0(two_files):
    asked = ["import", str(two_files / "good.ndjson"), "--json"]

    answer = CliRunner().invoke(console.command, asked)

    told = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (told["resources"], told["lines_wrong"], told["wrong"]) == (1, 0, [])


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


def test_a_byte_order_mark_counts_to_the_file_and_not_to_its_first_line(home):
    with_mark = home / "mark.ndjson"
    first, second = (json.dumps({**BASIC, "id": id}).encode() for id in ("a", "b"))
    with_mark.write_bytes(codecs.BOM_UTF8 + first + b"\n" + second + b"\n" + codecs.BOM_UTF8)

    job = take_in(with_mark)

    assert (job.state, job.done) == ("done", 2)
    assert job.files[-1].bytes == with_mark.stat().st_size
    assert [o["extension"][0]["valueInteger"] for o in lines(job, "error")] == [3]


def test_an_import_that_failed_says_at_which_file_and_line(home, monkeypatch):
    monkeypatch.setattr(importing, "LINES", 1)
    monkeypatch.setattr(importing, "MOST_FAULTS", 1)
    whole = ndjson(home / "whole.ndjson", [{**BASIC, "id": "a"}])
    broken = home / "broken.ndjson"
    broken.write_bytes(json.dumps({**BASIC, "id": "b"}).encode() + b"\nnot json\nnor this\n")

    job = take_in(whole, broken)

    assert (job.state, job.why["code"]) == ("failed", "records.too_many_faults")
    told = {name: job.why["facts"][name] for name in ("file", "url", "from_line")}
    assert told == {"file": 2, "url": str(broken), "from_line": 3}


def test_a_fault_of_ours_says_where_it_happened_and_nothing_else(home, monkeypatch):
    def fail(by, versions):
        raise ValueError("words that may name people")

    path = ndjson(home / "one.ndjson", [{**BASIC, "id": "a"}])

    job = take_in(path, manner=records.bulk.Manner(written=fail))

    assert job.why["message"] == "ValueError"
    assert job.why["facts"] == {"file": 1, "url": str(path), "from_line": 1}
