"""Tests speak to this machine alone."""

import socket

import pytest


def test_a_stranger_cannot_be_reached():
    with pytest.raises(RuntimeError, match="no network in tests"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_name_is_not_looked_up():
    with pytest.raises(RuntimeError, match="no network in tests"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_reached():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        with socket.create_connection(server.getsockname(), timeout=1) as client:
            assert client.getpeername() == server.getsockname()
