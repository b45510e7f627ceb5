"""A line between a browser and the house that can be cut and mended: what a lost network is."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Line:
    """Carries bytes from a port of its own to the house, until it is cut.

    house      where the house is, such as `http://localhost:8200`
    address    where the browser finds it through this line
    """

    def __init__(self, house):
        self._house = (urlsplit(house).hostname, urlsplit(house).port)
        self._port = 0
        self._open = []
        self.mend()

    @property
    def address(self):
        return f"http://localhost:{self._port}"

    def mend(self):
        self._door = socket.create_server(("127.0.0.1", self._port), reuse_port=True)
        self._port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, args=(self._door,), daemon=True).start()

    def cut(self):
        """Close the port and everything that runs over it."""
        for each in (self._door, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _serve(self, door):
        with contextlib.suppress(OSError):  # the line is cut
            while True:
                near, far = door.accept()[0], socket.create_connection(self._house)
                self._open += (near, far)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one, other):
    with contextlib.suppress(OSError):
        while carried := one.recv(65536):
            other.sendall(carried)
        other.shutdown(socket.SHUT_WR)
