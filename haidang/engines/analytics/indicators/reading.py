"""Computed rows as people may see them: with what they are parts of, and what other periods tell.

Rules beyond those of one table (`suppression`), see decision 0011:

- of what happens in a period, a breakdown is shown for quarters alone; where an indicator names it as
  `monthly`, by month too, and the quarter then hides what one of its months hides
- a figure stays away when a part of the same longer period is small: the others would tell it
- more than two groups at once are not shown; numbers of two groups are rounded, because their sums
  over both ways stand elsewhere
"""

import math
from dataclasses import replace

from django.conf import settings

from haidang.engines.analytics import models
from haidang.engines.analytics.indicators import catalogue, periods, suppression

#: States of a row that has counted something, or found nothing to count.
_COUNTED = ("ok", "empty")
#: Digits of a sum of money by two groups.
_DIGITS = 3


class Reading:
    """The newest rows of some indicators and of all that would tell of them, for several periods.

    cells       False when only wholes are wanted
    breakdown   the only one whose cells are wanted
    """

    def __init__(self, codes, spans, *, cells=True, breakdown=None):
        self.breakdown = breakdown
        known = sorted(catalogue.relatives(codes))
        monthly = [c for c in known if cells and self._wanted(catalogue.get(c).monthly)]
        beside = {p for span in spans for p in parts_beside(span)}
        months = {m for span in spans if monthly and span.is_quarter for m in span.months()}
        self.rows = _newest(known, {*spans, *beside, *months})
        wanted = [row for (_code, period), row in self.rows.items() if period in spans]
        wanted += [
            row for (code, period), row in self.rows.items() if period in months and code in monthly
        ]
        self._cells = _cells(wanted, breakdown) if cells else {}
        self._guards = {}

    def _wanted(self, breakdowns):
        return [b for b in breakdowns if self.breakdown in (None, b)]

    def row(self, code, period):
        return self.rows.get((code, period))

    def exact(self, code, period):
        """{breakdown: cells} as they were computed."""
        row = self.row(code, period)
        return self._cells.get(row.pk, {}) if row else {}

    def is_hidden(self, code, period):
        """True when the figure itself may not be shown."""
        indicator = catalogue.get(code)
        if not indicator.personal or self.row(code, period).state not in _COUNTED:
            return False
        beside = parts_beside(period) if indicator.is_flow else ()
        there = [self.rows[code, one] for one in beside if (code, one) in self.rows]
        return self._guard(period).is_whole_hidden(code) or any(
            suppression.is_small(_whole(row), kind=indicator.kind) for row in there
        )

    def shown(self, code, period):
        """({breakdown: cells}, {(breakdown, line)} that are withheld)."""
        indicator, exact = catalogue.get(code), self.exact(code, period)
        if not indicator.personal:
            return exact, frozenset()
        found, withheld = {}, set()
        for name, cells in exact.items():
            if not may_show(indicator, period, name) or _is_fine(cells):
                withheld |= {(name, suppression.line_of(cell.key)) for cell in cells}
                found[name] = []
                continue
            one = self._guard(period).shown(code, name)
            found[name] = [_rounded(cell, indicator) for cell in one.cells]
            withheld |= {(name, line) for line in one.withheld}
        return found, frozenset(withheld)

    def _guard(self, period):
        if period not in self._guards:
            tables = {
                code: table(catalogue.get(code), row, self._cells.get(row.pk, {}))
                for (code, of), row in self.rows.items()
                if of == period and row.state in _COUNTED
            }
            forced = {k: v for code in tables for k, v in self._of_months(code, period)}
            self._guards[period] = suppression.Protection(tables, forced=forced)
        return self._guards[period]

    def _of_months(self, code, period):
        """What the months of a quarter hide: who knows the shown ones would read them off its sum."""
        if not period.is_quarter:
            return
        for name in self._wanted(catalogue.get(code).monthly):
            hidden = set()
            for month in period.months():
                cells, withheld = self.shown(code, month)
                shown = {cell.key for cell in cells.get(name, ()) if not cell.hidden}
                hidden |= {cell.key for cell in self.exact(code, month).get(name, ())} - shown
            yield (code, name), hidden


def together(rows, *, forced=None):
    """What may be shown of computed rows of one period that are read together.

    forced    {(indicator, breakdown): keys} that stay hidden whatever they count now

    Returns   `suppression.Protection`
    """
    read = ((catalogue.get(row.indicator), row, cells_of(row)) for row in rows)
    return suppression.Protection(
        {one.code: table(one, *held) for one, *held in read}, forced=forced
    )


def table(indicator, row, cells):
    """An indicator's row as `suppression` reads it."""
    return suppression.Table(
        indicator.kind, _whole(row), cells, within=indicator.within, spans=indicator.spans
    )


def may_show(indicator, period, breakdown):
    """Whether cells are shown for a length of period; see above."""
    if not indicator.is_flow or period.is_quarter:
        return True
    return period.is_month and breakdown in indicator.monthly


def parts_beside(period):
    """The periods that add up with this one to the next longer one."""
    if period.is_month:
        return period.quarter().months()
    year = periods.parse(str(period.start.year))
    if period.is_quarter:
        return [month.quarter() for month in year.months()[::3]]
    return []


def _newest(codes, spans):
    rows = (
        models.Computation.objects.filter(
            indicator__in=codes,
            period_start__in={p.start for p in spans},
            period_end__in={p.end for p in spans},
        )
        .order_by("indicator", "period_start", "period_end", "-id")
        .distinct("indicator", "period_start", "period_end")
        .defer("definition", "lineage")
    )
    found = {(row.indicator, periods.Period(row.period_start, row.period_end)): row for row in rows}
    return {asked: row for asked, row in found.items() if asked[1] in spans}


def _cells(rows, breakdown):
    """{computation: {breakdown: [Cell]}}, in the order of keys."""
    wanted = models.Cell.objects.filter(computation__in=rows)
    if breakdown is not None:
        wanted = wanted.filter(breakdown=breakdown)
    found = {row.pk: {} for row in rows}
    for one in wanted:
        cell = suppression.Cell(one.key, one.numerator, one.denominator, one.value, one.row_count)
        found[one.computation_id].setdefault(one.breakdown, []).append(cell)
    for cells in found.values():
        for held in cells.values():
            held.sort(key=lambda cell: cell.key)
    return found


def cells_of(row):
    """{breakdown: cells} of one row as they were computed."""
    return _cells([row], None)[row.pk]


def _whole(row):
    return suppression.Cell("", row.numerator, row.denominator, row.value, row.row_count)


def _is_fine(cells):
    """True for keys of more than two groups, which fill forms and are shown nowhere else."""
    return any(cell.key.count("/") > 1 for cell in cells)


def _rounded(cell, indicator):
    """A number of two groups at once without what would tell its neighbours in the other way."""
    if cell.hidden or "/" not in cell.key or indicator.kind not in ("count", "sum"):
        return cell
    least = settings.HAIDANG_SMALL_CELL
    if indicator.kind == "count":
        value = float(least * math.floor(cell.value / least + 0.5))
    else:
        digits = _DIGITS - 1 - math.floor(math.log10(abs(cell.value))) if cell.value else 0
        value = round(cell.value, digits)
    return replace(cell, numerator=value, value=value, count=0)
