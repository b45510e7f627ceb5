"""Verification of the whole ledger: finds what was changed, removed or slipped in, by anybody.

Triggers stop the application; they do not stop a superuser. The tree does: every row has a leaf,
every leaf is under signed heads, and the key that signs is not in the database.
"""

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import connection, transaction

from haidang.engines.ledger import canon, checker, heads, keys, merkle, tree
from haidang.engines.ledger.models import EVENTS, LOOKS

MOST_FAULTS = 1000
_BATCH = 5000


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written (sai lệch).

    kind      changed, removed, inserted, leaf_missing, root, signature, unknown_key, nodes,
              witness or saved_head
    """

    kind: str
    log: str = ""
    seq: int | None = None
    detail: str = ""


@dataclass
class Report:
    """What a verification found: how many rows were checked, and each fault."""

    checked: int = 0
    heads: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self):
        """True when nothing at all was found."""
        return not self.faults

    def as_dict(self):
        """Return the report as plain JSON values."""
        return {"ok": self.ok, **asdict(self)}

    def add(self, *faults):
        """Note faults, up to a number that still fits on a page."""
        room = MOST_FAULTS - len(self.faults)
        self.faults.extend(faults[: max(room, 0)])


@dataclass(frozen=True)
class Witness:
    """The heads kept beside the database, as far as they were written before we began to look.

    Each was written after its head was committed, so the database must know it.
    """

    path: Path | None
    end: int

    @classmethod
    def now(cls):
        """Return the witness as it is at this moment."""
        newest = heads.head()
        path = heads.witness_file(newest.log_id) if newest else None
        if path is None or not path.exists():
            return cls(None, 0)
        return cls(path, path.stat().st_size)

    def heads(self):
        """Yield each head as a dict."""
        if self.path is None:
            return
        with self.path.open("rb") as file:
            while file.tell() < self.end:
                yield _head_of(file.readline())


def _head_of(line):
    """A line that cannot be read is a head that no ledger has, and so a fault."""
    try:
        head = json.loads(line)
        return {"size": head["size"], "root": head["root"]}
    except (ValueError, KeyError, TypeError):
        return {"size": -1, "root": ""}


@contextmanager
def _one_moment():
    """Open a transaction that sees one moment of a ledger that goes on growing."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor


def verify(*, saved=None, progress=None):
    """Check every row, leaf, node and head; return the `Report`.

    saved       a tree head kept elsewhere (dict as downloaded), which must still hold
    progress    called with (rows done, rows in all)
    """
    report, witness = Report(), Witness.now()
    with _one_moment() as cursor:
        total = tree.size()
        roots = _check_leaves(cursor, total, report, witness, saved)
        for log in (EVENTS, LOOKS):
            _check_rows(cursor, log, total, report, progress)
            _check_strays(cursor, log, report)
        _check_heads(roots, report)
        _check_nodes(total, roots, report)
    _check_witness(witness, roots, report)
    if saved is not None:
        _check_saved(saved, roots, report)
    return report


def _stream(name, query, parameters=()):
    """Yield rows from a server-side cursor, so that a ledger of any size fits in memory."""
    with connection.connection.cursor(name=name) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(query, parameters)
        yield from cursor


def _check_leaves(cursor, total, report, witness, saved):
    """Rebuild the tree from the leaves; return {size: root} for every size that has a head."""
    cursor.execute("SELECT size FROM ledger_head")
    wanted = {row[0] for row in cursor.fetchall()} | {total}
    wanted.update(head["size"] for head in witness.heads())
    if saved is not None:
        wanted.add(saved.get("size"))
    stack, roots = merkle.Stack(), {}
    leaves = _stream("ledger_leaves", "SELECT idx, hash FROM ledger_leaf ORDER BY idx")
    for idx, leaf in leaves:
        if idx != stack.size:
            report.add(Fault("leaf_missing", detail=f"{stack.size}"))
            break
        stack.add(bytes(leaf))
        if stack.size in wanted:
            roots[stack.size] = stack.root()
    return roots


def _check_rows(cursor, log, total, report, progress):
    """Hash every row of one log again and compare it with its leaf."""
    query = (
        f"SELECT l.seq, l.hash, {canon.columns(log)}"  # noqa: S608
        f" FROM ledger_leaf l LEFT JOIN {canon.TABLES[log]} t ON t.seq = l.seq"
        " WHERE l.log = %s ORDER BY l.seq"
    )
    for seq, leaf, *row in _stream(f"ledger_rows_{log}", query, [log]):
        report.checked += 1
        if progress and report.checked % _BATCH == 0:
            progress(report.checked, total)
        if row[0] is None:
            report.add(Fault("removed", canon.NAMES[log], seq))
        elif merkle.leaf_hash(canon.entry_bytes(log, row)) != bytes(leaf):
            report.add(Fault("changed", canon.NAMES[log], seq))


def _check_strays(cursor, log, report):
    """Find rows that came in past the trigger, and waiting rows that are gone."""
    name, table = canon.NAMES[log], canon.TABLES[log]
    cursor.execute(
        f"SELECT t.seq FROM {table} t"  # noqa: S608
        " WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.log = %s AND l.seq = t.seq)"
        " AND NOT EXISTS (SELECT FROM ledger_pending p WHERE p.log = %s AND p.seq = t.seq)"
        " ORDER BY t.seq LIMIT %s",
        [log, log, MOST_FAULTS],
    )
    report.add(*(Fault("inserted", name, seq) for (seq,) in cursor.fetchall()))
    cursor.execute(
        f"SELECT p.seq FROM ledger_pending p LEFT JOIN {table} t ON t.seq = p.seq"  # noqa: S608
        " WHERE p.log = %s AND t.seq IS NULL LIMIT %s",
        [log, MOST_FAULTS],
    )
    report.add(*(Fault("removed", name, seq) for (seq,) in cursor.fetchall()))


def _check_heads(roots, report):
    known = keys.known_keys()
    for row in _stream("ledger_heads", f"{heads.READ} ORDER BY size"):
        head = heads.from_row(row)
        report.heads += 1
        if roots.get(head.size) != head.root:
            report.add(Fault("root", detail=str(head.size)))
        if head.key_id not in known:
            report.add(Fault("unknown_key", detail=f"{head.size} {head.key_id}"))
        elif not checker.signed(head.as_dict(), known[head.key_id]):
            report.add(Fault("signature", detail=str(head.size)))


def _check_nodes(total, roots, report):
    """The kept nodes must lead to the same root as the leaves, or proofs would be wrong."""
    try:
        found = merkle.root(tree.Kept(), total)
    except LookupError:
        found = None
    if found != roots.get(total, merkle.EMPTY):
        report.add(Fault("nodes", detail=str(total)))


def _check_witness(witness, roots, report):
    seen = 0
    for seen, head in enumerate(witness.heads(), 1):  # noqa: B007, counted for the note below
        root = roots.get(head["size"])
        if root is None or root.hex() != head["root"]:
            report.add(Fault("witness", detail=str(head["size"])))
    if not seen:
        report.notes.append("no_witness")


def _check_saved(saved, roots, report):
    root = roots.get(saved.get("size"))
    if root is None or root.hex() != saved.get("root"):
        report.add(Fault("saved_head", detail=str(saved.get("size"))))
    pem = keys.known_keys().get(saved.get("key_id"))
    if pem is None or not checker.signed(saved, pem):
        report.add(Fault("signature", detail=f"saved {saved.get('size')}"))
