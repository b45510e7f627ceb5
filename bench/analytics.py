# ruff: noqa: S608 - SQL over paths made here
"""bin/bench analytics: views over columns and over JSON, against SQL by hand, and the whole city.

Every line is one JSON object. Cases: `typed` (a published view over the lake's columns, rows
into Arrow), `ndjson` (the same view over JSON lines), each with the same answer by SQL written
by hand and the ratio of the two; `city` (every indicator over a city of `--people`, written
here by vectorised SQL with the shapes of the demo city; values checked to be there).
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from bench import analytics_city


def main(argv=None):
    options = _parser().parse_args(argv)
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
    from haidang.engines.analytics import api as analytics
    from haidang.engines.analytics.indicators import catalogue, computing

    began = time.perf_counter()
    written = analytics_city.city(people)
    _tell(
        case="city written",
        people=people,
        rows=sum(written.values()),
        seconds=round(time.perf_counter() - began, 1),
        megabytes=round(_size(), 1),
    )
    span = analytics.period(period)
    wanted = [one for one in catalogue.all() if not one.missing()]
    slow, empty = {}, []
    whole = time.perf_counter()
    with analytics.session(memory="6GB", asked=[one.sql for one in wanted]) as session:
        for one in wanted:
            began = time.perf_counter()
            (first, *_cells) = computing.run(one, span, session)
            slow[one.code] = round(time.perf_counter() - began, 2)
            empty += [] if first["row_count"] else [one.code]
    seconds = round(time.perf_counter() - whole, 1)
    slowest = dict(sorted(slow.items(), key=lambda item: -item[1])[:5])
    _tell(
        case="city",
        people=people,
        indicators=len(wanted),
        seconds=seconds,
        slowest=slowest,
        empty=empty,
    )


def _size():
    folder = Path(os.environ["HAIDANG_LAKE"])
    return sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e6


if __name__ == "__main__":
    main()
