"""Figures of the plan: the city's, and a unit's own where an indicator tells units apart."""

from dataclasses import dataclass
from datetime import datetime

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places


@dataclass(frozen=True)
class Shown:
    """A figure as it would be frozen now; see `models.Figure`."""

    indicator: str
    scope: str
    state: str
    missing: tuple
    value: float | None
    numerator: float | None
    denominator: float | None
    target: float | None
    reached: bool | None
    version: int
    computation: int | None
    data_at: datetime | None


def of_city(codes, period):
    """The figures of the whole city."""
    return [shown_of_city(one) for one in analytics.figures(codes, period)]


def shown_of_city(found):
    """One figure of analytics as the room shows it."""
    return _shown(found, "city")


def of_unit(codes, period, unit):
    """The figures of one unit: its own cell, that of a station's commune, or else the city's."""
    facility = places.find_facilities([unit]).get(unit)
    return [_own(one, unit, facility) for one in analytics.figures(codes, period)]


def _own(found, unit, facility):
    keys = [("facility", unit, "unit"), ("unit", unit, "unit")]
    if facility and facility.kind == "commune-station":
        keys.append(("commune", facility.commune, "commune"))
    for breakdown, key, scope in keys:
        if breakdown in found.indicator.breakdowns and found.state in ("ok", "empty"):
            return _of_cell(found, found.cell(breakdown, key), scope)
    return _shown(found, "city")


def own_cell(found, breakdown, key):
    """A unit's own cell of a figure as the room shows it; a missing source stays named."""
    if found.state not in ("ok", "empty"):
        return _shown(found, "unit")
    return _of_cell(found, found.cell(breakdown, key), "unit")


def _of_cell(found, cell, scope):
    if cell is None or cell.hidden:
        state = "hidden" if cell else "empty"
        return _shown(found, scope, state=state, value=None, numerator=None, denominator=None)
    return _shown(
        found,
        scope,
        state="ok" if cell.value is not None else "empty",
        value=cell.value,
        numerator=cell.numerator,
        denominator=cell.denominator,
    )


def _shown(found, scope, **own):
    known = {
        "state": "hidden" if found.hidden else found.state,
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
    } | own
    target = found.indicator.target
    return Shown(
        indicator=found.indicator.code,
        scope=scope,
        missing=tuple(found.missing),
        target=target.value if target else None,
        reached=_reached(found.indicator, found.period, known["value"]),
        version=found.version or found.indicator.version,
        computation=found.computation,
        data_at=found.data_at,
        **known,
    )


def _reached(indicator, period, value):
    target = indicator.target
    if target is None or value is None or period.end <= target.since:
        return None
    return value <= target.value if indicator.direction == "down" else value >= target.value
