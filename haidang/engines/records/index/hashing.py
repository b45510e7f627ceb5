"""The 64-bit numbers that search compares instead of text.

A *path number* names one way to find something, such as `Observation.subject:reference`; it is
even, because the lowest bit marks long periods of dates. The other numbers of a path are hashes
seeded with it. A reference to a stored resource is the path number XOR the record number: so
SQL can go from a record to those that point at it, and back, without a table of references.
"""

from functools import lru_cache
from unicodedata import normalize

from xxhash import xxh64_intdigest

PRESENT, APART = b"\x1e", b"\x1f"
TEXT, IDENTIFIER, OF_TYPE, EXACT = "\x1etext", "\x1eidentifier", b"\x1eof-type", b"\x1eexact"
RID_BITS = 40
LONGEST_TEXT = 400  # characters of a folded text that search compares
_FURTHER = xxh64_intdigest(b"\x1efurther")


def path(name):
    return xxh64_intdigest(name.encode()) & ~1


def value(number, text):
    return xxh64_intdigest(text.encode(), number)


def exact(number, text):
    """Of a text to the letter, which some keyboards compose and others send in two parts."""
    return xxh64_intdigest(EXACT + normalize("NFC", text).encode(), number)


def below(number, name):
    """The path number of a branch, such as the identifiers inside a reference."""
    return xxh64_intdigest(name.encode(), number) & ~1


def present(number):
    return xxh64_intdigest(PRESENT, number)


def text_key(text):
    """The key of a distinct text in `records_text`."""
    return xxh64_intdigest(text.encode())


def token(number, system, code):
    """The forms under which one token is found: code, system|code, system|, |code."""
    if code is None:
        return (xxh64_intdigest(system.encode() + APART, number),) if system else ()
    code = code.lower().encode()
    if not system:
        return xxh64_intdigest(code, number), xxh64_intdigest(APART + code, number)
    system = system.encode() + APART
    return (
        xxh64_intdigest(code, number),
        xxh64_intdigest(system + code, number),
        xxh64_intdigest(system, number),
    )


def further(number):
    """A number of a coding that stands behind the one that leads (see `leading`)."""
    return number ^ _FURTHER


# Codes come again and again, so their forms are kept; identifiers seldom do.
code = lru_cache(16_384)(token)


def of_type(number, system, code, text):
    parts = (OF_TYPE, *(part.encode() for part in (system or "", code.lower(), text.lower())))
    return xxh64_intdigest(APART.join(parts), number)
