"""`bin/haidang doctor`: what is missing or misconfigured on this machine, and what to do about it.

Every check answers for itself and none stops the others; nothing is changed.
"""

import os
import shutil
import stat
import sys
from dataclasses import asdict, dataclass

import click

from haidang.config import endings, environment
from haidang.config.operations import cluster as clusters
from haidang.kernel import faults

OK, WARN, BAD = "ok", "warn", "bad"
_NEEDED_GB, _GOOD_GB = 1, 10


@dataclass(frozen=True)
class Finding:
    """One check: its name, ok, warn or bad, what was found, and what to do."""

    check: str
    state: str
    found: str
    do: str = ""


def examine():
    """Run every check, in the order in which one would mend things."""
    found = []
    for check in (_python, _home, _space, _keys, _front_end, _programs):
        found += _asked(check)
    database = _asked(_database)
    found += database
    if all(one.state != BAD for one in database):
        for check in (_server_log, _tables, _reference, _denials, _work, _ledger, _national_portal):
            found += _asked(check)
    return found + _asked(_settings)


def _asked(check):
    """What a check says; one that breaks says so instead of hiding the rest."""
    name = check.__name__.strip("_").replace("_", " ")
    try:
        return [Finding(name, *answer) for answer in check()]
    except Exception as why:  # noqa: BLE001, whatever is broken here is what is asked for
        known = endings.unready(why) or why
        foreseen = isinstance(known, OSError | click.ClickException)
        told = f"{type(why).__name__}: {known}" if foreseen else faults.brief(why)
        return [Finding(name, BAD, told, "Read the line on the left.")]


def _python():
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] != (3, 11):
        yield BAD, version, "Use Python 3.11: apt-get install python3 python3-venv"
    else:
        yield OK, version


def _home():
    home = environment.home()
    if not home.exists():
        yield WARN, f"{home} is not there yet", "bin/run makes it."
    elif not os.access(home, os.W_OK):
        yield BAD, f"{home} cannot be written", "Give it to the user that runs Hải Đăng."
    else:
        yield OK, str(home)


def _space():
    place = environment.home()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 2**30
    state = BAD if free < _NEEDED_GB else WARN if free < _GOOD_GB else OK
    yield state, f"{free:.1f} GB free", "" if state == OK else "Make room on this disk."


def _keys():
    folder = environment.home() / "keys"
    if not folder.exists():
        yield WARN, "none yet", "They are made at the first start."
        return
    open_ones = [
        path.name
        for path in folder.iterdir()
        if path.suffix != ".pub" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_ones:
        yield BAD, f"others can read {', '.join(sorted(open_ones))}", f"chmod 600 {folder}/*"
    else:
        yield OK, f"{len(list(folder.iterdir()))}, closed to others"


def _front_end():
    built = environment.BUILD / "static" / "ui" / "app.css"
    if built.exists():
        yield OK, "built"
    else:
        yield BAD, "not built", "bin/run builds it."


def _programs():
    for names, why, package in (
        (
            ("chromium-headless-shell", "chromium"),
            "journeys of bin/test",
            "chromium-headless-shell fonts-noto-core",
        ),
        (("pdfsig",), "a second opinion on signatures in bin/test", "poppler-utils"),
    ):
        if found := next(filter(shutil.which, names), None):
            yield OK, found
        else:
            yield WARN, f"{names[0]} is missing ({why})", f"apt-get install {package}"


def _database():
    if os.environ.get("DATABASE_URL"):
        yield from _answers("the server of DATABASE_URL")
        return
    cluster = clusters.Cluster(environment.home())
    if not (cluster.data / "PG_VERSION").exists():
        yield BAD, "no cluster in this home yet", "bin/run makes it."
    elif not cluster.running():
        yield BAD, "stopped", "Start it with bin/run; its log is postgres/log in the home."
    else:
        yield from _answers("embedded")


def _answers(which):
    import django
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        above = cursor.fetchone()[0]
    if int(version.split(".")[0]) < 16:
        yield BAD, f"PostgreSQL {version}, {which}", "Use PostgreSQL 16 or newer."
    elif above:
        yield BAD, "the app role stands above row-level security", "Use a role without BYPASSRLS."
    else:
        yield OK, f"PostgreSQL {version}, {which}"


def _server_log():
    """Whether the server's log can hold what people are called: statements, keys, rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW log_min_messages")
        (level,) = cursor.fetchone()
    if level in ("fatal", "panic"):
        yield OK, "tells no values of statements"
    else:
        yield (
            WARN,
            f"errors of this role are logged with what was sent (log_min_messages is {level})",
            "As superuser: ALTER ROLE haidang_app SET log_min_messages = 'fatal'; haidang_owner too.",
        )


def _tables():
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield BAD, f"{len(waiting)} migrations wait", "bin/haidang migrate"
    else:
        yield OK, "up to date"


def _reference():
    from haidang.engines.places import api as places
    from haidang.engines.terminology import api as terminology

    if not places.communes() or not terminology.releases():
        yield BAD, "not loaded", "bin/haidang load-reference"
    else:
        yield OK, f"{len(terminology.releases())} releases, {len(places.communes())} communes"


def _denials():
    """Whether all that people deny is in force, also of Consents that came by a restore."""
    from haidang.engines.records import api as records

    found, mend = records.consents.uphold(mend=False), "bin/haidang records uphold"
    if found.unfit:
        yield (
            WARN,
            f"{len(found.unfit)} Consents deny what cannot be held to",
            f"{mend} names them.",
        )
    if found.owing:
        yield BAD, f"{found.owing} Consents are not in force as they are written", mend
    elif records.attachments.never_looked():
        yield BAD, "files are not closed with the documents that hold them", mend
    elif not found.unfit:
        yield OK, "in force as written"


def _work():
    from haidang.engines.exchange import api as exchange

    stuck = len(exchange.dead_letters())
    if stuck:
        yield WARN, f"{stuck} dossiers wait for a person", "Open the intake monitor."
    else:
        yield OK, f"{exchange.backlog()} messages wait to be read"


def _ledger():
    from haidang.engines.ledger import api as ledger

    head = ledger.head()
    if head is None:
        yield WARN, "no signed head yet", "The worker signs one; is it running?"
    else:
        yield OK, f"{head.size:,} rows signed at {head.at:%Y-%m-%d %H:%M}"


def _national_portal():
    from haidang.rooms.national_portal import selectors

    state, found, do = selectors.health()
    yield {"off": OK, "ok": OK, "warn": WARN, "bad": BAD}[state], found, do


def _settings():
    if not environment.flag("HAIDANG_SYNTHETIC", default=True):
        if not environment.flag("HAIDANG_TLS"):
            yield WARN, "real records without TLS of our own", "Put a TLS proxy in front."
        yield OK, "real records"
    else:
        yield OK, "synthetic data; every page says so"


def as_dicts(found):
    """The findings as plain dictionaries."""
    return [asdict(one) for one in found]
