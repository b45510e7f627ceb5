"""bin/bench records_bulk: `$import` and `$export`, asked for over HTTP and done by the real worker.

NDJSON files are made from the city of `bin/bench records`, one a type; the web server and the
worker (with the gateway's loop alone) are processes of their own, the database is empty at first.
A job's time is from when its worker began it to its end. `memory` is the highest resident size the worker ever had; a fresh
worker does the export, so that it is that of the export alone.
"""

import argparse
import http.client
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench import pages, records
from bench import records_city as city_data

DATABASE = "bench_records_bulk"
_SCOPES = ["gateway.use_fhir", "gateway.see_whole_city", "system/*.cruds"]
# What others point at comes first, as a careful sender does it.
_FIRST = ["Organization", "Practitioner", "Patient", "Encounter"]


def main(argv):
    options = _parser().parse_args(argv)
    if options.worker:
        return _work()
    place = Path(os.environ["HAIDANG_HOME"]) / "bulk"
    shutil.rmtree(place, ignore_errors=True)
    os.environ |= {"HAIDANG_IMPORT_FROM": str(place / "in"), "HAIDANG_FILES": str(place / "files")}
    records.fresh_database(DATABASE)
    import django

    django.setup()
    measure(options.resources, place)
    return shutil.rmtree(place, ignore_errors=True)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench records_bulk", description=__doc__)
    parser.add_argument("--resources", type=int, default=200_000, help="how many (200000)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


def _work():
    """What the worker of the house does for the gateway, until it is ended."""
    import django

    django.setup()
    from haidang.kernel import collector
    from haidang.portals.gateway.fhir import bulk

    collector.rest()
    while True:
        if not bulk.run_next():
            time.sleep(0.2)


def measure(resources, place):
    from haidang.engines.access import api as access
    from haidang.kernel import actor

    made, files = _make(city_data.City(1, resources), resources, place / "in")
    _registered, token = access.create_client("bench", _SCOPES, None, actor.SYSTEM)
    server, base = pages.serve()
    try:
        client = _Client(base, token)
        _import(client, files, made)
        _export(client, made)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _make(city, resources, folder):
    """(how many resources, files of them): one file a type."""
    from haidang.kernel import fhirjson

    folder.mkdir(parents=True)
    opened, made = {}, 0

    def write(resource):
        type = resource["resourceType"]
        if type not in opened:
            opened[type] = (folder / f"{type}.ndjson").open("wb")
        opened[type].write(fhirjson.dumps(resource) + b"\n")

    for resource in city.base():
        write(resource)
        made += 1
    while made < resources:
        for resource in city.visit():
            write(resource)
            made += 1
    for file in opened.values():
        file.close()
    types = [*_FIRST, *sorted(set(opened) - set(_FIRST))]
    return made, [(type, str(folder / f"{type}.ndjson")) for type in types]


def _import(client, files, made):
    manifest = {"input": [{"type": type, "url": url} for type, url in files]}
    with _Worker() as worker:
        where = client.ask("POST", "/fhir/$import", json.dumps(manifest))
        report = client.finished(where, worker)
        _tell("$import", made, worker)
    taken = sum(each["count"] for each in report["output"])
    if taken != made or report["error"]:
        raise SystemExit(f"{taken} of {made} taken in, {len(report['error'])} error files")


def _export(client, made):
    with _Worker() as worker:
        where = client.ask("GET", "/fhir/$export")
        manifest = client.finished(where, worker)
        _tell("$export", made, worker)
    if sum(each["count"] for each in manifest["output"]) != made:
        raise SystemExit("the export is not whole")
    started, size = time.perf_counter(), 0
    for each in manifest["output"]:
        size += client.length(urlsplit(each["url"]).path)
    _say("$export, files fetched over HTTP", size / 1e6 / (time.perf_counter() - started), "MB/s")
    _say("$export, size", size / made, "bytes a resource")


def _tell(case, made, worker):
    _say(case, made / _seconds_of_last_job(), "resources/s")
    _say(f"{case}, worker", 1_000_000 * worker.cpu_seconds() / made, "µs of CPU a resource")
    _say(f"{case}, memory of the worker", worker.most_megabytes(), "MB")


def _seconds_of_last_job():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM ended_at - started_at)::float8 FROM records_bulk_job"
            " ORDER BY number DESC LIMIT 1"
        )
        return cursor.fetchone()[0]


class _Worker:
    """A worker process of the house, as long as the block lasts."""

    def __enter__(self):
        command = [sys.executable, "-m", "bench.records_bulk", "--worker"]
        self.process = subprocess.Popen(command)
        return self

    def __exit__(self, *_why):
        self.process.terminate()
        self.process.wait(timeout=60)

    def check(self):
        if self.process.poll() is not None:
            raise SystemExit("the worker ended by itself; its last words stand above")

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def most_megabytes(self):
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


class _Client:
    def __init__(self, base, token):
        self.host, self.headers = urlsplit(base).netloc, {"Authorization": f"Bearer {token}"}

    def ask(self, method, path, body=None):
        headers = {"Prefer": "respond-async", "Content-Type": "application/json"}
        answer, content = self._send(method, path, body, headers)
        if answer.status != 202:
            raise SystemExit(f"{path}: {answer.status} {content[:300]}")
        return urlsplit(answer.headers["Content-Location"]).path

    def finished(self, path, worker):
        while True:
            worker.check()
            answer, content = self._send("GET", path)
            if answer.status != 202:
                break
            print(f"  {answer.headers['X-Progress']}", file=sys.stderr, flush=True)
            time.sleep(0.5)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {content[:300]}")
        return json.loads(content)

    def length(self, path):
        """How many bytes a file has, read to its end and not kept."""
        connection = http.client.HTTPConnection(self.host, timeout=600)
        connection.request("GET", path, headers=self.headers)
        answer, size = connection.getresponse(), 0
        while piece := answer.read(1 << 20):
            size += len(piece)
        return size

    def _send(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(method, path, body=body, headers=self.headers | dict(headers))
        answer = connection.getresponse()
        return answer, answer.read()


def _say(case, value, unit):
    line = {"bench": "records_bulk", "case": case, "value": round(value, 3), "unit": unit}
    print(
        json.dumps(
            line | {"machine": f"{os.cpu_count()} cores, {platform.machine()}"}, ensure_ascii=False
        ),
        flush=True,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
