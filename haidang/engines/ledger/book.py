"""The access book's own connections: what was looked at stays written when the reader rolls back.

A small pool for each process. It follows the database that Django speaks to, so a test database
gets a pool of its own, and it is made anew after a fork.
"""

import atexit
import os
import threading
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _
from psycopg_pool import ConnectionPool, PoolTimeout

from haidang.kernel import errors

WAIT_S = 3.0
_lock = threading.Lock()
_pools = {}


def write(statement, values):
    """Carry out one statement that stays, on a connection of the book's own.

    A kept connection may have died unseen; asking each one beforehand would cost every look an
    exchange, so a dead one is noticed by the statement, which then goes over the next. If it died
    between commit and answer, the look stands in the book twice, never not at all.

    Raises    Unavailable `ledger.book_closed` when the book cannot be written; the caller
              must then refuse the look
    """
    for tries_left in range(settings.HAIDANG_LEDGER_POOL, -1, -1):
        with connection() as own:
            try:
                own.execute(statement, values, prepare=True)
            except psycopg.OperationalError:
                if not own.closed or not tries_left:
                    raise
            else:
                return


@contextmanager
def connection():
    """Yield an autocommitting connection of the book's own; it may have died since its last use.

    Raises    Unavailable `ledger.book_closed` when none is free, or for an error of the database
    """
    try:
        with _pool().connection(timeout=WAIT_S) as own:
            yield own
    except (psycopg.Error, PoolTimeout) as why:
        raise errors.Unavailable(
            "ledger.book_closed",
            _("Chưa ghi được sổ truy cập nên chưa thể mở hồ sơ. Hãy thử lại sau ít phút."),
        ) from why


def close():
    """Close this process's connections, before a database is dropped or the process ends."""
    with _lock:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.close()


atexit.register(close)


def _pool():
    where = connections["default"].settings_dict
    key = (os.getpid(), *(str(where[name]) for name in ("HOST", "PORT", "USER", "NAME")))
    with _lock:
        if key not in _pools:
            _forget_others(key)
            _pools[key] = _open(*_parameters())
        return _pools[key]


def _forget_others(key):
    """Close pools of another database; those of the parent process are only let go."""
    for other in list(_pools):
        pool = _pools.pop(other)
        if other[0] == key[0]:
            pool.close()


def _parameters():
    wrapper = connections["default"]
    parameters = dict(wrapper.get_connection_params())
    for django_only in ("cursor_factory", "context", "pool", "isolation_level", "assume_role"):
        parameters.pop(django_only, None)
    return parameters, wrapper.settings_dict.get("OPTIONS", {}).get("assume_role")


def _open(parameters, role):
    def configure(connection):
        connection.execute(f"SET statement_timeout = {int(WAIT_S * 1000)}")
        if role:
            connection.execute(psycopg.sql.SQL("SET ROLE {}").format(psycopg.sql.Identifier(role)))

    return ConnectionPool(
        kwargs={**parameters, "autocommit": True, "application_name": "haidang access book"},
        min_size=0,
        max_size=settings.HAIDANG_LEDGER_POOL,
        max_idle=30.0,
        configure=configure,
        open=True,
        name="access-book",
    )
