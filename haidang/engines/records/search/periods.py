"""Conditions on dates, by the interval rules of R4 (search, 3.1.1.4.7 and prefixes)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from haidang.engines.records import binary
from haidang.engines.records.index import moments
from haidang.engines.records.search import many, sql
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.sql import Sql
from haidang.kernel import dates, errors

PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
_LONGEST_SHORT = timedelta(microseconds=moments.LONG)
_MICROSECOND = timedelta(microseconds=1)

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


@dataclass(frozen=True)
class Together:
    """Conditions that one and the same row must satisfy."""

    conditions: tuple

    @property
    def name(self):
        return self.conditions[0].name

    @property
    def path_number(self):
        return self.conditions[0].parameter.paths[0].number

    def of_rows(self, number):
        """The test of the rows `d` of a path number, which is odd for the long ones."""
        if not any(map(_many, self.conditions)):
            return _rows(number, self.conditions, not number & 1)
        tests = [_of_row(each) for each in self.conditions]
        return sql.every([Sql("d.p = %s", (binary.signed(number),)), *tests])


def of_one_row(condition):
    """True for a plain condition on a date that a resource has at most once."""
    paths = condition.parameter.paths
    return (
        condition.parameter.kind == "date"
        and condition.modifier is None
        and condition.chain is None
        and len(paths) == 1
        and paths[0].single
    )


def date(condition, alias):
    """A condition on a date parameter."""
    return together([condition], alias)


def together(conditions, alias):
    """Conditions on one date parameter, all satisfied by one row of it."""
    if any(map(_many, conditions)):
        lead = max(conditions, key=lambda each: len(each.values))
        others = [_of_row(each) for each in conditions if each is not lead]
        return many.beside(alias, [_wanted(lead)], others)
    tests = [
        _rows(number, conditions, short)
        for path in conditions[0].parameter.paths
        for number, short in ((path.number, True), (path.number | 1, False))
    ]
    return sql.beside(alias, "records_date", "d", sql.some(tests), tests)


def _rows(number, conditions, short):
    """The short rows of a path lie in a narrow range of its index; the long ones are few."""
    tests = [sql.some(_value(value, short) for value in each.values) for each in conditions]
    return sql.every([Sql("d.p = %s", (binary.signed(number),)), *tests])


def _value(value, short):
    prefix, low, high = read(value)
    near = _near(prefix, low, high) if short else None
    return sql.every([_test(prefix, low, high), *([near] if near else [])])


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
    if prefix in ("eb", "eq"):
        return Sql("d.lo < %s", (low if prefix == "eb" else high,))
    return None


def _earlier(low):
    return _moved(low, -_LONGEST_SHORT)


# ── Many values ────────────────────────────────────────────────────────────────────────────


def _many(condition):
    return len(condition.values) > many.FEW


def _wanted(condition):
    tests = [test for value in condition.values for test in sides(value)]
    numbers = [path.number for path in condition.parameter.paths]
    return many.Wanted(many.DATES, {(number, 0): tests for number in numbers})


def _of_row(condition):
    """The test of a row `d`, whichever path of the parameter it is of."""
    if _many(condition):
        return _wanted(condition).test()
    return sql.some(_test(*read(value)) for value in condition.values)


def sides(value):
    """The tests that a value comes to, as `many` takes them."""
    prefix, *ends = read(value)
    a, b = ((moment - moments.EPOCH) // _MICROSECOND for moment in ends)
    return many.sides(many.DATES, prefix, a, b)


# ── Moments of writing ─────────────────────────────────────────────────────────────────────


def instants(condition):
    """The test of `x.at`, which is one moment."""
    if _many(condition):
        tests = [test for value in condition.values for test in sides(value)]
        return many.Wanted(many.INSTANTS, {(0, 0): tests}).test()
    return sql.some(_instant(*read(value)) for value in condition.values)


def _instant(prefix, low, high):
    text = _TESTS[prefix].replace("hi > %s", "x.at >= %s").replace("hi <= %s", "x.at < %s")
    return Sql(text.replace("lo ", "x.at "), _operands(prefix, low, high))


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
            "records.search_unreadable",
            _("Ngày tìm kiếm không đọc được; ví dụ đúng: ge2026-11-25."),
        ) from why
    if prefix != "ap":
        return prefix, low, high
    margin = abs(datetime.now(UTC) - low) / 10
    return prefix, _moved(low, -margin), _moved(high, margin)


def _moved(moment, by):
    """A moment so much later; never before or after all that can be said."""
    try:
        return moment + by
    except OverflowError:
        later = by > timedelta(0)
        return datetime.max.replace(tzinfo=UTC) if later else datetime.min.replace(tzinfo=UTC)
