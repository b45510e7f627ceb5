"""Conditions on numbers, quantities and positions."""

import math
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from haidang.engines.records import binary
from haidang.engines.records.index import hashing
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import sql
from haidang.engines.records.search.periods import PREFIXES
from haidang.engines.records.search.sql import Sql
from haidang.kernel import errors

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z")
_KM_A_DEGREE = 111.195
_UNITS_KM = {"km": 1.0, "m": 0.001, "mi": 1.609344, "[mi_i]": 1.609344, "": 1.0}


def number(condition, alias):
    tests = [
        _of_path(path.number, *_read(value), None)
        for path in condition.parameter.paths
        for value in condition.values
    ]
    return sql.beside(alias, "records_quantity", "q", sql.some(tests))


def quantity(condition, alias):
    tests = [
        of_number(path.number, value)
        for path in condition.parameter.paths
        for value in condition.values
    ]
    return sql.beside(alias, "records_quantity", "q", sql.some(tests))


def of_number(path_number, value):
    """The test of a quantity `[prefix]number|system|code` against rows of a path number."""
    parts = [queries.plain(part) for part in queries.split(value, "|")]
    if len(parts) not in (1, 3):
        raise _unreadable()
    return _of_path(path_number, *_read(parts[0]), parts[1:] or None)


def _of_path(path_number, prefix, low, exact, high, unit):
    parts = [Sql("q.p = %s", (binary.signed(path_number),)), _test(prefix, low, exact, high)]
    if unit and any(unit):
        parts.append(_unit(*unit))
    return sql.every(parts)


def _unit(system, code):
    if not code:
        raise _unreadable()
    if system:
        return Sql("q.unit = %s", (binary.signed(hashing.text_key(f"{system}\x1f{code}")),))
    return Sql("q.code = %s", (binary.signed(hashing.text_key(code)),))


def _test(prefix, low, exact, high):
    """`eq` and `ne` go by the digits that were written, the others by the exact value."""
    low, exact, high = float(low), float(exact), float(high)
    tests = {
        "eq": ("q.lo >= %s AND q.hi < %s", (low, high)),
        "ne": ("NOT (q.lo >= %s AND q.hi < %s)", (low, high)),
        "gt": ("q.hi > %s", (exact,)),
        "lt": ("q.lo < %s", (exact,)),
        "ge": ("q.hi >= %s", (exact,)),
        "le": ("q.lo <= %s", (exact,)),
        "sa": ("q.lo > %s", (exact,)),
        "eb": ("q.hi < %s", (exact,)),
        "ap": ("q.hi >= %s AND q.lo <= %s", (low, high)),
    }
    return Sql(*tests[prefix])


def _read(text):
    """(prefix, low, exact, high): the interval that the written digits stand for."""
    text = text.strip()
    prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    if not _NUMBER.match(rest):
        raise _unreadable()
    try:
        exact = Decimal(rest)
    except InvalidOperation as why:
        raise _unreadable() from why
    margin = abs(exact) / 10 if prefix == "ap" else Decimal(5).scaleb(exact.as_tuple().exponent - 1)
    return prefix, exact - margin, exact, exact + margin


def _unreadable():
    return errors.Incorrect(
        "records.search_unreadable",
        _("Số tìm kiếm không đọc được; ví dụ đúng: gt5.4 hoặc 5.4|http://unitsofmeasure.org|mg."),
    )


def near(condition, alias):
    """`near=latitude|longitude|distance|unit` (kilometres unless said), great circle."""
    tests = [
        _circle(path.number, value, alias)
        for path in condition.parameter.paths
        for value in condition.values
    ]
    return sql.some(tests)


def _circle(path_number, value, alias):
    parts = [queries.plain(part) for part in queries.split(value, "|")]
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
        distance_km = float(parts[2] or 10) if len(parts) > 2 else 10.0
        distance_km *= _UNITS_KM[parts[3] if len(parts) > 3 else ""]
    except (ValueError, IndexError, KeyError) as why:
        raise _unreadable() from why
    if not all(map(math.isfinite, (latitude, longitude, distance_km))):
        raise _unreadable()
    margin = distance_km / _KM_A_DEGREE
    numbers = path_number, hashing.below(path_number, "longitude")
    text = f"""{alias}.rid IN (
        SELECT a.rid FROM records_quantity a JOIN records_quantity o ON o.rid = a.rid
        WHERE a.p = %s AND o.p = %s AND a.lo BETWEEN %s AND %s
        AND 12742.0 * asin(sqrt(least(1, power(sin(radians(a.lo - %s) / 2), 2)
            + %s * cos(radians(a.lo)) * power(sin(radians(o.lo - %s) / 2), 2)))) <= %s)"""  # noqa: S608
    values = (
        *map(binary.signed, numbers), latitude - margin, latitude + margin,
        latitude, math.cos(math.radians(latitude)), longitude, distance_km,
    )  # fmt: skip
    return Sql(text, values)
