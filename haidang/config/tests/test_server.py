"""Two houses on one machine never share a port, and a part of a house that falls is started again."""

import signal
import socket
import subprocess
import sys
import time

import pytest

from haidang.config.operations import server

HOST = "127.0.0.1"


def _some_port():
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def test_a_reserved_port_is_not_given_twice():
    wanted = _some_port()
    first, claim = server.reserve_port(HOST, wanted)

    second, other = server.reserve_port(HOST, wanted)

    assert first == wanted
    assert second > first
    claim.close()
    other.close()


def test_a_port_that_is_let_go_is_free_again():
    wanted = _some_port()
    _first, claim = server.reserve_port(HOST, wanted)
    claim.close()

    again, other = server.reserve_port(HOST, wanted)

    assert again == wanted
    other.close()


def test_a_port_where_something_listens_is_passed_over():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        taken = listener.getsockname()[1]

        found, claim = server.reserve_port(HOST, taken)

    assert found > taken
    claim.close()


def _sleeper():
    return subprocess.Popen(["sleep", "600"], start_new_session=True)


def test_a_part_that_is_killed_is_started_again_and_others_are_left_alone(capsys):
    killed, other = server.Part("worker", _sleeper), server.Part("web server", _sleeper)
    before = killed.process, other.process
    try:
        killed.process.kill()
        killed.process.wait()
        for part in (killed, other):
            part.keep()

        assert killed.process.pid != before[0].pid
        assert killed.process.poll() is None
        assert other.process is before[1]
        assert "The worker ended by itself (-9) and is started again" in capsys.readouterr().out
    finally:
        server._stop([killed.process, other.process])


def test_what_a_killed_part_had_started_goes_with_it(tmp_path):
    child = tmp_path / "child"
    script = f"sleep 600 & echo $! > {child}; wait"

    def parent():
        return subprocess.Popen(["sh", "-c", script], start_new_session=True)

    part = server.Part("web server", parent)
    try:
        until = time.monotonic() + 20
        while not (child.exists() and child.read_text().strip()) and time.monotonic() < until:
            part.process.poll()
        left = int(child.read_text())
        part.process.kill()
        part.process.wait()
        part.keep()

        while _is_running(left) and time.monotonic() < until:
            part.process.poll()
        assert not _is_running(left)
    finally:
        server._stop([part.process])


def _is_running(pid):
    """Alive; one that is dead and not yet taken by its parent has state Z."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_part_that_cannot_stand_stops_the_house_and_says_so():
    def fall():
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"], start_new_session=True)  # fmt: skip

    part = server.Part("worker", fall)
    for _time in range(2):
        part.process.wait()
        part.keep()
    part.process.wait()

    with pytest.raises(SystemExit, match="The worker ended by itself 3 times in a row"):
        part.keep()


def test_one_that_stood_for_long_falls_for_the_first_time(monkeypatch):
    monkeypatch.setattr(server, "_STEADY_S", 0.0)
    part = server.Part("worker", _sleeper)
    try:
        for _time in range(5):
            part.process.send_signal(signal.SIGKILL)
            part.process.wait()
            part.keep()

        assert part.process.poll() is None
    finally:
        server._stop([part.process])
