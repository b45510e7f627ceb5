"""Somebody who writes, and a superuser who can do what no application may."""

from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from haidang.engines.ledger import api as ledger
from haidang.engines.ledger import outbox
from haidang.kernel.actor import Actor


@pytest.fixture
def nurse():
    return Actor(ref="Practitioner/nurse", name="Điều dưỡng Lan", kind="staff", org="31001")


@pytest.fixture
def superuser(own_database, database_cluster):
    """Run SQL as the owner of everything, with triggers switched off."""

    @contextmanager
    def session():
        with psycopg.connect(
            host=str(database_cluster.socket_folder),
            dbname=own_database,
            user="postgres",
            autocommit=True,
        ) as admin:
            admin.execute("SET session_replication_role = replica")
            yield admin

    def run(sql, *parameters):
        with session() as admin:
            return admin.execute(sql, parameters)

    return run


@pytest.fixture
def fresh_home(settings, tmp_path):
    settings.HAIDANG_HOME = tmp_path
    return tmp_path


@pytest.fixture
def subscribers(monkeypatch):
    """An empty table of subscribers; the house's own ones are not told of test events."""
    known = {}
    monkeypatch.setattr(outbox, "_subscribers", known)
    monkeypatch.setattr(outbox, "autodiscover_modules", lambda *_: None)
    return known


@pytest.fixture
def book(own_database):
    yield ledger
    ledger.close_book()
    connection.close()
