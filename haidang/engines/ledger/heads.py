"""Signed tree heads and proofs: what an auditor takes away and checks elsewhere."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import canon, checker, keys, merkle, tree
from haidang.kernel import errors

READ = "SELECT log_id, size, root, at, key_id, signature FROM ledger_head"


@dataclass(frozen=True)
class TreeHead:
    """The root over the first `size` rows of both logs at a moment, signed (đầu cây đã ký).

    log_id      hex hash of the first leaf: the name of this ledger for good
    signature   Ed25519 over `checker.head_note(log_id, size, root, at)`
    """

    log_id: str
    size: int
    root: bytes
    at: datetime
    key_id: str
    signature: bytes

    def as_dict(self):
        """Return the head as auditors get it: plain JSON values, hashes in hex."""
        return {
            "log_id": self.log_id,
            "size": self.size,
            "root": self.root.hex(),
            "at": canon.moment(self.at),
            "key_id": self.key_id,
            "signature": self.signature.hex(),
        }


@dataclass(frozen=True)
class Inclusion:
    """The proof that one row is in the tree of `size` leaves (bằng chứng có mặt)."""

    entry: dict
    index: int
    size: int
    path: list[bytes]

    def as_dict(self):
        """Return the proof as auditors get it."""
        path = [step.hex() for step in self.path]
        return {"entry": self.entry, "index": self.index, "size": self.size, "path": path}


def seal():
    """Give every waiting row its place and sign the tree; return the newest `TreeHead`.

    Nothing new to sign: the newest head again, or None when the ledger is empty.
    """
    while tree.grow():
        pass
    with transaction.atomic():
        newest, size = head(), tree.size()
        if size == 0 or (newest and newest.size == size):
            return newest
        signed = _sign(size)
        if _write(signed):
            transaction.on_commit(lambda: _witness(signed))
    return head()


def head(size=None):
    """Return the newest tree head, or the one of a size; None when there is none."""
    where, parameters = ("", []) if size is None else (" WHERE size = %s", [size])
    with connection.cursor() as cursor:
        cursor.execute(f"{READ}{where} ORDER BY size DESC LIMIT 1", parameters)
        row = cursor.fetchone()
    return from_row(row) if row else None


def heads(limit=50):
    """Return tree heads, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"{READ} ORDER BY size DESC LIMIT %s", [limit])
        return [from_row(row) for row in cursor.fetchall()]


def inclusion_proof(kind, seq, size=None):
    """Return the `Inclusion` of a row under the head of `size` (the newest when left out).

    kind      `event` or `look`

    Raises    NotFound `ledger.not_sealed` while the row has no place under that head
    """
    size = size or (newest.size if (newest := head()) else 0)
    index = tree.place_of(kind, seq)
    if index is None or index >= size:
        raise errors.NotFound(
            "ledger.not_sealed", _("Dòng này chưa có trong cây đã ký. Hãy thử lại sau một phút.")
        )
    log = tree.LOGS[kind]
    return Inclusion(_entry(log, seq), index, size, merkle.inclusion(tree.Kept(), index, size))


def consistency_proof(old_size, new_size):
    """Return the hashes that show the tree of `old_size` to be the beginning of `new_size`.

    Raises    Incorrect `ledger.bad_sizes`
    """
    if not 0 < old_size <= new_size <= tree.size():
        raise errors.Incorrect("ledger.bad_sizes", _("Hai kích thước cây không hợp lệ."))
    return merkle.consistency(tree.Kept(), old_size, new_size)


def witness_file(log_id):
    """Return the file outside the database that repeats every head of this ledger."""
    return Path(settings.HAIDANG_HOME) / "ledger" / f"{log_id[:32]}.heads"


def _entry(log, seq):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {canon.columns(log)} FROM {canon.TABLES[log]} t WHERE t.seq = %s",  # noqa: S608
            [seq],
        )
        row = cursor.fetchone()
    if row is None:
        raise errors.NotFound("ledger.no_such_row", _("Không có dòng này trong sổ."))
    return canon.entry(log, row)


def _sign(size):
    source = tree.Kept()
    log_id = source.nodes(0, 0, 1)[0].hex()
    root, at, key = merkle.root(source, size), datetime.now(UTC), keys.signing_key()
    note = checker.head_note(log_id, size, root, canon.moment(at))
    return TreeHead(log_id, size, root, at, keys.key_id(keys.public_pem(key)), key.sign(note))


def _write(signed):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_head (log_id, size, root, at, key_id, signature)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (size) DO NOTHING",
            [
                signed.log_id, signed.size, signed.root, signed.at, signed.key_id,
                signed.signature,
            ],
        )  # fmt: skip
        return cursor.rowcount == 1


def _witness(signed):
    """Repeat the head where a change of the database cannot reach it."""
    path = witness_file(signed.log_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(signed.as_dict()) + "\n")


def from_row(row):
    """Return a row of `READ` as a TreeHead."""
    log_id, size, root, at, key_id, signature = row
    return TreeHead(log_id, size, bytes(root), at, key_id, bytes(signature))
