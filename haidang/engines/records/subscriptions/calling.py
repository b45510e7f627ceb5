"""Calls to receivers: only to public addresses, looked up at the moment of calling (chống SSRF).

The address that was looked at is the one that is called, so a name that leads elsewhere a moment
later leads nowhere. Redirections are not followed, proxies and netrc not heeded.

A call has one deadline for everything. A limit on each step alone would let a receiver that sends
a byte now and then hold a place, and its notification, as long as it likes.
"""

import ipaddress
import socket
import threading
import time

import httpcore2 as httpcore
from django.conf import settings

_MOST_CONNECTIONS = 32
_CONNECT_S = 5.0


class Refused(Exception):
    """The address may not be called."""


class _Deadline(threading.local):
    """When the call that this thread makes must be over; connections are shared, so it is not theirs."""

    at = float("inf")

    def left(self, timeout, late):
        """Seconds that a step may take.

        Raises    `late` when the time is over
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise late("deadline")
        return left if timeout is None else min(left, timeout)


class _Guarded(httpcore.NetworkBackend):
    """Connects where a name leads, when that may be called."""

    def __init__(self, deadline):
        self._real, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        address = allowed(host, port)
        timeout = self._deadline.left(timeout, httpcore.ConnectTimeout)
        stream = self._real.connect_tcp(
            address, port, timeout=timeout, socket_options=socket_options
        )
        return _Timed(stream, self._deadline)


class _Timed(httpcore.NetworkStream):
    """A connection whose steps keep to the deadline of the call that takes them."""

    def __init__(self, real, deadline):
        self._real, self._deadline = real, deadline

    def read(self, max_bytes, timeout=None):
        timeout = self._deadline.left(timeout, httpcore.ReadTimeout)
        return self._real.read(max_bytes, timeout=timeout)

    def write(self, buffer, timeout=None):
        # The library grants each piece that is accepted the whole time anew.
        connected, rest = self._real.get_extra_info("socket"), memoryview(buffer)
        try:
            while rest:
                connected.settimeout(self._deadline.left(timeout, httpcore.WriteTimeout))
                rest = rest[connected.send(rest) :]
        except TimeoutError as why:
            raise httpcore.WriteTimeout(str(why)) from why
        except OSError as why:
            raise httpcore.WriteError(str(why)) from why

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        timeout = self._deadline.left(timeout, httpcore.ConnectTimeout)
        secured = self._real.start_tls(ssl_context, server_hostname, timeout=timeout)
        return _Timed(secured, self._deadline)

    def get_extra_info(self, info):
        return self._real.get_extra_info(info)

    def close(self):
        self._real.close()


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
        self._deadline = _Deadline()
        self._pool = httpcore.ConnectionPool(
            max_connections=_MOST_CONNECTIONS, max_keepalive_connections=8, keepalive_expiry=30,
            network_backend=_Guarded(self._deadline),
        )  # fmt: skip

    def post(self, url, body, headers, timeout_s):
        """The status of an answer; 0 and why for none. What it says is not read.

        timeout_s    for the whole call, from connecting to the last header of the answer
        """
        lines = [("Content-Type", "application/fhir+json"), ("User-Agent", "HaiDang"), *headers]
        limits = {"connect": _CONNECT_S, "read": timeout_s, "write": timeout_s, "pool": timeout_s}
        self._deadline.at = time.monotonic() + timeout_s
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
