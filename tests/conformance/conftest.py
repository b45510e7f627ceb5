"""A real web server over a database of its own, and a token of a facility's system."""

import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from haidang.engines.access import api as access
from haidang.kernel import actor
from tests import nursery

SCOPES = ["gateway.use_fhir", "system/*.cruds"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Where exports are written and imports are read; asked for before `server` starts."""
    (tmp_path / "in").mkdir()
    monkeypatch.setenv("HAIDANG_FILES", str(tmp_path / "files"))
    monkeypatch.setenv("HAIDANG_IMPORT_FROM", str(tmp_path / "in"))
    return tmp_path


@pytest.fixture
def workers(own_database):
    """Starts workers; those that still live are ended at the end."""
    started = []

    def start():
        environment = os.environ | {"HAIDANG_DATABASE": own_database}
        started.append(nursery.start("haidang.config.console", "work", environment=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Server:
    base: str
    token: str


@pytest.fixture
def processes():
    """How many processes the server has; a module that provokes races asks for more."""
    return 1


@pytest.fixture
def server(own_database, processes):
    with serving(own_database, processes) as server:
        yield server


@contextmanager
def serving(database, processes=1):
    """A web server of its own over a committed database."""
    _registered, token = access.create_client("Hệ thống thử", SCOPES, "31001", actor.SYSTEM)
    port = free_port()
    process = nursery.start(
        "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(processes),
        "--blocking-threads", "4", "--log-level", "error", "haidang.config.wsgi:application",
        environment=os.environ | {"HAIDANG_DATABASE": database},
    )  # fmt: skip
    try:
        _wait_for(port, process)
        yield Server(f"http://127.0.0.1:{port}/fhir", token)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(port, process):
    deadline = time.monotonic() + 120  # a bound for a machine with much else to do
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            with suppress(subprocess.TimeoutExpired):  # leave the processor to the server
                process.wait(timeout=0.05)
    raise AssertionError("the web server did not come up")
