"""Ids of resources and messages: time-ordered when new, stable when derived."""

import hashlib
import os
import re
import time
import uuid

NAMESPACE = uuid.UUID("6f0d3a52-6a3c-5d0e-9a52-3b1f7c3e8a11")
_NAMESPACE = NAMESPACE.bytes
_OPEN = ~(0xF << 76 | 0x3 << 62)  # all bits but those of version and variant
_VERSION_5 = 5 << 76 | 2 << 62
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")


def new_id():
    """A new id (UUID version 7): later ones sort after earlier ones, to the millisecond.

    The source of the layout is RFC 9562, section 5.7.
    """
    milliseconds = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | tail
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def stable_id(*parts):
    """The same id for the same parts, today and after a restore (UUID version 5).

    Parts are joined with their lengths, so ("a", "bc") and ("ab", "c") differ.
    """
    name = "|".join(f"{len(str(part))}:{part}" for part in parts)
    # What uuid.uuid5 does, in half its time: every resource of a dossier asks for some.
    found = int.from_bytes(hashlib.sha1(_NAMESPACE + name.encode()).digest()[:16], "big")  # noqa: S324
    hexed = f"{found & _OPEN | _VERSION_5:032x}"
    return f"{hexed[:8]}-{hexed[8:12]}-{hexed[12:16]}-{hexed[16:20]}-{hexed[20:]}"


def is_fhir_id(value):
    """True when the text is a legal FHIR id."""
    return isinstance(value, str) and FHIR_ID.match(value) is not None
