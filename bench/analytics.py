# ruff: noqa: S608 - SQL over paths made here
"""bin/bench analytics: views over columns and over JSON, against SQL by hand, and the whole city.

Every line is one JSON object. Cases: `typed` (a published view over the lake's columns, rows
into Arrow), `ndjson` (the same view over JSON lines), each with the same answer by SQL written
by hand and the ratio of the two; `city` (the indicators of the plan, then every indicator, over a
city of `--people`, written here by vectorised SQL with the shapes of the demo city; values
checked to be there). Progress goes to stderr.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import analytics_city


def main(argv=None):
    options = _parser().parse_args(argv)
    # Marts of the rooms read the database.
    subprocess.run(
        [sys.executable, "-m", "haidang.config.console", "migrate", "--quiet"], check=True
    )
    folder = Path(tempfile.mkdtemp(prefix="haidang-bench-", dir=options.folder))
    os.environ["HAIDANG_LAKE"] = str(folder / "lake")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
    import django

    django.setup()
    try:
        _views(folder, options.resources)
        if options.people:
            _city(options.people, options.period)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench analytics", description=__doc__)
    parser.add_argument("--resources", type=int, default=300_000, help="for the views (300000)")
    parser.add_argument("--people", type=int, default=50_000, help="of the city (50000); 0: none")
    parser.add_argument("--period", default="2026-Q3", help="of the indicators (2026-Q3)")
    parser.add_argument("--folder", default=None, help="where the data may lie for the while")
    return parser


def _tell(**facts):
    print(json.dumps(facts, ensure_ascii=False), flush=True)


# --- views

_BY_HAND = """
SELECT o.id AS id, nullif(regexp_extract(o.subject.reference, '(?:^|/)Patient/([A-Za-z0-9.-]+)', 1), '') AS patient,
  nullif(regexp_extract(o.encounter.reference, '(?:^|/)Encounter/([A-Za-z0-9.-]+)', 1), '') AS encounter,
  flatten(list_transform([o.code], lambda c: c.coding))[1].code AS code, o.code.coding[1].system AS system, o.code.text AS text,
  o.category[1].coding[1].code AS category, o.status AS status, o.effectiveDateTime AS effective_at,
  o.valueQuantity.value AS value, o.valueQuantity.unit AS unit, o.valueString AS value_text,
  o.interpretation[1].coding[1].code AS abnormal,
  len(list_filter(o.meta.tag, lambda t: t.code = 'synthetic')) > 0 AS synthetic
FROM {source} AS o
"""
_HAND_COLUMNS = (
    "{id: 'VARCHAR', resourceType: 'VARCHAR', subject: 'STRUCT(reference VARCHAR)', encounter: 'STRUCT(reference VARCHAR)',"
    " code: 'STRUCT(coding STRUCT(code VARCHAR, system VARCHAR)[], text VARCHAR)', category: 'STRUCT(coding STRUCT(code VARCHAR)[])[]',"
    " status: 'VARCHAR', effectiveDateTime: 'VARCHAR', valueQuantity: 'STRUCT(value DOUBLE, unit VARCHAR)', valueString: 'VARCHAR',"
    " interpretation: 'STRUCT(coding STRUCT(code VARCHAR)[])[]', meta: 'STRUCT(tag STRUCT(code VARCHAR)[])'}"
)


def _views(folder, resources):
    import duckdb

    from haidang.engines.analytics.engines import duck
    from haidang.engines.analytics.views import duckdb_sql, published

    path = folder / "observations.ndjson"
    analytics_city.observations(path, resources)
    parquet = folder / "observations.parquet"
    made, writer = published.made("observation"), duckdb_sql.DuckDB()
    compiled = writer.query(made, writer.file_scan(made, path))
    by_hand = _BY_HAND.format(
        source=f"(SELECT * FROM read_json('{path}', format='newline_delimited', columns={_HAND_COLUMNS}) WHERE resourceType = 'Observation')"
    )
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        _compare("ndjson", connection, resources, (compiled, writer.parameters), (by_hand, {}))
        analytics_city.typed(connection, path, parquet)
        typed = duck.Published()
        made = published.made("observation")
        compiled = typed.query(made, typed.typed_scan(made, f"read_parquet('{parquet}')"))
        by_hand = _BY_HAND.format(source=f"read_parquet('{parquet}')")
        _compare("typed", connection, resources, (compiled, {}), (by_hand, {}))


def _compare(case, connection, resources, compiled, by_hand):
    ours, theirs = (connection.execute(*query).fetchall()[0] for query in (compiled, by_hand))
    assert ours == theirs, (ours, theirs)
    times = {"compiled": [], "by_hand": []}
    for _turn in range(5):
        for name, query in (("compiled", compiled), ("by_hand", by_hand)):
            began = time.perf_counter()
            rows = connection.sql(query[0], params=query[1] or None).to_arrow_table().num_rows
            times[name].append(time.perf_counter() - began)
            assert rows == resources
    mine, other = (statistics.median(times[name]) for name in ("compiled", "by_hand"))
    _tell(
        case=case,
        resources=resources,
        resources_s=round(resources / mine),
        by_hand_s=round(resources / other),
        ratio=round(mine / other, 2),
    )


# --- the city


def _city(people, period):
    from bench import analytics_marts
    from haidang.engines.analytics import api as analytics
    from haidang.engines.analytics.indicators import catalogue

    began = time.perf_counter()
    written = analytics_city.city(people)
    _tell(
        case="city written",
        people=people,
        rows=sum(written.values()),
        seconds=round(time.perf_counter() - began, 1),
        megabytes=round(_size(), 1),
    )
    analytics_marts.publish(people)
    span = analytics.period(period)
    wanted = [one for one in catalogue.all() if not one.missing()]
    _indicators("plan", people, [one for one in wanted if one.group == "plan"], span)
    _indicators("catalogue", people, wanted, span)


def _indicators(which, people, wanted, span):
    """All of them on one state of the data, from opening the lake to the last figure."""
    from haidang.engines.analytics import api as analytics
    from haidang.engines.analytics.indicators import computing

    slow, empty, whole, used = {}, [], time.perf_counter(), _processor_s()
    texts = [one.sql for one in wanted]
    with analytics.session(memory="8GB", asked=texts, values=computing.values(span)) as session:
        opened = time.perf_counter() - whole
        for number, one in enumerate(wanted, 1):
            began = time.perf_counter()
            (first, *_cells) = computing.run(one, span, session)
            slow[one.code] = round(time.perf_counter() - began, 2)
            empty += [] if first["row_count"] else [one.code]
            _progress(f"{which}: {number} of {len(wanted)} · {one.code} · {slow[one.code]} s")
    _tell(
        case="city",
        which=which,
        people=people,
        indicators=len(wanted),
        seconds=round(time.perf_counter() - whole, 1),
        of_that_reading=round(opened, 1),
        processor_s=round(_processor_s() - used, 1),
        memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        slowest=dict(sorted(slow.items(), key=lambda item: -item[1])[:5]),
        empty=empty,
    )


def _processor_s():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _progress(said):
    print(said, file=sys.stderr, flush=True)


def _size():
    folder = Path(os.environ["HAIDANG_LAKE"])
    return sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e6


if __name__ == "__main__":
    main()
