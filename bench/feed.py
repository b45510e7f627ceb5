"""bin/bench feed: how far the lake is behind the records while dossiers come in.

Everything is done by the worker process as `bin/run` starts it: it takes the dossiers in and feeds
the lake at once. Each second the lag is noted: the age of the oldest change that is not in the lake.
Cases: `intake` (dossiers per second meanwhile), `changes` (versions per second), `lag at the
median`, `lag at most`, and `differing tables`, which must be 0: those of the fed lake whose rows are
not the rows of one that is rebuilt at the end.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import intake

_LONGEST_S = 3600


def main(argv):
    options = _parser().parse_args(argv)
    os.environ["HAIDANG_DATABASE"] = intake.DATABASE
    intake.fresh_database()
    with tempfile.TemporaryDirectory(prefix="haidang-bench-", dir=options.folder) as made:
        os.environ["HAIDANG_LAKE"] = str(Path(made) / "lake")
        import django

        django.setup()
        _measure(Path(made), options)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench feed", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=2000, help="how many (2000)")
    parser.add_argument("--processes", type=int, default=1, help="of the worker (1, as in bin/run)")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated hospital (1)")
    parser.add_argument("--folder", default=None, help="where the lake may lie for the while")
    return parser


def _measure(made, options):
    files = intake.written(made, options.dossiers, options.seed)
    intake.receive(sorted(files.glob("*.xml")))
    work = [sys.executable, "-m", "haidang.config.console", "work"]
    worker = subprocess.Popen([*work, "--processes", str(options.processes)])  # noqa: S603 - our own
    try:
        took, lags = _watched(worker)
    finally:
        worker.terminate()
        worker.wait()
    changes = _place().seq
    _say("intake", options.dossiers / took, "dossiers/s")
    _say("changes", changes / took, "changes/s")
    _say("lag at the median", statistics.median(lags), "s")
    _say("lag at most", max(lags), "s")
    _say("differing tables", _differing(), "tables")


def _watched(worker):
    """(seconds of intake, the lag at each second of it and until the lake has everything)."""
    from haidang.engines.exchange import api as exchange

    started, took, lags = time.monotonic(), None, []
    while time.monotonic() - started < _LONGEST_S and worker.poll() is None:
        lags.append(lag := _lag())
        if took is None and not exchange.backlog():
            took = time.monotonic() - started
        elif took is not None and not lag:
            return took, lags
        time.sleep(1)
    raise SystemExit("the worker ended, or an hour was not enough")


def _lag():
    """Seconds since the oldest change that is not in the lake was written; 0 when there is none."""
    from haidang.engines.access import api as access
    from haidang.engines.records import api as records
    from haidang.kernel import actor

    with access.reach(actor.SYSTEM, people="all"):
        waiting = records.changes(after=_place().seq, limit=1)
    return (datetime.now(UTC) - waiting[0].at).total_seconds() if waiting else 0.0


def _place():
    from haidang.engines.analytics import api as analytics

    return analytics.lake_place()


def _differing():
    from haidang.engines.analytics import api as analytics

    fed = _rows()
    analytics.rebuild_lake()
    rebuilt = _rows()
    return sum(fed.get(type) != rebuilt.get(type) for type in fed | rebuilt)


def _rows():
    """{type: number and mixed hashes of the current rows}."""
    import duckdb

    from haidang.engines.analytics.lake import tables

    kept = "_rid, _seq, _version, _deleted, _patient, _body"
    return {
        type: duckdb.sql(
            f"SELECT count(*), sum(hash({kept})::HUGEINT)"  # noqa: S608 - names of our own
            f" FROM {tables.current(tables.opened(type), type, deleted=True)}"
        ).fetchall()
        for type in tables.types()
    }


def _say(case, value, unit):
    print(
        json.dumps({"bench": "feed", "case": case, "value": round(value, 1), "unit": unit}),
        flush=True,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
    main(sys.argv[1:])
