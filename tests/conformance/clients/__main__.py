"""Installs the clients: `python -m tests.conformance.clients`."""

from tests.conformance import clients

clients.install()
