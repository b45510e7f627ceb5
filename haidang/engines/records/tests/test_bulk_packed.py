"""Imports of compressed files, and from web servers and buckets that are really spoken to."""

import functools
import gzip
import os
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from haidang.engines.records import api as records
from haidang.engines.records.bulk import importing, sources, unpacking
from haidang.engines.records.tests.bulk_jobs import BY, MANNER, everything, take_in
from haidang.kernel import fhirjson

COUNT = 95


@pytest.fixture(autouse=True)
def home(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    return tmp_path


def _lines(start=0, count=COUNT):
    made = ({"resourceType": "Basic", "id": f"b{n}", "code": {"text": str(n)}} for n in range(start, start + count))  # fmt: skip
    return b"".join(fhirjson.dumps(each) + b"\n" for each in made)


def _written():
    """{id: version} of all that was taken in."""
    with everything():
        return {each.id: each.version for each in records.search("Basic", "_count=1000").matches}


EXPECTED = {f"b{n}": 1 for n in range(COUNT)}
CONTENTS = {
    "one": gzip.compress(_lines()),
    "several": gzip.compress(_lines(0, 40)) + gzip.compress(b"") + gzip.compress(_lines(40, 55)),
    "within a line": gzip.compress(_lines()[:1234]) + gzip.compress(_lines()[1234:]),
    "padded": gzip.compress(_lines()) + bytes(512),
    "stored": gzip.compress(_lines(), 0),
    "no newline at the end": gzip.compress(_lines().rstrip()),
    "with a mark": gzip.compress(b"\xef\xbb\xbf" + _lines()),
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("name", ["a.ndjson.gz", "a.ndjson"])
def test_a_compressed_file_is_taken_in(home, kind, name):
    (home / name).write_bytes(CONTENTS[kind])

    job = take_in(home / name)

    assert (job.state, job.done, _written()) == ("done", COUNT, EXPECTED)


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("at", [1, 4, 9])
def test_it_goes_on_behind_what_was_written(home, monkeypatch, kind, at):
    monkeypatch.setattr(importing, "LINES", 10)
    (home / "a.gz").write_bytes(CONTENTS[kind])
    job = records.bulk.ask_for_import([records.bulk.Source(str(home / "a.gz"))], by=BY)
    _broken_off(job, at)
    before = len(_written())

    assert records.bulk.run(job.number, MANNER)

    assert before == 10 * (at - 1)
    assert records.bulk.status(job.uid, by=BY).done == COUNT
    assert _written() == EXPECTED


def _broken_off(job, at):
    sets = []

    def breaking(by, versions):
        sets.append(versions)
        if len(sets) == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        records.bulk.run(job.number, records.bulk.Manner(written=breaking))


def test_another_content_is_not_gone_on_with(home, monkeypatch):
    monkeypatch.setattr(importing, "LINES", 10)
    path = home / "a.gz"
    path.write_bytes(CONTENTS["one"])
    job = records.bulk.ask_for_import([records.bulk.Source(str(path))], by=BY)
    _broken_off(job, 3)
    path.write_bytes(CONTENTS["several"])
    os.utime(path, (1, 1))

    assert records.bulk.run(job.number, MANNER)

    done = records.bulk.status(job.uid, by=BY)
    assert (done.state, done.why["code"]) == ("failed", "records.source_changed")


# ── Broken, cut, swelling ──────────────────────────────────────────────────────────────────


def _flipped(content, at):
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


ONE = CONTENTS["stored"]  # stored without packing, a byte of it is a letter: the checksum tells
FAULTY = {
    "cut in the head": (ONE[:5], "records.source_cut", 0),
    "cut in the middle": (CONTENTS["several"][: len(gzip.compress(_lines(0, 40))) + 60], "records.source_cut", 40),
    "cut in the checksum": (ONE[:-3], "records.source_cut", COUNT),
    "cut before the size": (ONE[:-4], "records.source_cut", COUNT),
    "a wrong checksum": (_flipped(ONE, len(ONE) - 6), "records.source_damaged", None),
    "a wrong size": (_flipped(ONE, len(ONE) - 2), "records.source_damaged", None),
    "a wrong head": (_flipped(ONE, 2), "records.source_damaged", 0),
    "something behind": (CONTENTS["one"] + b"and more", "records.source_damaged", COUNT),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_file_is_refused_and_what_came_before_is_kept(home, kind):
    content, code, kept = FAULTY[kind]
    path = home / "a.ndjson.gz"
    path.write_bytes(content)

    job = take_in(path)

    assert (job.state, job.why["code"]) == ("failed", code)
    assert job.done == len(_written()) == job.why["facts"]["from_line"] - 1
    assert kept is None or job.done == kept


def test_a_file_cut_anywhere_loses_no_whole_line_before_the_cut(home):
    content = CONTENTS["stored"]
    for length in range(2, len(content), 97):
        pieces = unpacking.unpacked(iter([content[:length]]))
        found = []
        with pytest.raises(Exception, match="gzip"):
            found.extend(line for line, _end in sources.lines(pieces, 0))
        assert b"".join(line + b"\n" for line in found) == _lines()[: len(found) and len(b"".join(line + b"\n" for line in found))]  # fmt: skip
        whole = max(0, length - 64)  # the head, and what a block needs
        assert len(b"".join(found)) >= _lines()[:whole].rfind(b"\n") - len(found)


@pytest.mark.parametrize("filling", [b"\0", b"\n", b'{"resourceType":"Basic"}' + b" " * 4000])
def test_a_file_that_swells_is_stopped_in_little_memory(home, monkeypatch, filling):
    monkeypatch.setattr(unpacking, "FREE_BYTES", 4 * 1024 * 1024)
    path = home / "a.gz"
    with gzip.open(path, "wb") as file:
        for _piece in range(200):
            file.write(filling * (1024 * 1024 // len(filling)))
    tracemalloc.start()

    job = take_in(path)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (job.state, job.why["code"]) == ("failed", "records.source_swells")
    assert job.why["facts"]["most_times"] == unpacking.MOST_RATIO
    assert peak < 150 * 1024 * 1024


def test_records_that_repeat_themselves_do_not_swell_too_much(home, monkeypatch):
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1)
    note = {"resourceType": "Basic", "code": {"text": "ghi chú " * 40}}
    (home / "a.gz").write_bytes(gzip.compress((fhirjson.dumps(note) + b"\n") * 500))

    assert take_in(home / "a.gz").done == 500


# ── From web servers and buckets ───────────────────────────────────────────────────────────


class _Web(BaseHTTPRequestHandler):
    """Serves what the test has put there, ranges too; keeps what it was asked."""

    def do_GET(self):
        content, headers, status = self.server.served[self.path]
        self.server.asked.append((self.path, self.headers.get("Range"), self.headers.get("Accept-Encoding")))  # fmt: skip
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1]) if self.server.ranges else 0
        self.send_response(206 if start and status == 200 else status)
        for name, value in {"ETag": '"1"', "Content-Length": str(len(content) - start), **headers}.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[start : start + 1])  # the first piece may be as short as this
        self.wfile.flush()
        self.wfile.write(content[start + 1 :])

    def log_message(self, *_what):
        """Nothing: the test says what it found."""


@pytest.fixture
def web():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    server.served, server.asked, server.ranges = {}, [], True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (_lines(), {}), (CONTENTS["several"], {"Content-Type": "application/gzip"}),
        (CONTENTS["one"], {"Content-Encoding": "gzip"}), (CONTENTS["one"], {"Content-Encoding": "x-gzip"}),
    ],
)  # fmt: skip
def test_a_file_of_a_web_server_is_taken_in_and_gone_on_with(web, monkeypatch, content, headers, ranges):  # fmt: skip
    monkeypatch.setattr(importing, "LINES", 10)
    web.served["/a"], web.ranges = (content, headers, 200), ranges
    job = records.bulk.ask_for_import([records.bulk.Source(f"{web.address}/a")], by=BY)
    _broken_off(job, 4)

    assert records.bulk.run(job.number, MANNER)

    assert records.bulk.status(job.uid, by=BY).done == COUNT
    assert _written() == EXPECTED
    assert [each[2] for each in web.asked] == ["identity"] * 2
    assert (web.asked[1][1] is None) is (content != _lines())


@pytest.mark.parametrize(
    ("status", "headers", "code"),
    [
        (404, {}, "records.source_closed"), (302, {"Location": "/b"}, "records.source_closed"),
        (200, {"Content-Encoding": "br"}, "records.source_closed"),
        (200, {"Content-Length": "999999"}, "records.source_closed"),
    ],
)  # fmt: skip
def test_what_a_web_server_does_not_give_is_told(web, status, headers, code):
    web.served["/a"] = (_lines(), headers, status)

    job = take_in(f"{web.address}/a")

    assert (job.state, job.why["code"]) == ("failed", code)


@pytest.fixture
def bucket(monkeypatch):
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "REGION": "us-east-1"}.items():  # fmt: skip
        monkeypatch.setenv(f"AWS_{name}", value)
    from pyarrow import fs

    made = fs.S3FileSystem(endpoint_override=f"{host}:{port}", scheme="http", region="us-east-1", allow_bucket_creation=True)  # fmt: skip
    made.create_dir("city")
    yield made
    running.stop()


@pytest.mark.parametrize("content", [_lines(), CONTENTS["several"]], ids=["plain", "packed"])
def test_a_file_of_a_bucket_is_taken_in_and_gone_on_with(bucket, monkeypatch, content):
    monkeypatch.setattr(importing, "LINES", 10)
    with bucket.open_output_stream("city/in/a") as file:
        file.write(content)
    job = records.bulk.ask_for_import([records.bulk.Source("s3://city/in/a")], by=BY)
    _broken_off(job, 4)

    assert records.bulk.run(job.number, MANNER)

    assert records.bulk.status(job.uid, by=BY).done == COUNT
    assert _written() == EXPECTED


def test_an_export_goes_to_a_bucket_and_comes_back_from_it(bucket, settings, home):
    settings.HAIDANG_FILES = "s3://city/files"
    with everything():
        records.save_all(map(fhirjson.loads, _lines().splitlines()), by=BY)
    job = records.bulk.ask_for_export(records.bulk.wish_of(), by=BY)
    assert records.bulk.run(job.number, MANNER)
    done = records.bulk.status(job.uid, by=BY)
    read = functools.partial(records.bulk.fetch, job.uid)

    found = {f.name: b"".join(read(f.name)) for f in done.files}

    assert sum(len(each.splitlines()) for each in found.values()) == COUNT
    assert {f.name: f.bytes for f in done.files} == {name: len(each) for name, each in found.items()}  # fmt: skip
    assert records.bulk.cancel(job.uid, by=BY)
    assert not Path(home / "files").exists()
    assert bucket.get_file_info([f"city/files/{job.uid.replace('-', '')}"])[0].is_file is False
