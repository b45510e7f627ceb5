"""Roles and databases of a cluster: one owner that migrates, one app role that serves.

The app role owns no table, so row-level security holds for everything the product runs.
"""

import hashlib
import os
from contextlib import contextmanager

import psycopg
from psycopg import sql

from haidang.config import discovery

OWNER, APP = "haidang_owner", "haidang_app"
_EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist", "unaccent")
# Even the first line of an error quotes what was sent ('invalid input syntax for type date: "..."').
# Whoever sent it hears of it and writes it down without; only the end of a connection is told here.
_QUIET = sql.SQL("ALTER ROLE {} SET log_min_messages = 'fatal'")
_IS_QUIET = (
    "SELECT 1 FROM pg_roles WHERE rolname = %s AND 'log_min_messages=fatal' = ANY(rolconfig)"
)
_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    " GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {app}",
)


@contextmanager
def administrator(cluster, database="postgres"):
    """A connection as the cluster's superuser, each statement its own transaction."""
    with psycopg.connect(
        host=str(cluster.socket_folder), dbname=database, user="postgres", autocommit=True
    ) as connection:
        yield connection


def ensure(cluster, name):
    """Make the roles and the database when they are not there yet."""
    with administrator(cluster) as connection:
        _ensure_roles(connection)
        if not exists(connection, name):
            create(connection, name)
            with administrator(cluster, name) as inside:
                _prepare(inside)


def exists(connection, name):
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()


def create(connection, name, template="template0"):
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template),
            sql.Identifier("wal_log" if template == "template0" else "file_copy"),
        )
    )  # fmt: skip


def drop(connection, name):
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _ensure_roles(connection):
    connection.execute("SELECT pg_advisory_lock(31)")
    for role, rights in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN")):
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL(f"CREATE ROLE {{}} {rights}").format(sql.Identifier(role)))
        if not connection.execute(_IS_QUIET, [role]).fetchone():
            connection.execute(_QUIET.format(sql.Identifier(role)))
    connection.execute("SELECT pg_advisory_unlock(31)")


def _prepare(connection):
    for extension in _EXTENSIONS:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
        )
    for grant in _GRANTS:
        connection.execute(
            sql.SQL(grant).format(owner=sql.Identifier(OWNER), app=sql.Identifier(APP))
        )


# ── Databases for tests ────────────────────────────────────────────────────────────────────


def template(cluster, migrate):
    """The name of a migrated template database for the migrations as they are now.

    It is made once for each state of the migrations; `migrate(name)` fills a fresh one.
    """
    name = f"haidang_template_{_fingerprint()}"
    with administrator(cluster) as connection:
        connection.execute("SELECT pg_advisory_lock(32)")
        _ensure_roles(connection)
        if not exists(connection, name):
            draft = f"{name}_{os.getpid()}"
            ensure(cluster, draft)
            migrate(draft)
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(draft), sql.Identifier(name)
                )
            )
        connection.execute("SELECT pg_advisory_unlock(32)")
    return name


def copy(cluster, source, name):
    with administrator(cluster) as connection:
        connection.execute("SELECT pg_advisory_lock(33)")
        drop(connection, name)
        create(connection, name, source)
        connection.execute("SELECT pg_advisory_unlock(33)")


def discard(cluster, name):
    with administrator(cluster) as connection:
        drop(connection, name)


def sweep(cluster):
    """Drop test databases whose process is gone, and templates of older migrations."""
    with administrator(cluster) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'test_%'"
        ).fetchall()
        for (name,) in rows:
            if not _alive(int(name.split("_")[1])):
                drop(connection, name)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _fingerprint():
    """A hash over every migration and definition that shapes the schema."""
    seen = hashlib.sha256()
    for path in sorted(discovery.PACKAGE.glob("**/migrations/*")):
        if path.suffix in {".py", ".sql"}:
            seen.update(str(path.relative_to(discovery.PACKAGE)).encode() + path.read_bytes())
    return seen.hexdigest()[:16]
