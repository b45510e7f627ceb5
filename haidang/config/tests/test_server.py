"""Two houses on one machine never share a port, even when they start in the same moment."""

import socket

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
