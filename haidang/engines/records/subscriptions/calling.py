"""Calls to receivers: only to public addresses, looked up at the moment of calling (chống SSRF).

The address that was looked at is the one that is called, so a name that leads elsewhere a moment
later leads nowhere. Redirections are not followed, proxies and netrc not heeded.
"""

import ipaddress
import socket

import httpcore2 as httpcore
from django.conf import settings

_MOST_CONNECTIONS = 32
_CONNECT_S = 5.0


class Refused(Exception):
    """The address may not be called."""


class _Guarded(httpcore.NetworkBackend):
    """Connects where a name leads, when that may be called."""

    def __init__(self):
        self._real = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        return self._real.connect_tcp(
            allowed(host, port), port, timeout=timeout, socket_options=socket_options
        )


def allowed(host, port):
    """The address to call for a name: every address that it has must be a public one.

    Raises    Refused
    """
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as why:
        raise Refused("name not known") from why
    if not found or not all(map(_may_be_called, found)):
        raise Refused("not a public address")
    return sorted(found, key=lambda one: (":" in one, one))[0]


def _may_be_called(address):
    address = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped.is_loopback:
        return settings.HAIDANG_HOOKS_TO_LOOPBACK
    return mapped.is_global and not mapped.is_multicast


class Caller:
    """A pool of connections of its own."""

    def __init__(self):
        self._pool = httpcore.ConnectionPool(
            max_connections=_MOST_CONNECTIONS, max_keepalive_connections=8, keepalive_expiry=30,
            network_backend=_Guarded(),
        )  # fmt: skip

    def post(self, url, body, headers, timeout_s):
        """The status of an answer; 0 and why for none. What it says is not read."""
        lines = [("Content-Type", "application/fhir+json"), ("User-Agent", "HaiDang"), *headers]
        limits = {"connect": _CONNECT_S, "read": timeout_s, "write": timeout_s, "pool": timeout_s}
        encoded = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in lines]
        try:
            with self._pool.stream(
                "POST", url, headers=encoded, content=body, extensions={"timeout": limits}
            ) as answer:
                return answer.status, ""
        except Refused as why:
            return 0, f"address refused: {why}"
        except Exception as why:  # whatever goes wrong on the way, the receiver did not answer
            return 0, type(why).__name__

    def close(self):
        self._pool.close()
