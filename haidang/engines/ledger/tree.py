"""The tree as it is kept: rows get a place (leaf), and every 256 leaves a node."""

from django.db import connection, transaction

from haidang.engines.ledger import canon, merkle
from haidang.engines.ledger.models import EVENTS, LOOKS

LOGS = {"event": EVENTS, "look": LOOKS}
FANOUT = 1 << merkle.FANOUT_BITS
_LOCK = 0x4C454447  # "LEDG": one process at a time gives out places


class Kept:
    """The source of hashes for `merkle`, read from the tables."""

    def nodes(self, level, first, count):
        """Return `count` subtree hashes of one level; see `merkle`."""
        table, where = ("ledger_leaf", "") if level == 0 else ("ledger_node", "level = %s AND ")
        parameters = [*([level] if level else []), first, first + count]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT hash FROM {table} WHERE {where}idx >= %s AND idx < %s ORDER BY idx",  # noqa: S608
                parameters,
            )
            found = [bytes(row[0]) for row in cursor.fetchall()]
        if len(found) != count:
            raise LookupError(f"the tree lacks hashes at level {level} from {first}")
        return found


def size():
    """Return how many rows have a place in the tree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(idx) + 1, 0) FROM ledger_leaf")
        return cursor.fetchone()[0]


def place_of(kind, seq):
    """Return the index of a row's leaf, or None while it waits for its place.

    kind      `event` or `look`
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx FROM ledger_leaf WHERE log = %s AND seq = %s", [LOGS[kind], seq])
        row = cursor.fetchone()
    return row[0] if row else None


def grow(limit=5000):
    """Give the waiting rows their places, in an order that respects cause and effect.

    A row that was written after another one's commit never comes before it: the batch is read in
    one snapshot and ordered by `seq`. Rows of transactions still open simply come later, so a
    long transaction holds nobody up. Returns how many rows got a place.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        waiting = _take(cursor, limit)
        if not waiting:
            return 0
        first = size()
        hashes = _hashes(cursor, waiting)
        _write_leaves(cursor, first, waiting, hashes)
        _write_nodes(cursor, first, hashes)
    return len(waiting)


def _take(cursor, limit):
    cursor.execute(
        "DELETE FROM ledger_pending WHERE (log, seq) IN"
        " (SELECT log, seq FROM ledger_pending ORDER BY log, seq LIMIT %s) RETURNING log, seq",
        [limit],
    )
    return sorted(cursor.fetchall())


def _hashes(cursor, waiting):
    """Return the leaf hashes of the rows; a row removed while it waited is left to `verify`."""
    found = {}
    for log in (EVENTS, LOOKS):
        seqs = [seq for row_log, seq in waiting if row_log == log]
        for seq, entry in canon.entries(cursor, log, seqs) if seqs else ():
            found[log, seq] = merkle.leaf_hash(entry)
    missing = merkle.leaf_hash(b"")
    return [found.get(row, missing) for row in waiting]


def _write_leaves(cursor, first, waiting, hashes):
    with cursor.copy("COPY ledger_leaf (idx, log, seq, hash) FROM STDIN") as copy:
        for offset, ((log, seq), leaf) in enumerate(zip(waiting, hashes, strict=True)):
            copy.write_row((first + offset, log, seq, leaf))


def _write_nodes(cursor, first, hashes):
    """Write every node that these leaves complete, level by level."""
    level, done, fresh = 0, first, hashes
    while fresh:
        head = done - done % FANOUT
        before = Kept().nodes(level, head, done - head) if done > head else []
        run = before + fresh
        whole = len(run) // FANOUT
        fresh = [merkle.fold(run[i * FANOUT : (i + 1) * FANOUT]) for i in range(whole)]
        level, done = level + 1, head // FANOUT
        for offset, node in enumerate(fresh):
            cursor.execute(
                "INSERT INTO ledger_node (level, idx, hash) VALUES (%s, %s, %s)",
                [level, done + offset, node],
            )
