"""Databases for tests: a migrated template, a copy of it for each worker, all as the app role."""

import gc
import itertools
import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager

import hypothesis
import pytest

from haidang.config import environment
from haidang.config.operations import cluster as clusters
from haidang.config.operations import databases

_LOOPBACK = {"localhost", "127.0.0.1", "::1", "", None}

# An example is judged by what comes out, not by how long it took on a core with other work.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


def pytest_collection_finish():
    """Tests and definitions stay to the end: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    """Refuse every connection that would leave this machine."""
    patch = pytest.MonkeyPatch()
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_here(self, address):
        if self.family != socket.AF_UNIX and address[0] not in _LOOPBACK:
            raise RuntimeError(f"no network in tests: {address[0]}")
        return connect(self, address)

    def look_up_here(host, *arguments, **options):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOOPBACK:
            raise RuntimeError(f"no network in tests: {name}")
        return look_up(host, *arguments, **options)

    patch.setattr(socket.socket, "connect", connect_here)
    patch.setattr(socket, "getaddrinfo", look_up_here)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def language(settings):
    """Every test begins in the language of the house; a page of another one leaves its own behind."""
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def database_cluster():
    """The throwaway cluster; started here when bin/test has not done so already."""
    with clusters.Cluster(environment.home(), throwaway=True).use() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def database_template(database_cluster):
    databases.sweep(database_cluster)
    return databases.template(database_cluster, _migrate)


@pytest.fixture(scope="session")
def django_db_setup(database_cluster, database_template, worker_id):
    """Takes the place of pytest-django's own: a copy of the template is quicker than migrating."""
    name = f"test_{os.getpid()}_{worker_id}"
    databases.copy(database_cluster, database_template, name)
    _point_to(name)
    yield
    _disconnect()
    _discard(database_cluster, name)


@pytest.fixture(scope="session")
def worker_id(request):
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """A transaction around the tests of a module: what stands in it is made once for all of them.

    Each test begins with what stands and is taken back to it.
    """
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def own_database(django_db_setup, database_cluster, database_template, django_db_blocker):
    """A fresh committed database for one test, so that threads and processes can really meet.

    The value is its name; a child process reaches it with `HAIDANG_DATABASE=<name>`.
    """
    with apart(database_cluster, database_template, "own") as name, django_db_blocker.unblock():
        yield name


@pytest.fixture(scope="module")
def module_database(django_db_setup, database_cluster, database_template, django_db_blocker):
    """A fresh committed database for all tests of a module, which do not disturb each other."""
    with apart(database_cluster, database_template, "module") as name, django_db_blocker.unblock():
        yield name


_numbers = itertools.count(1)


@contextmanager
def apart(cluster, template, suffix):
    """Work in a database of one's own; the connection to the shared one, and what stands there, stay.

    Its name is new each time: what a process remembers of a database, such as the dictionaries of
    bodies, it remembers by the name.
    """
    from django.db import connection, connections

    name = f"test_{os.getpid()}_{suffix}_{next(_numbers)}"
    shared = connection.settings_dict["NAME"]
    databases.copy(cluster, template, name)
    kept = connections["default"]
    connections.settings["default"] = connections.settings["default"] | {"NAME": name}
    del connections["default"]
    _point_to(name)
    try:
        yield name
    finally:
        connections.close_all()
        connections.settings["default"] = kept.settings_dict
        connections["default"] = kept
        _point_to(shared)
        _discard(cluster, name)


@pytest.fixture
def everything_open(request):
    """Row-level security opened for every record, for tests that are not about access."""
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")
    from haidang.engines.access import api as access
    from haidang.kernel import actor

    with access.reach(actor.SYSTEM, people="all"):
        yield


def _point_to(name):
    """Work with this database, and with the lake of its records: no other's are in it."""
    from django.conf import settings
    from django.db import connections

    for connection in connections.all():
        connection.settings_dict["NAME"] = name
    os.environ["HAIDANG_DATABASE"] = name
    os.environ["HAIDANG_LAKE"] = settings.HAIDANG_LAKE = str(_lake(name))


def _lake(name):
    return environment.home() / "lakes" / name


def _discard(cluster, name):
    databases.discard(cluster, name)
    shutil.rmtree(_lake(name), ignore_errors=True)


def _disconnect():
    from django.db import connections

    connections.close_all()


def _migrate(name):
    subprocess.run(
        [sys.executable, "-m", "haidang.config.console", "migrate", "--quiet"],
        env=os.environ | {"HAIDANG_DATABASE": name, "HAIDANG_DB_ROLE": "owner"},
        check=True,
    )
