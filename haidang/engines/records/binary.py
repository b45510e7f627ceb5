"""Columns of values packed as PostgreSQL's binary arrays, a whole column at a time.

A set of resources reaches the server as a handful of arrays. psycopg packs lists element by
element in Python, which costs more than everything else in a write; these functions pack a
column with a few calls into C.
"""

import struct

from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
LENGTHS = [_LENGTH.pack(n) for n in range(2048)]

FOREVER, NEVER = (1 << 63) - 1, -(1 << 63)  # timestamptz `infinity` and `-infinity`


class Int8s(bytes):
    """`bigint[]`"""


class Moments(bytes):
    """`timestamptz[]`, from microseconds since 2000-01-01 UTC"""


class Int4s(bytes):
    """`integer[]`"""


class Int2s(bytes):
    """`smallint[]`"""


class Floats(bytes):
    """`double precision[]`"""


class Byteas(bytes):
    """`bytea[]`"""


class Texts(bytes):
    """`text[]`"""


class Bools(bytes):
    """`boolean[]`"""


def int8s(values):
    return Int8s(_fixed(20, values, 8, "Q" if not values or min(values) >= 0 else "q"))


def moments(values):
    return Moments(_fixed(1184, values, 8, "q"))


def int4s(values):
    return Int4s(_fixed(23, values, 4, "i"))


def int2s(values):
    return Int2s(_fixed(21, values, 2, "h"))


def floats(values):
    return Floats(_fixed(701, values, 8, "d"))


def bools(values):
    return Bools(_fixed(16, values, 1, "?"))


def byteas(values):
    return Byteas(_varying(17, values))


def texts(values):
    return Texts(_varying(25, [value.encode() for value in values]))


def signed(number):
    """An unsigned 64-bit number as PostgreSQL's bigint shows it."""
    return number - (1 << 64) if number >> 63 else number


def _header(oid, count):
    return _HEADER.pack(1 if count else 0, 0, oid, count, 1)[: 20 if count else 12]


def _fixed(oid, values, size, letter):
    """Each element is its length (four bytes) and its value: filled byte plane by byte plane."""
    count = len(values)
    plain = struct.pack(f">{count}{letter}", *values)
    step = size + 4
    packed = bytearray(step * count)
    packed[3::step] = bytes((size,)) * count
    for place in range(size):
        packed[4 + place :: step] = plain[place::size]
    return _header(oid, count) + packed


def _varying(oid, values):
    pieces = [_header(oid, len(values))]
    for value in values:
        length = len(value)
        pieces.append(LENGTHS[length] if length < 2048 else _LENGTH.pack(length))
        pieces.append(value)
    return b"".join(pieces)


def _dumper(of, array_oid):
    class PackedDumper(Dumper):
        format = Format.BINARY
        oid = array_oid

        def dump(self, obj):
            return obj

    return of, PackedDumper


DUMPERS = (
    _dumper(Int8s, 1016),
    _dumper(Moments, 1185),
    _dumper(Int4s, 1007),
    _dumper(Int2s, 1005),
    _dumper(Floats, 1022),
    _dumper(Byteas, 1001),
    _dumper(Texts, 1009),
    _dumper(Bools, 1000),
)
