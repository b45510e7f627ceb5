"""What the walk needs beside FHIR: how values are written in a search, and angles on the earth."""

import math
import re
import unicodedata


def apart(wanted, mark):
    """Split at a mark, except where a backslash makes it a part of the value (R4, "escaping")."""
    return [
        part
        for part, _end in re.findall(
            rf"((?:\\.|[^\\{mark}])*)({re.escape(mark)}|\Z)", wanted + mark
        )[:-1]
    ]


def plain(wanted):
    """A value without its escapes."""
    return re.sub(r"\\([\\,|$])", r"\1", wanted)


def composed(text):
    """The one form of a text that some keyboards compose and others send in two parts."""
    return unicodedata.normalize("NFC", text)


def escaped(text):
    """A value as it has to be written in a search."""
    return re.sub(r"([\\,|$])", r"\\\1", text)


def arrow(latitude, longitude):
    """From the middle of the earth to a place on it, one long."""
    up, round = math.radians(latitude), math.radians(longitude)
    return math.cos(up) * math.cos(round), math.cos(up) * math.sin(round), math.sin(up)


def angle(a, b):
    """(sine, cosine) of the angle between two arrows."""
    across = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    return math.hypot(*across), sum(x * y for x, y in zip(a, b, strict=True))
