"""The feed: the change sequence of the records, written to the lake.

Each table keeps its place in the sequence in the same commit as its rows, so a feeder that is
killed anywhere loses and doubles nothing: what a table already holds is left out when the same
changes come again. The place of the whole lake says where to begin reading, and whose records
they are: a database that was put back, or another one, has no such change, and the lake is
written anew.
"""

import itertools
import json
import logging
import os
import shutil
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from haidang.engines.access import api as access
from haidang.engines.analytics.lake import layout, tables
from haidang.engines.records import api as records
from haidang.kernel import actor

log = logging.getLogger(__name__)
_LOCK = 0x6C616B65  # "lake": one feeder at a time
AT_ONCE = 20_000
AT_ONCE_BYTES = 16 * 1024 * 1024  # of bodies as they are kept, an eighth of what they say
_FILES = 40
_PLACE = "place.json"
_FRESH = "fresh"


@dataclass(frozen=True)
class Place:
    """How far the lake has followed the changes.

    seq    number of the last change
    at     when that version was written; None for an empty lake
    """

    seq: int
    at: datetime | None


def place(*, within=None):
    """Where the lake is."""
    try:
        kept = json.loads(((within or layout.folder()) / _PLACE).read_text())
    except FileNotFoundError:
        return Place(0, None)
    return Place(kept["seq"], datetime.fromisoformat(kept["at"]) if kept["at"] else None)


def step(limit=AT_ONCE):
    """Follow at most `limit` changes, and return how many when more may wait at once.

    0 when all are followed, or another feeder is at work: then there is time to pause.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        done, more = (_anew(), False) if _is_astray() else _follow(limit)
    return done if more else 0


def catch_up(limit=AT_ONCE):
    """Follow all changes that there are and return how many."""
    total = _locked(lambda: _anew() if _is_astray() else 0)
    more = True
    while more:
        done, more = _locked(lambda: _follow(limit))
        total += done
    return total


def _is_astray():
    """True when the last change that the lake followed is not what these records say it was.

    One that was purged since is followed by the deletion of its record, and is no other's. The
    history is asked and not the changes, which a writer in flight holds back.
    """
    here = place()
    if not here.seq:
        return False
    with access.reach(actor.SYSTEM, people="all"):
        newest = records.history(count=1).entries
        same = records.history(count=1, before=here.seq + 1).entries
    if not newest or newest[0].seq < here.seq:
        return True
    return bool(same) and same[0].seq == here.seq and same[0].at != here.at


def _locked(work):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return work()


def _alone():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return cursor.fetchone()[0]


def _follow(limit, *, within=None):
    """(how many changes were followed, whether more may wait)."""
    before = place(within=within)
    with access.reach(actor.SYSTEM, people="all"):
        waiting = records.changes(after=before.seq, limit=limit)
        changes = _at_once(waiting)
        if not changes:
            return 0, False
        versions = records.vread_many([(each.ref, each.version) for each in changes])
    rows = sorted((_row(stored) for stored in versions.values()), key=lambda row: row[0])
    for type, group in itertools.groupby(rows, key=lambda row: row[0]):
        own = [row[1] for row in group]
        _tidy(tables.append(type, own, changes[-1].seq, within=within))
    _keep(changes[-1], within)
    return len(changes), len(changes) < len(waiting) or len(waiting) == limit


def _at_once(changes):
    """As many of the first changes as are read together: a few large files fill no memory."""
    size = 0
    for number, change in enumerate(changes):
        size += change.size
        if number and size > AT_ONCE_BYTES:
            return changes[:number]
    return changes


def _row(stored):
    """(type, the own columns of a version)."""
    body = None if stored.deleted else stored.json.decode()
    own = (stored.rid, stored.seq, stored.version, stored.at, stored.deleted, stored.version > 1)
    return stored.type, (*own, stored.patient, layout.bucket(stored.patient), body)


def _tidy(table):
    """Put small files together before readers feel them."""
    if table is not None and len(table.file_uris()) > _FILES:
        table.optimize.compact()


def _keep(change, within):
    target = (within or layout.folder()) / _PLACE
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_suffix(f".{os.getpid()}")
    with fresh.open("w") as file:
        json.dump({"seq": change.seq, "at": change.at.isoformat()}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)


def compact():
    """Write every table anew without replaced versions, and drop files that nobody reads now."""

    def work():
        _drop_old_generations()
        for type in tables.types():
            tables.rewrite(type)
            tables.drop_old_files(type)

    _locked(work)


def forget(patient_ref):
    """Take what is left of a purged person out of every table; the deletions themselves stay.

    The feeder is kept from working meanwhile, so nothing that it read before comes after.
    """
    with access.reach(actor.SYSTEM, people="all"):
        patient = records.rids([patient_ref]).get(patient_ref)

    def work():
        _drop_old_generations(after_s=0)
        for type in tables.types():
            tables.forget(type, patient)

    if patient is not None:
        _locked(work)


def status():
    """{seq, at, behind, tables: {type: {rows, files, bytes, version}}} of the lake."""
    here = place()
    with access.reach(actor.SYSTEM, people="all"):
        behind = len(records.changes(after=here.seq, limit=100_000))
    return {
        "seq": here.seq,
        "at": here.at,
        "behind": behind,
        "tables": {type: tables.size(type) for type in tables.types()},
    }


def tidy_up():
    """Write anew the tables in which much was replaced since the last time."""

    def work():
        _drop_old_generations()
        for type in tables.types():
            if tables.is_worn(type):
                tables.rewrite(type)
                tables.drop_old_files(type)

    _locked(work)
    return 0


def rebuild(told=lambda done: None):
    """Write the whole lake anew from the records, as a generation that takes the place of the old one.

    Who reads the old one meanwhile goes on reading it: it is dropped an hour later.
    """
    return _locked(lambda: _write_anew(told))


def _anew():
    log.warning("the lake followed other records than these; writing it anew")
    return _write_anew(lambda done: None)


def _write_anew(told):
    fresh = layout.home() / _FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    total, more = 0, True
    while more:
        done, more = _follow(AT_ONCE, within=fresh)
        told(total := total + done)
    fresh.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh.rename(layout.home() / str(max(layout.generations(), default=0) + 1))
    return total


def _drop_old_generations(after_s=3600):
    """Remove what nobody reads any more: generations that another one replaced so long ago."""
    home, newest = layout.home(), layout.folder()
    # The folder of the generations is changed when one comes or goes, and by nothing else.
    if newest.exists() and time.time() - home.stat().st_mtime >= after_s:
        for path in home.iterdir():
            if path != newest:
                shutil.rmtree(path, ignore_errors=True)
