"""Figures for the cells of forms: a unit's own part of an indicator, with where it comes from.

An indicator of this room parts what it counts by a key such as `facility/class/sex`, told by `key`
in its file; a cell adds up the parts that its `where` names. Other indicators give a unit its cell
of the breakdown by facility, unit or commune. Reports need exact counts, so small cells are not hidden
here: a report is read by the unit that holds the records and by those above it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.rooms.reporting import domain

_FRESH = timedelta(minutes=10)
_BREAKDOWNS = ("facility", "unit", "commune")


@dataclass(frozen=True)
class Filled:
    """What would be filled into a cell now; see `models.Value`."""

    cell: str
    state: str
    value: Decimal | None = None
    missing: tuple[str, ...] = ()
    indicator: str = ""
    version: int = 0
    computation: int | None = None
    data_at: datetime | None = None


class Figures:
    """The figures of one period, read once for as many units as ask."""

    def __init__(self, codes, starts_on, ends_on):
        self._found = {
            one.indicator.code: one
            for one in analytics.figures(codes, analytics.Period(starts_on, ends_on), exact=True)
        }
        self._parts = {}

    def to_compute(self, at):
        """Indicators without a figure for this period, and those that data have passed by.

        A figure of the last minutes is taken as it is, so that a hundred stations that fill their
        reports at the same time do not each compute it anew.
        """
        newest, marts = analytics.lake_place().at, set(analytics.published_marts())
        return [code for code, one in self._found.items() if _is_stale(one, newest, marts, at)]

    def cells(self, form, unit):
        """`Filled` for every cell of a form that comes from an indicator."""
        facility = places.find_facilities([unit]).get(unit)
        commune = facility.commune if facility else ""
        wanted = [one for one in form.cells.values() if one.source == "indicator"]
        return [self._cell(one, unit, commune) for one in wanted]

    def _cell(self, cell, unit, commune):
        found = self._found[cell.indicator]
        known = {
            "indicator": cell.indicator,
            "version": found.version or found.indicator.version,
            "computation": found.computation,
            "data_at": found.data_at,
        }
        if found.state != "ok":
            return Filled(cell.key, found.state, None, tuple(found.missing), **known)
        value = self._value(found, cell, unit, commune)
        return Filled(cell.key, "empty" if value is None else "ok", domain.exact(value), **known)

    def _value(self, found, cell, unit, commune):
        dimensions = key_of(found.indicator)
        if not dimensions:
            return _of_breakdown(found, cell, unit, commune)
        own = self._grouped(found).get(_name(dimensions[0], unit, commune))
        if own is None:
            return None
        wanted = {dimensions.index(name) - 1: values for name, values in cell.where.items()}
        kept = (n for parts, n in own if all(parts[i] in v for i, v in wanted.items()))
        return sum(kept, 0.0)

    def _grouped(self, found):
        """{unit: [(parts, sum)]} of an indicator with a key, worked out once."""
        code = found.indicator.code
        if code not in self._parts:
            grouped = self._parts[code] = {}
            for cell in found.cells.get("category", ()):
                unit, *parts = cell.key.split("/")
                grouped.setdefault(unit, []).append((parts, float(cell.numerator or 0)))
        return self._parts[code]


def _is_stale(found, newest, marts, at):
    if found.state == "not_computed":
        return True
    if found.computed_at is None or at - found.computed_at < _FRESH:
        return False
    moved = newest is not None and (found.data_at is None or found.data_at < newest)
    return moved or bool(marts & set(found.indicator.reads))


def key_of(indicator):
    """The parts of an indicator's key, the unit's first; empty for one without."""
    told = indicator.content.get("key", "")
    return told.split("/") if told else []


def _name(dimension, unit, commune):
    return {"commune": commune, "scope": "city"}.get(dimension, unit)


def _of_breakdown(found, cell, unit, commune):
    if cell.scope == "city":
        return getattr(found, cell.take)
    for name in _BREAKDOWNS:
        if name in found.indicator.breakdowns:
            wanted = _name(name, unit, commune)
            own = next((c for c in (found.cells or {}).get(name, ()) if c.key == wanted), None)
            return getattr(own, cell.take) if own else None
    return None
