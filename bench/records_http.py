"""bin/bench records_http: the FHIR door over HTTP, with the load on the same two cores.

A database of its own is filled in process, the real web server started, and four clients with
connections that stay open post transaction bundles, then ask the mixed searches of
`bin/bench records`. Requests are made before the clock starts, every answer is read to its end,
and one that is not 200 ends the run. The load speaks HTTP over plain sockets, and what it takes
from the cores that the server works on is told with the rest.
"""

import argparse
import glob
import json
import os
import platform
import socket
import statistics
import sys
import threading
import time
from urllib.parse import quote, urlsplit

from bench import pages, records
from bench import records_city as city_data

DATABASE = "bench_records_http"
CLIENTS = 4
MOST_PER_SECOND = 1500  # searches made beforehand; more than the server answers
_SCOPES = ["gateway.use_fhir", "gateway.see_whole_city", "system/*.cruds"]


def main(argv):
    options = _parser().parse_args(argv)
    records.fresh_database(DATABASE)
    import django

    django.setup()
    from haidang.engines.access import api as access
    from haidang.engines.records import worker
    from haidang.kernel import actor

    city = city_data.City(1, options.resources)
    records.timed([city.base()], actor.SYSTEM)
    records.timed(records.sets(city, 300), actor.SYSTEM)
    worker.train()
    records.timed(records.sets(city, options.resources // 24 - 300), actor.SYSTEM)
    _registered, token = access.create_client("bench", _SCOPES, None, actor.SYSTEM)
    server, base = pages.serve()
    try:
        parents = {"server": server.pid, "database": _postmaster()}
        _bundles(city, base, token, options.seconds)
        worker.tidy()  # as the house's worker does every two minutes
        _searches(city, base, token, options.seconds, parents)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench records_http", description=__doc__)
    parser.add_argument("--resources", type=int, default=200_000, help="how many (200000)")
    parser.add_argument("--seconds", type=float, default=20, help="of each kind of load (20)")
    return parser


def _bundles(city, base, token, seconds):
    """Transactions of one visit each, made beforehand so that only the server is measured."""
    visits = [records.transaction(city.visit()) for _ in range(int(400 * seconds))]
    made = [("POST", "/fhir", json.dumps(v, default=float), len(v["entry"])) for v in visits]
    taken, sizes, elapsed = _load(base, token, iter(made), seconds)
    _say("bundles over HTTP", sum(sizes) / elapsed, "resources/s")
    _say("bundles over HTTP: p50", _at(taken, 50), "ms a bundle")
    _say("bundles over HTTP: p95", _at(taken, 95), "ms a bundle")


def _searches(city, base, token, seconds, parents):
    found = list(records.shapes(city).values())

    made = (city.random.choice(found)() for _ in range(int(MOST_PER_SECOND * seconds)))
    asked = [("GET", f"/fhir/{kind}?{quote(query, safe='=&,:')}", None, 1) for kind, query in made]
    before = _processor_ms(parents)
    taken, sizes, elapsed = _load(base, token, iter(asked), seconds)
    spent = {who: ms - before[who] for who, ms in _processor_ms(parents).items()}
    _say("mixed search over HTTP", sum(sizes) / elapsed, "requests/s")
    _say("mixed search over HTTP: p50", _at(taken, 50), "ms")
    _say("mixed search over HTTP: p99", _at(taken, 99), "ms")
    # Other work on the machine takes from the rate at once, and from these (caches) far less.
    for who, ms in spent.items():
        _say(f"mixed search over HTTP, {who}", ms / len(taken), "ms of processor a request")


def _postmaster():
    """The process whose children are the database's."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return _stat(cursor.fetchone()[0])[0]


def _processor_ms(parents):
    """Milliseconds of processor time so far: of the children of each process, and of this one."""
    spent = dict.fromkeys(parents, 0.0) | {"load": 1000 * time.process_time()}
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            parent, ms = _stat(int(folder[6:]))
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended meanwhile.
        for who, pid in parents.items():
            spent[who] += ms if parent == pid else 0.0
    return spent


def _stat(pid):
    """(parent, milliseconds of processor time) of a process."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return int(fields[1]), 1000 * ticks / os.sysconf("SC_CLK_TCK")


def _load(base, token, requests, seconds):
    """Milliseconds and size of each request of all clients, and the seconds it took."""
    results, failures, gate = [], [], threading.Lock()
    until = time.perf_counter() + seconds

    def one_client():
        with _Connection(urlsplit(base).netloc, token) as connection:
            while time.perf_counter() < until and not failures:
                with gate:
                    request = next(requests, None)
                if request is None:
                    return
                results.append(connection.send(*request, failures))

    started = time.perf_counter()
    clients = [threading.Thread(target=one_client) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if failures:
        raise SystemExit(f"{failures[0]}")
    taken, sizes = zip(*results, strict=True)
    return taken, sizes, time.perf_counter() - started


class _Connection:
    """One connection that stays open, and just as much of HTTP as our server speaks."""

    def __init__(self, netloc, token):
        host, _colon, port = netloc.partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=60)
        self._answers = self._socket.makefile("rb")
        self._headers = f"Host: {netloc}\r\nAuthorization: Bearer {token}\r\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._answers.close()
        self._socket.close()

    def send(self, method, path, body, size, failures):
        """Milliseconds until the whole answer is there, and the size it was given."""
        sent = (body or "").encode()
        kind = "Content-Type: application/fhir+json\r\n" if sent else ""
        length = f"Content-Length: {len(sent)}\r\n" if sent else ""
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}{kind}{length}\r\n"
        started = time.perf_counter()
        self._socket.sendall(head.encode() + sent)
        status, content = self._answer()
        taken = 1000 * (time.perf_counter() - started)
        if status != 200:
            failures.append((status, path, content[:400]))
        return taken, size

    def _answer(self):
        status = int(self._answers.readline().split(None, 2)[1])
        length = None
        while (line := self._answers.readline()) != b"\r\n":
            name, _colon, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        content = self._answers.read(length)
        if length is None or len(content) < length:
            raise SystemExit("The server closed a connection in the middle of an answer.")
        return status, content


def _at(taken, percent):
    return statistics.quantiles(taken, n=100)[percent - 1]


def _say(case, value, unit):
    line = {"bench": "records_http", "case": case, "value": round(value, 3), "unit": unit}
    print(
        json.dumps(line | {"machine": f"{os.cpu_count()} cores, {platform.machine()}"}), flush=True
    )


if __name__ == "__main__":
    main(sys.argv[1:])
