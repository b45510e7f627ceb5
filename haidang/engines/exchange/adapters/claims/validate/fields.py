"""The rules of single fields, compiled from the field tables (quy tắc của từng trường).

A verdict depends on the value alone, so values that passed are remembered: in a day of files most codes, dates and
amounts are seen again and again.
"""

from functools import lru_cache

from haidang.engines.exchange.adapters.claims import dates, tables
from haidang.engines.exchange.adapters.claims.lists import Lists
from haidang.engines.exchange.adapters.claims.model import WARNING, Problem, Row
from haidang.engines.exchange.adapters.claims.problems import problem
from haidang.engines.exchange.adapters.claims.validate.visits import number

# The decisions set no limit for some texts; the rule sheet of the gateway does.
UNLIMITED = 4000
_REMEMBERED = 2_000
_SHOWN = 40
# Reports are read by many people: these values are not repeated in them.
_PRIVATE = frozenset({"NGAY_SINH", "NGAYSINH_NND", "NGAY_SINH_CON", "NGAY_SINHCON"})

_IS = {
    "date": (dates.is_day, "yyyymmdd"),
    "datetime": (dates.is_moment, "yyyymmddHHMM"),
    "birth": (dates.is_birth, "yyyymmddHHMM"),
    "date-or-datetime": (lambda v: dates.is_day(v) or dates.is_moment(v), "yyyymmdd[HHMM]"),
}


@lru_cache(maxsize=8)
def checker(form: str, lists: Lists) -> "Checker":
    """The checks of one form against one set of lists."""
    return Checker(form, lists)


class Checker:
    """Checks rows field by field; keep it, it learns."""

    def __init__(self, form: str, lists: Lists):
        found = tables.form(form).tables.values()
        self._checks = {
            table.name: [(f.name, f.required == "R", *_check(f, lists)) for f in table.fields]
            for table in found
        }

    def check(self, row: Row, problems: list[Problem]) -> None:
        """Add the problems of a row."""
        get = row.get
        for name, required, limit, judge, passed in self._checks[row.table]:
            value = get(name, "")
            if not value:
                if required:
                    problems.append(_missing(row, name))
            elif judge is None:
                if len(value) > limit:
                    problems.append(_too_long(row, name, value, limit))
            elif value not in passed:
                _judge(row, name, value, judge, passed, problems)


def _judge(row, name, value, judge, passed, problems):
    wrong = judge(value)
    if wrong is None:
        if len(passed) >= _REMEMBERED:
            passed.clear()
        passed.add(value)
        return
    code, severity, facts = wrong
    shown = "…" if name in _PRIVATE else value[:_SHOWN]
    facts |= {"label": tables.label(row.table, name), "value": shown}
    problems.append(problem(code, severity, table=row.table, row=row.index, field=name, **facts))


def _missing(row, name):
    field = tables.form().tables[row.table].field(name) or tables.form("4750").tables[
        row.table
    ].field(name)
    facts = {"table": row.table, "row": row.index, "field": name, "label": field.label_vi}
    return problem("field.required", field.severity, **facts)


def _too_long(row, name, value, limit):
    facts = {"label": tables.label(row.table, name), "length": len(value), "limit": limit}
    return problem("field.length", WARNING, table=row.table, row=row.index, field=name, **facts)


def _check(field, lists):
    """Limit, judge and memory of one field; plain texts have a limit only."""
    limit = field.max_length or UNLIMITED
    if field.kind == "text" and not field.pattern and not field.list:
        return limit, None, None
    judges = [_shape(field)] if field.kind != "text" else []
    judges += [_pattern(field)] if field.pattern else []
    judges += [_listed(field, lists)] if field.list else []
    each = _first_of([judge for judge in judges if judge])
    return limit, _with_length(limit, _many(each) if field.many else each), set()


def _first_of(judges):
    def judge(value):
        return next((wrong for one in judges if (wrong := one(value))), None)

    return judge


def _many(judge):
    def judge_each(value):
        return next((wrong for part in value.split(";") if (wrong := judge(part.strip()))), None)

    return judge_each


def _with_length(limit, judge):
    def judge_all(value):
        """A date of 14 digits is no date: what a value is comes before how long it is."""
        wrong = judge(value)
        if wrong is None and len(value) > limit:
            return "field.length", WARNING, {"length": len(value), "limit": limit}
        return wrong

    return judge_all


def _shape(field):
    if field.kind in _IS:
        grave = field.malformed
        fits, shape = _IS[field.kind]
        return lambda value: None if fits(value) else ("field.date", grave, {"shape": shape})
    return _number(field)


def _number(field):
    low, high, grave = field.low, field.high, field.malformed
    allowed = f"{low if low is not None else ''}–{high if high is not None else ''}"
    places = 0 if field.kind == "integer" else field.decimals

    def judge(value):
        found = number(value)
        if found is None:
            return "field.number", grave, {}
        if low is not None and found < low or high is not None and found > high:
            return "field.range", grave, {"range": allowed}
        if found != round(found, places):
            return "field.decimals", WARNING, {"places": places}
        return None

    return judge


def _pattern(field):
    fits = field.pattern.match
    return lambda value: None if fits(value) else ("field.pattern", WARNING, {})


def _listed(field, lists):
    def judge(value):
        known = lists.has(field.list, value)
        return ("field.code", field.severity, {}) if known is False else None

    return judge
