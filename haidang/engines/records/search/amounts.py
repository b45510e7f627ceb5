"""Conditions on numbers, quantities and positions."""

import math
import re
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.records import binary
from haidang.engines.records.index import hashing
from haidang.engines.records.search import many, sql
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.periods import PREFIXES
from haidang.engines.records.search.sql import Sql
from haidang.kernel import errors, fhirjson

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z", re.ASCII)
_KM_A_DEGREE = 111.19  # a little less than it is, so that the band of latitudes holds the circle
_UNITS_KM = {"km": 1.0, "m": 0.001, "mi": 1.609344, "[mi_i]": 1.609344, "": 1.0}


def number(condition, alias):
    return _beside(condition, alias, lambda value: (value, None))


def quantity(condition, alias):
    return _beside(condition, alias, _amount)


def of_number(path_number, value, alias):
    """The condition that a quantity of a path number is `[prefix]number|system|code`."""
    return _found(alias, [(path_number, *_amount(value))])


def _amount(value):
    """(number with its prefix, system and code if they were said) of a quantity as it is written."""
    parts = [queries.plain(part) for part in queries.split(value, "|")]
    if len(parts) not in (1, 3):
        raise _unreadable()
    return parts[0], parts[1:] or None


def _beside(condition, alias, told_apart):
    paths = condition.parameter.paths
    wanted = [(path.number, *told_apart(value)) for path in paths for value in condition.values]
    if len(condition.values) > many.FEW:
        return many.beside(alias, wanted_of(wanted))
    return _found(alias, wanted)


def _found(alias, wanted):
    """The condition that a row has one of some amounts: (path number, text, unit) each."""
    tests, ranges = [], []
    for path_number, text, unit in wanted:
        prefix, *interval = _read(text)
        interval = [float(each) for each in interval]
        fixed = [Sql("q.p = %s", (binary.signed(path_number),))]
        fixed += [_unit(*unit)] if unit and any(unit) else []
        tests.append(sql.every([*fixed, _test(prefix, *interval)]))
        ranges += [sql.every([*fixed, part]) for part in _ranges(prefix, *interval)]
    return sql.beside(alias, "records_quantity", "q", sql.some(tests), ranges)


def _unit(system, code):
    column, number = _unit_number(system, code)
    return Sql(f"{column} = %s", (binary.signed(number),))


def _unit_number(system, code):
    if not code:
        raise _unreadable()
    if system:
        return "q.unit", hashing.text_key(f"{system}\x1f{code}")
    return "q.code", hashing.text_key(code)


def _test(prefix, low, exact, high):
    """`eq` and `ne` go by the digits that were written, the others by the exact value."""
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


def _ranges(prefix, low, exact, high):
    """The same test as ranges of the two indexes: of where amounts begin, and, for those few that
    are wider than a point (`lo < hi`), of where they end.
    """
    wide = "q.lo < q.hi AND "
    tests = {
        "eq": [("q.lo >= %s AND q.lo < %s AND q.hi < %s", (low, high, high))],
        "gt": [("q.lo > %s", (exact,)), (wide + "q.hi > %s", (exact,))],
        "ge": [("q.lo >= %s", (exact,)), (wide + "q.hi >= %s", (exact,))],
        "eb": [("q.lo < %s AND q.hi < %s", (exact, exact))],
        "ap": [
            ("q.lo >= %s AND q.lo <= %s", (low, high)),
            (wide + "q.hi >= %s AND q.lo <= %s", (low, high)),
        ],
    }
    if prefix not in tests:
        return [_test(prefix, low, exact, high)]
    return [Sql(*test) for test in tests[prefix]]


# ── Many values ────────────────────────────────────────────────────────────────────────────


def of_numbers(wanted, alias):
    """The condition that some quantity is as wanted: (path number, what the record has to hold
    or None, `[prefix]number|system|code`) each.
    """
    told = [(number, *_amount(value), held) for number, held, value in wanted]
    return many.beside(alias, wanted_of(told))


def wanted_of(told):
    """What is wanted, as `many` takes it: by what is asked for beside the amount."""
    groups = {}
    for number, text, unit, *held in told:
        more, others = [], 0
        if unit and any(unit):
            column, others = _unit_number(*unit)
            more.append(column)
        if any(held):
            more.append(many.HELD)
            others ^= held[0]
        known = groups.setdefault(tuple(more), {})
        known.setdefault((number, others), []).extend(sides(text))
    return [many.Wanted(many.AMOUNTS, known, more) for more, known in groups.items()]


def from_to(told, alias):
    """The condition that a row of a path number begins at one number and ends at another: (path
    number, `[prefix]number`, `[prefix]number`) each.
    """
    boxes = [
        (binary.signed(number), *low, *high)
        for number, start, end in told
        for low in _points(start)
        for high in _points(end)
    ]
    numbers, *ends = zip(*sorted(set(boxes)), strict=True)
    values = (binary.int8s(numbers), *map(binary.floats, ends))
    among = "unnest(%s::bigint[], %s::float8[], %s::float8[], %s::float8[], %s::float8[]) AS w(p, a, b, c, d)"
    inside = "q.p = w.p AND q.lo BETWEEN w.a AND w.b AND q.hi BETWEEN w.c AND w.d"
    rids = Sql(
        f"SELECT q.rid FROM {among} CROSS JOIN LATERAL"  # noqa: S608
        f" (SELECT q.rid FROM records_quantity q WHERE {inside} OFFSET 0) AS q",
        values,
    )
    text = (
        f"(SELECT true FROM {among} CROSS JOIN LATERAL (SELECT q.rid FROM records_quantity q"  # noqa: S608
        f" WHERE q.rid = {alias}.rid AND {inside} OFFSET 0) AS q LIMIT 1) IS NOT NULL"
    )
    return sql.Beside(f"{alias}.rid IN ({rids.text})", values, rids, Sql(text, values))


def _points(text):
    """[(from, to)]: the points for which the tests of a number hold."""
    return [
        (a, b) if kind is many.WITHIN else (_after(a), b if b == math.inf else _before(b))
        for kind, a, b in sides(text)
    ]


def sides(text):
    """The tests that a number comes to; between a number and the next there is none."""
    prefix, *interval = _read(text)
    low, exact, high = map(float, interval)
    ends = {
        "eq": ("eq", low, _before(high)), "ne": ("ne", low, _before(high)),
        "gt": ("gt", exact, exact), "ge": ("gt", exact, _before(exact)),
        "lt": ("lt", exact, exact), "le": ("lt", _after(exact), exact),
        "sa": ("sa", exact, _after(exact)), "eb": ("eb", _before(exact), exact),
        "ap": ("ap", _before(low), _after(high)),
    }  # fmt: skip
    return many.sides(many.AMOUNTS, *ends[prefix])


def _before(number):
    return math.nextafter(number, -math.inf)


def _after(number):
    return math.nextafter(number, math.inf)


# ── Reading values ─────────────────────────────────────────────────────────────────────────


def _read(text):
    """(prefix, low, exact, high): the interval that the written digits stand for."""
    text = text.strip()
    prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    if not _NUMBER.match(rest):
        raise _unreadable()
    try:
        exact = fhirjson.number(rest)
    except ValueError as why:
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
    circles = [_circle(value) for value in condition.values]
    numbers = [path.number for path in condition.parameter.paths]
    if len(circles) > many.FEW:
        return sql.some(_around(number, circles, alias) for number in numbers)
    return sql.some(_near(number, each, alias) for number in numbers for each in circles)


def _circle(value):
    """(latitude, longitude, kilometres) of a place as it is written."""
    parts = [queries.plain(part) for part in queries.split(value, "|")]
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
        distance_km = float(parts[2] or 10) if len(parts) > 2 else 10.0
        distance_km *= _UNITS_KM[parts[3] if len(parts) > 3 else ""]
    except (ValueError, IndexError, KeyError) as why:
        raise _unreadable() from why
    if not all(map(math.isfinite, (latitude, longitude, distance_km))):
        raise _unreadable()
    return latitude, longitude, distance_km


def _near(path_number, circle, alias):
    latitude, longitude, distance_km = circle
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


def _around(path_number, circles, alias):
    """The same for many circles: the band of each is a range of the index."""
    latitudes, longitudes, distances = zip(*circles, strict=True)
    text = f"""{alias}.rid IN (
        SELECT a.rid FROM unnest(%s::float8[], %s::float8[], %s::float8[]) AS w(latitude, longitude, km)
        CROSS JOIN LATERAL (SELECT a.rid, a.lo FROM records_quantity a WHERE a.p = %s
            AND a.lo BETWEEN w.latitude - w.km / {_KM_A_DEGREE} AND w.latitude + w.km / {_KM_A_DEGREE} OFFSET 0) AS a
        JOIN records_quantity o ON o.rid = a.rid AND o.p = %s
        WHERE 12742.0 * asin(sqrt(least(1, power(sin(radians(a.lo - w.latitude) / 2), 2)
            + cos(radians(w.latitude)) * cos(radians(a.lo)) * power(sin(radians(o.lo - w.longitude) / 2), 2)))) <= w.km)"""  # noqa: S608
    numbers = map(binary.signed, (path_number, hashing.below(path_number, "longitude")))
    return Sql(text, (*map(binary.floats, (latitudes, longitudes, distances)), *numbers))
