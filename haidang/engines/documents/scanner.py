"""The virus scanner: clamd over its socket, asked with INSTREAM.

Source: clamd(8): the bytes in chunks with a length of four before each, and an empty one at the end
"""

import socket
import struct

from django.conf import settings

_CHUNK = 256 * 1024
_TIMEOUT_S = 60


class Down(Exception):
    """The scanner is not there or did not answer."""


def is_on():
    return bool(settings.HAIDANG_SCANNER)


def scan(path):
    """The name of the virus in a file, or "" when it is clean.

    Raises    Down
    """
    try:
        with _connected() as line, path.open("rb") as file:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(_CHUNK):
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            answer = line.recv(4096).rstrip(b"\0\n").decode(errors="replace")
    except OSError as why:
        raise Down(type(why).__name__) from why
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer.endswith("OK"):
        return ""
    raise Down(answer[:200])


def _connected():
    place = settings.HAIDANG_SCANNER
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_TIMEOUT_S)
        line.connect(place)
        return line
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_TIMEOUT_S)
