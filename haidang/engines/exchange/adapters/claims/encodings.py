"""Which encoding the bytes of an XML document really have (bảng mã).

Senders declare what their tool was told, not what it wrote: UTF-8 texts that say `utf-16`, byte-order marks in the middle
of files, white space before the declaration.
"""

import codecs
import re

_DECLARED = re.compile(rb"""\A<\?xml[^>]{0,120}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDE_STARTS = (b"<\x00", b"\x00<")


def trim(data: bytes) -> bytes:
    """Without the UTF-8 byte-order mark and white space before the first tag."""
    if data[:1] == b"<":
        return data
    return data.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").removeprefix(codecs.BOM_UTF8)


def is_wide(data: bytes) -> bool:
    """Does the document start as UTF-16?"""
    return data.startswith((*_WIDE_BOMS, *_WIDE_STARTS))


def declared(data: bytes) -> str | None:
    """The encoding that the XML declaration names, in lower case."""
    found = _DECLARED.match(data[:200])
    return found[1].decode("ascii").lower() if found else None


def override(data: bytes) -> str | None:
    """The encoding to force on the parser: UTF-8 when bytes of one-byte letters claim to be UTF-16."""
    if is_wide(data):
        return None
    return "utf-8" if (declared(data) or "").startswith(("utf-16", "utf16", "ucs")) else None
