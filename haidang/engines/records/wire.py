"""psycopg under Django's connection: binary cursors and pipelines on the same transaction."""

import contextlib
import weakref

import psycopg
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.utils.translation import gettext as _
from psycopg.rows import tuple_row

from haidang.engines.records import binary
from haidang.kernel import errors

_prepared = weakref.WeakSet()
_OFTEN, _MOST_TEXTS = 3, 2000
_texts = {}  # how often a statement was met by this process


def open_connection(own=None):
    """The psycopg connection of this thread, or of a Django connection, taught to send packed columns."""
    own = own or connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    raw = own.connection
    if raw not in _prepared:
        for packed, dumper in binary.DUMPERS:
            raw.adapters.register_dumper(packed, dumper)
        _prepared.add(raw)
    return raw


def cursor():
    """A cursor whose values are bound on the server."""
    return psycopg.Cursor(open_connection(), row_factory=tuple_row)


def rows(statement, values=(), *, prepare=None):
    """All rows of one statement, values bound on the server.

    Errors of the database come as Django's own, here and in `pipeline`: so callers need to know
    one family, and Django learns that a connection broke.
    """
    own = connections[DEFAULT_DB_ALIAS]  # looked up once: it costs as much as a small statement
    with own.wrap_database_errors:
        run = psycopg.Cursor(open_connection(own), row_factory=tuple_row)
        return run.execute(statement, values, prepare=prepare, binary=True).fetchall()


def often(statement):
    """True for a text that this process has carried out before, so that preparing it pays."""
    met = _texts[statement] = _texts.get(statement, 0) + 1
    if len(_texts) > _MOST_TEXTS:
        _texts.clear()
    return met > _OFTEN


def run(statement):
    """Carry out a statement that answers nothing."""
    with connection.wrap_database_errors, cursor() as once:
        once.execute(statement)


@contextlib.contextmanager
def pipeline():
    """Statements inside go out together; results are read as they are asked for."""
    with connection.wrap_database_errors, open_connection().pipeline():
        yield


def whole():
    """The caller's transaction when there is one, otherwise one of our own."""
    return contextlib.nullcontext() if connection.in_atomic_block else transaction.atomic()


@contextlib.contextmanager
def contended():
    """Tell of two who wait for each other as a conflict that is worth another try."""
    try:
        yield
    except OperationalError as why:
        if not isinstance(why.__cause__, psycopg.errors.DeadlockDetected):
            raise
        raise contention() from why


def contention():
    return errors.Conflict(
        "records.contended", _("Nhiều nơi đang ghi cùng một hồ sơ; hãy thử lại sau ít giây.")
    )
