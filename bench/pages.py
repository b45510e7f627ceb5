"""bin/bench pages: time to the first byte of pages that people wait for, over HTTP.

The demo city is filled in a home of its own, the real web server started, a doctor signed in, and
each page asked for again and again. One JSON line a page: entries in the record, p50 and p95.
"""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time

DOCTOR, CITIZEN = "bacsi.demo", "nguoidan.demo"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def main(argv):
    options = _parser().parse_args(argv)
    for step in (["migrate", "--quiet"], ["load-reference"], ["demo"]):
        subprocess.run([sys.executable, "-m", "haidang.config.console", *step], check=True)
    import django

    django.setup()
    person, entries = _longest_record()
    server, base = serve()
    try:
        clients = {name: sign_in(base, name) for name in (DOCTOR, CITIZEN)}
        for name, username, path in _pages(person):
            taken = times(clients[username], path, options.requests)
            _say(name, taken, entries if person in path else None)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench pages", description=__doc__)
    parser.add_argument("--requests", type=int, default=200, help="of each page (200)")
    return parser


def _longest_record():
    """The person with the most entries, and how many resources their record has."""
    from django.db import connection

    from haidang.engines.access import api as access
    from haidang.engines.records import api as records
    from haidang.kernel import actor

    with access.reach(actor.SYSTEM, people="all"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT patient, count(*) FROM records_resource WHERE NOT deleted AND patient IS NOT NULL"
            " GROUP BY patient ORDER BY count(*) DESC LIMIT 1"
        )
        rid, entries = cursor.fetchone()
        return records.refs([rid])[rid].partition("/")[2], entries


def serve():
    """Start the web server over this process's database; return it and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
         "--workers", "2", "--blocking-threads", "4", "--log-level", "warning",
         "haidang.config.wsgi:application"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "haidang.config.settings"},
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    _wait_for(port)
    return server, base


def _wait_for(port):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server did not come up.")


def sign_in(base, username):
    """A client that a demo account is signed in with."""
    import httpx2

    from haidang.demo import api as demo

    client = httpx2.Client(base_url=base, follow_redirects=True, timeout=30)
    form = client.get("/dang-nhap/").text
    password = {row[0]: row[1] for row in demo.accounts()}[username]
    answer = client.post(
        "/dang-nhap/",
        data={
            "csrfmiddlewaretoken": _TOKEN.search(form)[1],
            "login": username,
            "username": username,
            "password": password,
        },
    )
    if "dang-nhap" in str(answer.url):
        raise SystemExit(f"{username} could not sign in.")
    return client


def _pages(person):
    return [
        ("person", DOCTOR, f"/ho-so/{person}/"),
        ("results", DOCTOR, f"/ho-so/{person}/ket-qua/"),
        ("find", DOCTOR, "/tim-nguoi/?q=nguyen"),
        ("home", DOCTOR, "/lam-viec/"),
        ("family", CITIZEN, "/cong-dan/ho-so/"),
    ]


def times(client, path, requests, *, warm=5):
    """Milliseconds until the headers of each answer are there."""
    taken = []
    for _ in range(requests + warm):
        started = time.perf_counter()
        with client.stream("GET", path) as answer:
            taken.append(1000 * (time.perf_counter() - started))
            answer.read()
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    return taken[warm:]  # the first ones warm the workers up


def _say(name, taken, entries):
    cuts = statistics.quantiles(taken, n=100)
    line = {"bench": "pages", "case": name, "requests": len(taken), "entries": entries,
            "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1)}  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
