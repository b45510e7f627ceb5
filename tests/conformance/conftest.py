"""A real web server over a database of its own, and a token of a facility's system."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from haidang.engines.access import api as access
from haidang.kernel import actor

SCOPES = ["gateway.use_fhir", "system/*.cruds"]


@dataclass(frozen=True)
class Server:
    base: str
    token: str


@pytest.fixture
def server(own_database):
    _registered, token = access.create_client("Hệ thống thử", SCOPES, "31001", actor.SYSTEM)
    port = _free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--log-level", "error",
            "haidang.config.wsgi:application",
        ],
        env=os.environ | {"HAIDANG_DATABASE": own_database},
    )  # fmt: skip
    try:
        _wait_for(port, process)
        yield Server(f"http://127.0.0.1:{port}/fhir", token)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(port, process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            continue
    raise AssertionError("the web server did not come up")
