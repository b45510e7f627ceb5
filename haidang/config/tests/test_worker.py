"""The worker process stops when it is told to, and lets go of what it held."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection


@pytest.fixture
def working(own_database):
    """A real worker over a database of its own, once it listens for news."""
    process = subprocess.Popen(
        [sys.executable, "-m", "haidang.config.console", "work"],
        env=os.environ | {"HAIDANG_DATABASE": own_database},
    )
    deadline = time.monotonic() + 60
    while not _listening() and process.poll() is None and time.monotonic() < deadline:
        pass
    yield process
    process.kill()
    process.wait()


def _listening():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_worker_that_is_told_to_stop_does(working, number):
    working.send_signal(number)

    assert (
        working.wait(timeout=120) == 0
    )  # each loop ends its turn; a bound for a machine with much else to do
