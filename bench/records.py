"""bin/bench records: writes, sizes, searches and whole records, on data made here.

Every line is one JSON object. Dossiers of about 25 resources (a visit with its results,
medicines and claim) are made from a seed, so two runs measure the same records. Cases:
`save_all` (dossiers of several people in one set), `bundle` (one transaction bundle a visit),
`disk`, one line a shape of search (p50 and p99), `mixed search`, shapes of 200 values, `person`
(the record of 500 entries), `read all` (every body once), and the lines of `bin/bench records_bulk`.
"""

import argparse
import cProfile
import json
import os
import platform
import pstats
import random
import statistics
import subprocess
import sys
import time

from bench import records_city as city_data

DATABASE = "bench_records"
_SETS = 40  # dossiers in one save_all


def main(argv):
    options = _parser().parse_args(argv)
    fresh_database(DATABASE)
    import django

    django.setup()
    from haidang.engines.access import api as access
    from haidang.kernel import actor

    city = city_data.City(options.seed, options.resources)
    profiler = cProfile.Profile() if options.profile else None
    _writes(city, options.resources, profiler)
    if profiler:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(35)
    _disk()
    with access.reach(actor.SYSTEM, people="all"):
        _searches(city, options.seconds)
        _person()
        _read_all()
    _bulk(options.resources)


def _bulk(resources):
    """`$import` and `$export` over HTTP, in a database of their own (`bench.records_bulk`)."""
    command = [sys.executable, "-m", "bench.records_bulk", "--resources", str(resources)]
    subprocess.run(command, check=True)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench records", description=__doc__)
    parser.add_argument("--resources", type=int, default=200_000, help="how many (200000)")
    parser.add_argument("--seconds", type=float, default=20, help="of mixed search (20)")
    parser.add_argument("--seed", type=int, default=1, help="of the data (1)")
    parser.add_argument("--profile", action="store_true", help="where the time of writes goes")
    return parser


def fresh_database(name):
    """Drop and make the database that this process and its children will speak to."""
    from haidang.config import environment
    from haidang.config.operations import cluster, databases

    os.environ["HAIDANG_DATABASE"] = name
    databases.discard(cluster.Cluster(environment.home()), name)
    command = [sys.executable, "-m", "haidang.config.console", "migrate", "--quiet"]
    subprocess.run(command, check=True, env=os.environ | {"HAIDANG_DB_ROLE": "owner"})


def _say(case, value, unit):
    line = {"bench": "records", "case": case, "value": round(value, 3), "unit": unit}
    line["machine"] = f"{platform.machine()}, {os.cpu_count()} cores"
    print(json.dumps(line, ensure_ascii=False), flush=True)


# ── Writes ─────────────────────────────────────────────────────────────────────────────────


def _writes(city, resources, profiler):
    from haidang.engines.records import worker
    from haidang.kernel import actor

    timed([city.base()], actor.SYSTEM)
    first = [city.visit() for _ in range(min(300, resources // 24))]
    timed([[r for visit in first for r in visit]], actor.SYSTEM)
    worker.train()
    bundles = min(resources // 24 // 4, 1500)
    _bundles([city.visit() for _ in range(bundles)], actor.SYSTEM)
    left = max(resources // 24 - bundles - len(first), 1)
    if profiler:
        profiler.enable()
    before = _cpu_seconds()
    saved, elapsed, client = timed(sets(city, left), actor.SYSTEM)
    server = _cpu_seconds() - before
    if profiler:
        profiler.disable()
    _say("save_all", saved / elapsed, "resources/s")
    # What the two cores would do with nothing else to do: other work on the machine is not in it.
    _say("save_all, client", 1_000_000 * client / saved, "µs of CPU a resource")
    _say("save_all, database", 1_000_000 * server / saved, "µs of CPU a resource")
    started = time.perf_counter()
    worker.tidy()
    _say("flush of the search index", time.perf_counter() - started, "s")


def _cpu_seconds():
    """CPU seconds of the process that serves this connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with open(f"/proc/{pid}/stat") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def sets(city, visits):
    """Resources to save together, until so many visits are made."""
    for start in range(0, visits, _SETS):
        made = (city.visit() for _ in range(min(_SETS, visits - start)))
        yield [resource for visit in made for resource in visit]


def timed(sets, by):
    """(resources, seconds, CPU seconds of this process) of saving; making them is not counted."""
    from haidang.engines.access import api as access
    from haidang.engines.records import api as records

    saved, elapsed, client = 0, 0.0, 0.0
    for each in sets:
        started = time.perf_counter(), time.process_time()
        with access.reach(by, people="all"):
            records.save_all(each, by=by)
        elapsed += time.perf_counter() - started[0]
        client += time.process_time() - started[1]
        saved += len(each)
    return saved, elapsed, client


def _bundles(visits, by):
    from haidang.engines.access import api as access
    from haidang.engines.records import api as records
    from haidang.kernel import fhirjson

    texts = [fhirjson.dumps(transaction(visit)) for visit in visits]
    started = time.perf_counter()
    for text in texts:
        with access.reach(by, people="all"):
            records.bundle(fhirjson.loads(text), by=by)
    elapsed = time.perf_counter() - started
    _say("bundle", sum(map(len, visits)) / elapsed, "resources/s")
    _say("bundle", 1000 * elapsed / len(visits), "ms a bundle")


def transaction(visit):
    """As another system sends it: new resources with urn:uuid addresses."""
    names = {f"{r['resourceType']}/{r['id']}": f"urn:uuid:{r['id']}" for r in visit}
    text = json.dumps(visit, default=float)
    for name, address in names.items():
        text = text.replace(f'"{name}"', f'"{address}"')
    entries = [
        {"fullUrl": f"urn:uuid:{r['id']}", "resource": {k: v for k, v in r.items() if k != "id"},
         "request": {"method": "POST", "url": r["resourceType"]}}
        for r in json.loads(text)
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _disk():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(oid)), (SELECT count(*) FROM records_key WHERE live)"
            " FROM pg_class WHERE relname LIKE 'records\\_%' AND relkind IN ('r', 'p')"
        )
        size, rows = cursor.fetchone()
        _say("resources", rows, "resources")
        _say("disk", int(size) / rows / 1024, "KB a resource")
        cursor.execute(
            "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname LIKE 'records\\_%'"
            " AND relkind IN ('r', 'i') AND pg_relation_size(oid) > 100000 ORDER BY 2 DESC"
        )
        for name, bytes_ in cursor.fetchall():
            _say(f"disk of {name}", bytes_ / rows, "B a resource")


# ── Reads ──────────────────────────────────────────────────────────────────────────────────


def shapes(city):
    """One query maker for each shape of search."""
    pick = city.random.choice
    person = lambda: pick(city.people)  # noqa: E731
    lab = lambda: pick(city_data.LABS)[0]  # noqa: E731
    return {
        "read by id": lambda: ("Patient", f"_id={person()['id']}"),
        "identifier": lambda: ("Patient", f"identifier={person()['identifier'][0]['value']}"),
        "name prefix": lambda: ("Patient", f"name={pick(city_data.FAMILY)} {pick(city_data.MIDDLE)}"),
        "name contains": lambda: ("Patient", f"name:contains={pick(city_data.GIVEN)}"),
        "person and code": lambda: ("Observation", f"patient={person()['id']}&code={city_data.LOINC}|{lab()}"),
        "person by date": lambda: ("Observation", f"patient={person()['id']}&_sort=-date&_count=20"),
        "code": lambda: ("Observation", f"code={lab()}"),
        "common token": lambda: ("Observation", "status=final&_count=20"),
        "common token, last page pinned": lambda: ("Observation", "category=laboratory&_count=20"),
        "date range": lambda: ("Encounter", f"date=ge2024-{city.random.randint(1, 12):02d}-01&date=lt2025-01-01"),
        "code and value": lambda: ("Observation", f"code-value-quantity={lab()}$gt100"),
        "part and value": lambda: ("Observation", "component-code-value-quantity=8480-6$gt190"),
        "200 tokens": lambda: ("Condition", "code=" + ",".join(city.random.sample(city_data.DISEASES, 200))),
        "not": lambda: ("Observation", f"code:not={lab()}&_count=20"),
        "chain": lambda: ("Observation", f"patient.identifier={person()['identifier'][0]['value']}"),
        "chain over many": lambda: ("Condition", "subject:Patient.gender=female&_count=20"),
        "reverse chain": lambda: ("Patient", f"_has:Condition:patient:code={pick(city_data.DISEASES)}&_count=20"),
        "reverse chain over many": lambda: ("Patient", "_has:Observation:patient:status=final&_count=20"),
        "sort all by date": lambda: ("Observation", "_sort=-date&_count=20"),
        "sort people by name": lambda: ("Patient", "_sort=name&_count=20"),
        "last updated": lambda: ("Observation", "_sort=-_lastUpdated&_count=20"),
        "include": lambda: ("Encounter", "_include=Encounter:subject&_include=Encounter:participant&_count=20"),
        "revinclude": lambda: ("Encounter", f"subject=Patient/{person()['id']}&_revinclude=Condition:encounter&_count=20"),
        "total of a code": lambda: ("Observation", f"code={lab()}&_summary=count"),
    }  # fmt: skip


def wide_shapes(city):
    """Shapes of one parameter with 200 values; by a chance of their own and not in the mixed search,
    so that this stays comparable.
    """
    chance = random.Random(200)  # noqa: S311
    codes = lambda: chance.sample(city_data.LABS, 200)  # noqa: E731
    visits = lambda: chance.sample(range(city.visits), 200)  # noqa: E731
    return {
        "200 codes": lambda: ("Observation", "code=" + ",".join(f"{city_data.LOINC}|{code}" for code, *_ in codes())),
        "200 references": lambda: ("Condition", "encounter=" + ",".join(f"Encounter/{city_data.id_of('visit', n)}" for n in visits())),
        "200 references by id, newest first": lambda: ("Observation", "encounter=" + ",".join(city_data.id_of("visit", n) for n in visits()) + "&_sort=-date&_count=20"),
    }  # fmt: skip


def _searches(city, seconds):
    from haidang.engines.records import api as records

    found = shapes(city)
    _shapes_told(found)
    mix = list(found.values())
    until, done, started = time.perf_counter() + seconds, 0, time.perf_counter()
    while time.perf_counter() < until:
        records.search(*city.random.choice(mix)())
        done += 1
    _say("mixed search", done / (time.perf_counter() - started), "searches/s")
    _shapes_told(wide_shapes(city))


def _shapes_told(found):
    from haidang.engines.records import api as records

    for name, make in found.items():
        times = _times(lambda make=make: records.search(*make()), 60, 4.0)
        _say(f"search: {name}, p50", statistics.median(times), "ms")
        _say(f"search: {name}, p99", times[min(int(len(times) * 0.99), len(times) - 1)], "ms")


def _times(call, most, seconds):
    """Milliseconds of each call, sorted; the first one, which plans and warms, is left out."""
    call()
    times, until = [], time.perf_counter() + seconds
    while len(times) < most and time.perf_counter() < until:
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times) or [0.0]


def _person():
    from haidang.engines.records import api as records

    rid = records.rid(f"Patient/{city_data.id_of('person', 0)}")
    found = records.compartment(rid)
    times = _times(lambda: records.compartment(rid), 50, 5.0)
    _say("person: entries", len(found), "resources")
    _say("person: p50", statistics.median(times), "ms")
    times = _times(lambda: [each.resource for each in records.compartment(rid)], 50, 5.0)
    _say("person, as dictionaries: p50", statistics.median(times), "ms")


def _read_all():
    from haidang.engines.records import api as records

    started, after, done = time.perf_counter(), 0, 0
    while batch := records.changes(after, 2000):
        done += len(records.get_many([change.ref for change in batch]))
        after = batch[-1].seq
    _say("read all", done / (time.perf_counter() - started), "resources/s")


if __name__ == "__main__":
    main(sys.argv[1:])
