"""What the portal knows: dossiers, files, answered calls and the mailbox of the unit, in one file.

SQLite keeps it, so that a portal that is killed comes back with what it had answered for.
"""

import json
import sqlite3
import threading
from contextlib import contextmanager

_TABLES = """
CREATE TABLE IF NOT EXISTS dossier (
  code TEXT PRIMARY KEY, state INTEGER, turn INTEGER, filed TEXT, body TEXT, history TEXT,
  paid TEXT, result TEXT);
CREATE TABLE IF NOT EXISTS file (id TEXT PRIMARY KEY, name TEXT, content BLOB);
CREATE TABLE IF NOT EXISTS call (key TEXT PRIMARY KEY, mark TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS mail (
  number INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT, turn INTEGER, kind TEXT, at TEXT, body TEXT);
"""


class Store:
    """path    file of the database; `:memory:` forgets with the process"""

    def __init__(self, path=":memory:"):
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_TABLES)
        self._lock = threading.RLock()

    @contextmanager
    def together(self):
        """What is done inside is kept whole or not at all, and by one caller at a time."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def answered(self, key):
        """(mark, answer) of a call that was answered before, or None."""
        row = self._one("SELECT mark, answer FROM call WHERE key = ?", key)
        return (row["mark"], json.loads(row["answer"])) if row else None

    def keep_answer(self, key, mark, answer):
        self._run("INSERT INTO call VALUES (?, ?, ?)", key, mark, json.dumps(answer))

    def dossier(self, code):
        row = self._one("SELECT * FROM dossier WHERE code = ?", code)
        return _plain(row) if row else None

    def dossiers(self):
        with self._lock:
            rows = self._db.execute("SELECT * FROM dossier ORDER BY code").fetchall()
        return [_plain(row) for row in rows]

    def keep_dossier(self, one):
        values = [json.dumps(one[name]) if name in _JSON else one[name] for name in _COLUMNS]
        marks = ", ".join("?" * len(_COLUMNS))
        self._run(f"INSERT OR REPLACE INTO dossier VALUES ({marks})", *values)

    def file(self, file_id):
        row = self._one("SELECT name, content FROM file WHERE id = ?", file_id)
        return (row["name"], row["content"]) if row else None

    def keep_file(self, file_id, name, content):
        self._run("INSERT OR IGNORE INTO file VALUES (?, ?, ?)", file_id, name, content)

    def post(self, code, kind, body, at):
        """Put a message into the unit's mailbox, after those about the same dossier."""
        row = self._one("SELECT max(turn) AS turn FROM mail WHERE code = ?", code)
        self._run(
            "INSERT INTO mail (code, turn, kind, at, body) VALUES (?, ?, ?, ?, ?)",
            code, (row["turn"] or 0) + 1, kind, at, json.dumps(body),
        )  # fmt: skip

    def mail(self, after, limit):
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM mail WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
            ).fetchall()
        return [dict(row) | {"body": json.loads(row["body"])} for row in rows]

    def _one(self, sql, *values):
        with self._lock:
            return self._db.execute(sql, values).fetchone()

    def _run(self, sql, *values):
        with self._lock:
            self._db.execute(sql, values)


_COLUMNS = ("code", "state", "turn", "filed", "body", "history", "paid", "result")
_JSON = {"body", "history", "paid", "result"}


def _plain(row):
    return {name: json.loads(row[name]) if name in _JSON else row[name] for name in _COLUMNS}
