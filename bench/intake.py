"""bin/bench intake: dossiers per second from a folder into the records, and memory over time.

Cases: `receive` (keeping files durably), `process` (read, check, match, map, store, ledger),
`end to end` (both), `processor` and `database` (processor time of our processes and of PostgreSQL,
which tell the cost also on a machine that does other things), `memory` (the largest worker at each tenth of the work) and
`disk` (bytes of the database for one dossier).
"""

import argparse
import cProfile
import json
import multiprocessing
import os
import platform
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DATABASE = "bench_intake"
_AT_ONCE = 200


def main(argv):
    options = _parser().parse_args(argv)
    os.environ["HAIDANG_DATABASE"] = DATABASE
    fresh_database()
    import django

    django.setup()
    with tempfile.TemporaryDirectory() as made:
        folder = options.folder or written(Path(made), options.dossiers, options.seed)
        _measure(sorted(folder.glob("*.xml"))[: options.dossiers], options)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench intake", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=2000, help="how many (2000)")
    parser.add_argument("--processes", type=int, default=2, help="worker processes (2)")
    parser.add_argument("--folder", type=Path, help="files to take in, instead of simulated ones")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated hospital (1)")
    parser.add_argument("--profile", action="store_true", help="one process, and where time goes")
    return parser


def _measure(files, options):
    ours, theirs = _processor_s(), _database_s()
    started = time.perf_counter()
    receive(files)
    received = time.perf_counter()
    watch = _Watch(len(files))
    _process(1 if options.profile else options.processes, watch, options.profile)
    ended = time.perf_counter()
    _say("receive", len(files) / (received - started), "dossiers/s")
    _say("process", len(files) / (ended - received), "dossiers/s")
    _say("end to end", len(files) / (ended - started), "dossiers/s")
    _say("processor", 1000 * (_processor_s() - ours) / len(files), "ms/dossier")
    _say("database", 1000 * (_database_s() - theirs) / len(files), "ms/dossier")
    for case, value in watch.told():
        _say(case, value, "MB")
    for case, value, unit in _outcome(len(files)):
        _say(case, value, unit)


def receive(files):
    from haidang.engines.exchange import api as exchange
    from haidang.kernel import actor

    for start in range(0, len(files), _AT_ONCE):
        pile = [(path.name, path.read_bytes()) for path in files[start : start + _AT_ONCE]]
        exchange.receive_many(pile, by=actor.SYSTEM, channel="folder", org="")


def _process(processes, watch, profile):
    from haidang.engines.exchange import api as exchange

    profiler = cProfile.Profile() if profile else None
    if profiler:
        profiler.enable()
    exchange.work_off(processes, told=watch)
    if profiler:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(70)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(50)


class _Watch:
    """Samples the resident memory of the workers as the queue gets shorter."""

    def __init__(self, total):
        self._total = total
        self._samples = []

    def __call__(self, waiting):
        workers = [process.pid for process in multiprocessing.active_children()] or [os.getpid()]
        sizes = [size for pid in workers if (size := _resident_mb(pid))]
        self._samples.append((self._total - waiting, max(sizes, default=0)))

    def told(self):
        """Memory at each tenth of the work; it is flat when the last is no more than the second."""
        samples = [(done / self._total, mb) for done, mb in self._samples if mb]
        for tenth in range(1, 11):
            reached = [mb for share, mb in samples if tenth - 1 < share * 10 <= tenth]
            if reached:
                yield f"memory at {tenth}/10", reached[-1]


def _processor_s():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _database_s():
    """Processor time of all PostgreSQL processes of this home, ended ones included."""
    from haidang.config import environment

    (pid_file,) = environment.home().glob("**/postmaster.pid")
    postmaster = pid_file.read_text().split()[0]
    stats = [
        path.read_text().rpartition(")")[2].split()
        for path in Path("/proc").glob("[0-9]*/stat")
        if path.exists()
    ]
    own = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(part) for part in own[11:15])
    ticks += sum(int(part) for stat in stats if stat[1] == postmaster for part in stat[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0


def _outcome(count):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM exchange_dossier GROUP BY state ORDER BY state")
        for state, number in cursor.fetchall():
            yield f"dossiers {state}", number, "dossiers"
        cursor.execute("SELECT pg_database_size(current_database())")
        yield "disk", cursor.fetchone()[0] / count / 1024, "KB/dossier"
        cursor.execute("SELECT sum(cardinality(refs)) FROM exchange_dossier")
        yield "resources", (cursor.fetchone()[0] or 0) / count, "resources/dossier"


def written(folder, count, seed):
    """Files of the simulated hospital; making them is not measured."""
    from simulators import his

    for file in his.files(his.generate(seed, count)):
        (folder / file.name).write_bytes(file.content)
    return folder


def fresh_database():
    from haidang.config import environment
    from haidang.config.operations import cluster, databases

    with databases.administrator(cluster.Cluster(environment.home())) as connection:
        databases.drop(connection, DATABASE)
    subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "haidang.config.console", "migrate", "--quiet"],
        env=os.environ | {"HAIDANG_DATABASE": DATABASE},
        check=True,
    )


def _say(case, value, unit):
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    facts = {"bench": "intake", "case": case, "value": round(value, 1), "unit": unit}
    print(json.dumps(facts | {"machine": machine}), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
    main(sys.argv[1:])
