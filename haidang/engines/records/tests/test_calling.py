"""Receivers are called at public addresses only, wherever their names lead, and not for ever."""

import contextlib
import socket
import threading

import pytest

from haidang.engines.records.subscriptions import calling


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "127.0.0.1",
        "::ffff:127.0.0.1",
        "fd00::1",
        "169.254.1.1",
        "100.64.0.1",
        "0.0.0.0",
    ],
)
def test_a_name_that_leads_inside_is_not_called(monkeypatch, settings, address):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = False
    found = [(None, None, None, "", (address, 443)), (None, None, None, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_a, **_k: found)

    with pytest.raises(calling.Refused):
        calling.allowed("rebind.example.org", 443)


def test_a_name_that_leads_out_is_called_where_it_was_looked_up(monkeypatch, settings):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = False
    found = [(None, None, None, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_a, **_k: found)

    assert calling.allowed("example.org", 443) == "93.184.216.34"


# ── The deadline ───────────────────────────────────────────────────────────────────────────

_STEP_S, _STEPS, _DEADLINE_S = 0.05, 60, 0.4  # every step is well within the deadline, all are not


@pytest.fixture
def receiver(settings):
    """Starts a receiver that treats its one caller as told; gives its address."""
    settings.HAIDANG_HOOKS_TO_LOOPBACK = True
    over, threads = threading.Event(), []
    door = socket.create_server(("127.0.0.1", 0))

    def start(manner):
        def serve():
            caller, _address = door.accept()
            with caller, contextlib.suppress(OSError):
                manner(caller, over)

        threads.append(threading.Thread(target=serve))
        threads[0].start()
        return f"http://127.0.0.1:{door.getsockname()[1]}/"

    yield start
    over.set()
    threads[0].join()
    door.close()


def _answers_by_the_letter(caller, over):
    caller.recv(65536)
    caller.send(b"HTTP/1.1 200 OK\r\nX-Waiting: ")
    for _step in range(_STEPS):
        if over.wait(_STEP_S):
            return
        caller.send(b"a")
    caller.send(b"\r\nContent-Length: 0\r\n\r\n")


def _takes_by_the_spoon(caller, over):
    for _step in range(_STEPS):
        if over.wait(_STEP_S):
            return
        caller.recv(1 << 19)
    answered = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    caller.settimeout(_STEP_S)
    with contextlib.suppress(TimeoutError):
        while caller.recv(1 << 20):
            pass
    caller.send(answered)


@pytest.mark.parametrize(
    ("manner", "size", "why"),
    [
        (_answers_by_the_letter, 2, "ReadTimeout"),
        (_takes_by_the_spoon, 32 << 20, "WriteTimeout"),
    ],
)
def test_a_receiver_that_trickles_is_given_up_at_the_deadline(receiver, manner, size, why):
    caller = calling.Caller()

    with contextlib.closing(caller):
        told = caller.post(receiver(manner), b"x" * size, [], _DEADLINE_S)

    assert told == (0, why)
