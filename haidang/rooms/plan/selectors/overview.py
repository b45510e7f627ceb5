"""The plan on one page: each target with its figure, its line, its trend, and who is behind."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.rooms.plan import domain
from haidang.rooms.plan.selectors import figures, plans, words

_BEHIND = 3
_TREND = 6
_ROWS = 100


@dataclass(frozen=True)
class Part:
    """One indicator of a target."""

    code: str
    title: str
    said: str
    has_value: bool
    stands: str


@dataclass(frozen=True)
class TargetLine:
    """One target of the page.

    stands    ok, bad, or empty when there is nothing to compare
    behind    names and values of those farthest from the target
    trend     values of the quarters that have one, oldest first
    """

    target: domain.Target
    wanted: str
    main: Part
    parts: tuple
    stands: str
    behind: tuple
    behind_count: int
    trend: tuple
    data_at: object
    share: float | None


def plan_page(period):
    """The plan and its lines by objective: [(objective, [TargetLine])]."""
    _row, plan = plans.current()
    found = {one.indicator.code: one for one in analytics.figures(plan.indicators, period)}
    spans = _back(period)
    lines = {one.code: _line(one, found, spans) for one in plan.targets}
    grouped = [(one, [lines[code] for code in one["targets"]]) for one in plan.objectives]
    return plan, grouped


def counts(grouped):
    """How many targets are reached, are not, and cannot be told."""
    stands = [line.stands for _objective, lines in grouped for line in lines]
    return {"ok": stands.count("ok"), "bad": stands.count("bad"), "open": stands.count("")}


def _back(period):
    spans = [period]
    while len(spans) < _TREND:
        spans.insert(0, spans[0].before())
    return spans


def _line(target, found, spans):
    shown = [found[code] for code in target.indicators]
    main = shown[0]
    values = [
        one.value for one in analytics.series(main.indicator.code, spans) if one.value is not None
    ]
    late, late_count = _behind(main)
    parts = tuple(_part(target, one) for one in shown)
    return TargetLine(
        target=target,
        wanted=words.target(target),
        main=parts[0],
        parts=parts[1:],
        stands=parts[0].stands,
        behind=late,
        behind_count=late_count,
        trend=tuple(values) if len(values) > 1 else (),
        data_at=main.data_at,
        share=min(main.value, 100.0) if main.value is not None and target.unit == "%" else None,
    )


def _part(target, one):
    shown = figures.shown_of_city(one)
    return Part(
        one.indicator.code,
        one.indicator.title,
        words.figure(shown, one.indicator.unit),
        shown.value is not None,
        domain.stands(target, shown.value, shown.reached, yes_no=one.indicator.kind == "yes_no"),
    )


def _behind(main):
    """Units that do not reach the target, the farthest first, by the first breakdown of places."""
    wanted = main.indicator.target
    breakdown = next((b for b in ("facility", "unit", "commune") if b in main.indicator.breakdowns), "")  # fmt: skip
    if not wanted or not breakdown or main.indicator.kind != "share":
        return (), 0
    cells = [c for c in (main.cells or {}).get(breakdown, ()) if c.value is not None and c.value < wanted.value]  # fmt: skip
    cells.sort(key=lambda c: (c.value, c.key))
    names = place_names(breakdown, [c.key for c in cells[:_BEHIND]])
    return tuple((names[c.key], words.number(c.value)) for c in cells[:_BEHIND]), len(cells)


def place_names(breakdown, keys):
    """What the keys of a breakdown are called."""
    if breakdown in ("facility", "unit"):
        return plans.names(keys)
    if breakdown == "commune":
        return {key: _commune(key) for key in keys}
    if breakdown == "category" and any("/" in key for key in keys):
        names = plans.names({key.partition("/")[0] for key in keys})
        return {key: " · ".join(names.get(part, part) for part in key.split("/")) for key in keys}
    return {key: key for key in keys}


def _commune(code):
    unit = places.find_unit(code)
    return unit.full_name if unit else code


def target_page(code, period, *, by, breakdown=""):
    """One indicator opened: its definition, trend, breakdown, and rows where they name no person.

    Of what is told apart by facility and something else, heads of units see their own part.

    Raises    NotFound `plan.indicator_unknown`
    """
    if all(known.code != code for known in analytics.indicators()):
        raise errors.NotFound("plan.indicator_unknown", _("Không có chỉ tiêu này."))
    one = analytics.figure(code, period)
    indicator, shown = one.indicator, figures.shown_of_city(one)
    chosen = breakdown if breakdown in indicator.breakdowns else next(iter(indicator.breakdowns), "")  # fmt: skip
    cells = _own(by, (one.cells or {}).get(chosen, ()))
    names = place_names(chosen, [cell.key for cell in cells])
    trend = [(s.period.start, s.value) for s in analytics.series(code, _back(period)) if s.value is not None]  # fmt: skip
    return {
        "one": one,
        "indicator": indicator,
        "said": words.figure(shown, indicator.unit),
        "shown": shown,
        "chosen": chosen,
        "cells": [(names[c.key] or "–", c, _cell(c)) for c in cells],
        "withheld": any(name == chosen for name, _line in one.withheld),
        "trend": trend if len(trend) > 1 else [],
        "rows": _rows(indicator, period, one),
    }


def _own(by, cells):
    if access.may(by, "plan.see_facility", org=domain.DEPARTMENT):
        return list(cells)
    own = access.reached(by.org or "-")
    return [c for c in cells if "/" not in c.key or c.key.partition("/")[0] in own]


def _cell(cell):
    return words.number(cell.value) if cell.value is not None else "–"


def _rows(indicator, period, one):
    """Columns and rows behind a figure. Rows about people are opened in their records, not here."""
    if indicator.personal or one.state != "ok":
        return None
    rows = analytics.counted_rows(indicator.code, period, limit=_ROWS)
    columns = [name for name in rows[0] if name not in ("numerator", "denominator")] if rows else []
    return {"columns": columns, "rows": [[row[c] for c in columns] + [row.get("numerator")] for row in rows]}  # fmt: skip
