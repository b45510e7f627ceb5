"""Conditions on dates, by the interval rules of R4 (search, 3.1.1.4.7 and prefixes)."""

from datetime import UTC, datetime, timedelta

from haidang.engines.records import binary
from haidang.engines.records.index import moments
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import sql
from haidang.engines.records.search.sql import Sql
from haidang.kernel import dates, errors

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
_LONGEST_SHORT = timedelta(microseconds=moments.LONG)

# What must hold between the value's interval (%(a)s, %(b)s) and a stored one [lo, hi).
_TESTS = {
    "eq": "lo >= %s AND hi <= %s",
    "ne": "NOT (lo >= %s AND hi <= %s)",
    "gt": "hi > %s",
    "lt": "lo < %s",
    "ge": "(hi > %s OR (lo >= %s AND hi <= %s))",
    "le": "(lo < %s OR (lo >= %s AND hi <= %s))",
    "sa": "lo >= %s",
    "eb": "hi <= %s",
    "ap": "(lo < %s AND hi > %s)",
}


def date(condition, alias):
    rows = [
        part
        for path in condition.parameter.paths
        for value in condition.values
        for part in of_path(path, value)
    ]
    return sql.put(
        f"{alias}.rid IN (SELECT d.rid FROM records_date d WHERE {{}})",  # noqa: S608
        sql.some(rows),
    )


def of_path(path, value):
    """Tests of the short rows of a path, within a narrow range of the index, and of its long ones."""
    prefix, low, high = read(value)
    test = _test(prefix, low, high)
    for number, near in ((path.number, _near(prefix, low, high)), (path.number | 1, None)):
        parts = [Sql("d.p = %s", (binary.signed(number),)), test]
        yield sql.every([*parts, near] if near else parts)


def _test(prefix, low, high):
    return Sql(_TESTS[prefix], _operands(prefix, low, high))


def _operands(prefix, low, high):
    return {
        "gt": (high,), "lt": (low,), "ge": (high, low, high), "le": (low, low, high),
        "sa": (high,), "eb": (low,), "ap": (high, low),
    }.get(prefix, (low, high))  # fmt: skip


def _near(prefix, low, high):
    """Where the beginnings of short rows must lie; implied by the test, but only we know it."""
    if prefix in ("gt", "ge", "ap"):
        return Sql("d.lo > %s", (_earlier(low),))
    if prefix == "eb":
        return Sql("d.lo < %s", (low,))
    return None


def _earlier(low):
    try:
        return low - _LONGEST_SHORT
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def instant_tests(condition, column):
    """Tests of a column that holds one moment, for each value."""
    for value in condition.values:
        prefix, low, high = read(value)
        text = _TESTS[prefix]
        text = text.replace("hi > %s", f"{column} >= %s").replace("hi <= %s", f"{column} < %s")
        yield Sql(text.replace("lo ", f"{column} "), _operands(prefix, low, high))


def read(text):
    """(prefix, low, high) of a value; with `ap` the interval is widened as R4 suggests.

    Raises    Incorrect `records.search_unreadable`
    """
    text = queries.plain(text).strip()
    prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
    # In a URL the plus of a time zone arrives as a space when the sender did not encode it.
    try:
        low, high = dates.parse_fhir(rest.replace(" ", "+"))
    except errors.Incorrect as why:
        raise errors.Incorrect(
            "records.search_unreadable", "Ngày tìm kiếm không đọc được; ví dụ đúng: ge2026-11-25."
        ) from why
    if prefix != "ap":
        return prefix, low, high
    margin = abs(datetime.now(UTC) - low) / 10
    return prefix, low - margin, high + margin
