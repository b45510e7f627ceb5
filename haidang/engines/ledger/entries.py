"""Events: written in the transaction of the change, read by people and by other systems."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+\Z")
_COLUMNS = "name, by_ref, by_name, about, record, org, facts"
READ = "seq, at, name, by_ref, about, record, org, facts, by_name"


@dataclass(frozen=True)
class Entry:
    """One event to be written by `record_many`; the fields are those of `record`."""

    event: str
    about: str | None = None
    record: str | None = None
    org: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """One event as it was written (sự kiện)."""

    seq: int
    at: datetime
    name: str
    by_ref: str
    about: str | None
    record: str | None
    org: str | None
    facts: Mapping[str, Any]
    by_name: str = ""


def record(event, *, by, about=None, record=None, org=None, facts=None):
    """Write one event (ghi sổ) in the current transaction and return its `seq`.

    event     `room.noun.past`, e.g. `immunization.dose.given`
    by        the Actor
    about     `Patient/<id>` of the person it concerns
    record    `Type/<id>/_history/<version>` of what was written
    org       organisation; the actor's own when left out
    facts     small plain values; nothing that identifies a person

    Raises    ValueError when the name is not of that grammar
    """
    row = _row(Entry(event, about, record, org, facts or {}), by)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_event ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
            " RETURNING seq",
            row,
        )
        return cursor.fetchone()[0]


def record_many(events, *, by):
    """Write many events, a sequence of `Entry`, in one round trip (for imports)."""
    rows = [_row(entry, by) for entry in events]
    if not rows:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ledger_event ({_COLUMNS}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def events(after=0, names=(), limit=100):
    """Return events with `seq` above `after`, oldest first.

    names     exact names or prefixes such as `exchange.*`; all when empty

    For pages and monitors. A follower who must miss nothing is a `subscriber`: two transactions
    may commit in the other order than they wrote.
    """
    return _read("seq > %s AND " + names_clause(names), [after, *like(names)], "seq", limit)


def events_about(about, *, before=None, limit=50):
    """Return what happened about one person (`Patient/<id>`), newest first.

    before    `seq` of the last event already seen, for paging
    """
    where = "about = %s AND (%s::bigint IS NULL OR seq < %s::bigint)"
    return _read(where, [about, before, before], "seq DESC", limit)


def latest_events(limit=20):
    """Return the newest events, newest first."""
    return _read("TRUE", [], "seq DESC", limit)


def event(seq):
    """Return one event, or None."""
    return next(iter(_read("seq = %s", [seq], "seq", 1)), None)


def names_clause(names):
    """Return the SQL condition on `name` for patterns; its parameters come from `like`."""
    return "name LIKE ANY(%s)" if names else "TRUE"


def like(names):
    """Return the parameters of `names_clause`: `a_b.*` matches `a_b.c`, and `_` only itself."""
    if not names:
        return []
    escaped = (re.sub(r"([\\_%])", r"\\\1", name) for name in names)
    return [[name[:-1] + "%" if name.endswith(".*") else name for name in escaped]]


def _read(where, parameters, order, limit):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {READ} FROM ledger_event WHERE {where} ORDER BY {order} LIMIT %s",  # noqa: S608
            [*parameters, limit],
        )
        return [from_row(row) for row in cursor.fetchall()]


def from_row(row):
    """Return a row of `READ` as an Event."""
    facts = row[7] if isinstance(row[7], dict) else json.loads(row[7])
    return Event(*row[:7], facts, *row[8:])


def _row(entry, by):
    if not _NAME.match(entry.event):
        raise ValueError(f"an event is called room.noun.past, not {entry.event!r}")
    facts = json.dumps(dict(entry.facts), ensure_ascii=False)
    org = entry.org or by.org
    return entry.event, by.ref, by.name, entry.about, entry.record, org, facts
