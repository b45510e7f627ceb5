"""How an id stands in the tables: a UUID as its 16 bytes, any other id as it is written.

Nearly every id is a UUID, and an id stands in two tables and an index.
"""

import functools
import re

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_LENGTH = 36  # of a UUID as it is written
_MARK = b"#"  # never part of a FHIR id, so no written id has the length or look of a packed one


def pack(value):
    """The bytes that stand for an id; two ids never share them."""
    if len(value) == _LENGTH:
        return _of_length(value)
    written = _MARK + value.encode()
    return _MARK + written if len(written) == 16 else written


@functools.lru_cache(16_384)
def _of_length(value):
    """Remembered, since a set of resources names the same few people and visits again and again."""
    if _UUID.match(value):
        return bytes.fromhex(value.replace("-", ""))
    return _MARK + value.encode()


def unpack(stored):
    """The id that `pack` was given."""
    if len(stored) == 16:
        h = stored.hex()  # a page unpacks a hundred; uuid.UUID takes three times as long
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"
    return bytes(stored).lstrip(_MARK).decode()
