"""bin/bench records_http: the FHIR door over HTTP, with the load on the same two cores.

A database of its own is filled in process, the real web server started, and four clients with
connections that stay open post transaction bundles, then ask the mixed searches of
`bin/bench records`. One answer that is not 200 ends the run.
"""

import argparse
import http.client
import json
import os
import platform
import statistics
import sys
import threading
import time
from urllib.parse import quote, urlsplit

from bench import pages, records
from bench import records_city as city_data

DATABASE = "bench_records_http"
CLIENTS = 4
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
        _bundles(city, base, token, options.seconds)
        worker.tidy()  # as the house's worker does every two minutes
        _searches(city, base, token, options.seconds)
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


def _searches(city, base, token, seconds):
    found = list(records.shapes(city).values())

    def asked():
        while True:
            kind, query = city.random.choice(found)()
            yield "GET", f"/fhir/{kind}?{quote(query, safe='=&,:')}", None, 1

    taken, sizes, elapsed = _load(base, token, asked(), seconds)
    _say("mixed search over HTTP", sum(sizes) / elapsed, "requests/s")
    _say("mixed search over HTTP: p50", _at(taken, 50), "ms")
    _say("mixed search over HTTP: p99", _at(taken, 99), "ms")


def _load(base, token, requests, seconds):
    """Milliseconds and size of each request of all clients, and the seconds it took."""
    results, failures, gate = [], [], threading.Lock()
    until = time.perf_counter() + seconds

    def one_client():
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        while time.perf_counter() < until and not failures:
            with gate:
                request = next(requests, None)
            if request is None:
                return
            results.append(_send(connection, token, request, failures))

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


def _send(connection, token, request, failures):
    method, path, body, size = request
    headers = {"Authorization": f"Bearer {token}"}
    if body:
        headers["Content-Type"] = "application/fhir+json"
    started = time.perf_counter()
    connection.request(method, path, body=body and body.encode(), headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        failures.append((answer.status, path, content[:400]))
    return 1000 * (time.perf_counter() - started), size


def _at(taken, percent):
    return statistics.quantiles(taken, n=100)[percent - 1]


def _say(case, value, unit):
    line = {"bench": "records_http", "case": case, "value": round(value, 3), "unit": unit}
    print(
        json.dumps(line | {"machine": f"{os.cpu_count()} cores, {platform.machine()}"}), flush=True
    )


if __name__ == "__main__":
    main(sys.argv[1:])
