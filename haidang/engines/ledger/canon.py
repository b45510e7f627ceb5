"""The canonical form of a row: the bytes that its leaf covers, the same today and in ten years."""

from datetime import UTC

from haidang.engines.ledger import checker
from haidang.engines.ledger.models import EVENTS, LOOKS

_COLUMNS = {
    EVENTS: ("seq", "at", "name", "by_ref", "by_name", "about", "record", "org", "facts"),
    LOOKS: (
        "seq", "at", "by_ref", "by_name", "org", "about", "what", "purpose", "allowed", "reason",
    ),
}  # fmt: skip
TABLES = {EVENTS: "ledger_event", LOOKS: "ledger_look"}
NAMES = {EVENTS: "event", LOOKS: "look"}


def moment(at):
    """Return a moment as the canonical form writes it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def columns(log, alias="t"):
    """Return the SQL column list of a log in canonical order; facts as text, digit for digit."""
    names = _COLUMNS[log]
    return ", ".join(f"{alias}.{n}::text" if n == "facts" else f"{alias}.{n}" for n in names)


def entry(log, row):
    """Return a row of `columns` as the plain dict that is hashed and handed to auditors."""
    fields = dict(zip(_COLUMNS[log], row, strict=True))
    fields["at"] = moment(fields["at"])
    return {"log": NAMES[log], "v": 1, **fields}


def entry_bytes(log, row):
    """Return the canonical bytes of a row of `columns`."""
    return checker.entry_bytes(entry(log, row))


def entries(cursor, log, seqs):
    """Yield (seq, canonical bytes) of rows by their numbers."""
    cursor.execute(
        f"SELECT {columns(log)} FROM {TABLES[log]} t WHERE t.seq = ANY(%s)",  # noqa: S608
        [list(seqs)],
    )
    for row in cursor.fetchall():
        yield row[0], entry_bytes(log, row)
