"""Figures as people may see them: the newest computation, with small cells hidden."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from haidang.engines.analytics import engines, models
from haidang.engines.analytics.indicators import catalogue, computing, periods, suppression
from haidang.kernel import errors

_SHOWN = 500


@dataclass(frozen=True)
class Figure:
    """The value of an indicator in a period (một con số).

    state       ok; empty (nothing to count); no_source (`missing` names what does not exist
                yet); failed (its SQL does not run); not_computed
    hidden      True when the whole is too small to be shown
    reached     whether the target is met, None without a target or a value
    cells       {breakdown: [suppression.Cell]}
    withheld    (breakdown, line) of which no cell may be shown, not even which there are
    data_at     when the newest change that was counted was written
    version     of the definition that was used
    """

    indicator: catalogue.Indicator
    period: periods.Period
    state: str
    missing: tuple[str, ...] = ()
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    hidden: bool = False
    cells: dict = None
    withheld: frozenset = frozenset()
    row_count: int = 0
    data_at: datetime | None = None
    computed_at: datetime | None = None
    version: int = 0
    engine: str = ""
    computation: int | None = None

    def cell(self, breakdown, key):
        """The cell of a key: a hidden one where its line is withheld, None where nothing was counted."""
        found = next((c for c in (self.cells or {}).get(breakdown, ()) if c.key == key), None)
        return found or _gone(self.withheld, breakdown, key)

    @property
    def reached(self):
        target = self.indicator.target
        if target is None or self.value is None or self.period.end <= target.since:
            return None
        return (
            self.value <= target.value
            if self.indicator.direction == "down"
            else self.value >= target.value
        )


def figure(code, period, *, exact=False):
    """The newest figure of an indicator for a period.

    exact     True shows small cells too: only for who may open the rows themselves
    """
    return figures([code], period, exact=exact)[0]


def figures(codes, period, *, exact=False, breakdown=None):
    """The newest figures of several indicators, in the order asked; two queries.

    breakdown    the only one whose cells are wanted: those of all are many
    """
    wanted = models.Cell.objects.all()
    if breakdown is not None:
        wanted = wanted.filter(breakdown=breakdown)
    rows = (
        models.Computation.objects.filter(
            indicator__in=codes, period_start=period.start, period_end=period.end
        )
        .order_by("indicator", "-id")
        .distinct("indicator")
        .prefetch_related(Prefetch("cells", wanted))
    )
    newest = {row.indicator: row for row in rows}
    return [_figure(catalogue.get(code), period, newest.get(code), exact) for code in codes]


def series(code, spans, *, exact=False):
    """The newest figures of one indicator for several periods, in their order, without cells."""
    starts = [period.start for period in spans]
    rows = (
        models.Computation.objects.filter(indicator=code, period_start__in=starts)
        .order_by("period_start", "period_end", "-id")
        .distinct("period_start", "period_end")
    )
    newest = {(row.period_start, row.period_end): row for row in rows}
    indicator = catalogue.get(code)
    return [_figure(indicator, p, newest.get((p.start, p.end)), exact, cells=False) for p in spans]


def cell_series(code, spans, breakdown, key, *, exact=False):
    """One cell of an indicator's newest figures for several periods: [(Period, Cell or None)]."""
    spans = list(spans)
    rows = (
        models.Computation.objects.filter(
            indicator=code, period_start__in=[period.start for period in spans]
        )
        .order_by("period_start", "period_end", "-id")
        .distinct("period_start", "period_end")
        .prefetch_related(Prefetch("cells", models.Cell.objects.filter(breakdown=breakdown)))
    )
    indicator, found = catalogue.get(code), {}
    for row in rows:
        cells, withheld = _grouped(indicator, row, exact)
        own = (cell for cell in cells.get(breakdown, ()) if cell.key == key)
        found[row.period_start, row.period_end] = next(own, _gone(withheld, breakdown, key))
    return [(period, found.get((period.start, period.end))) for period in spans]


def frozen(computation, *, exact=False):
    """A figure as it was computed then, whatever has been computed since.

    Raises    NotFound `analytics.computation_unknown`
    """
    row = models.Computation.objects.prefetch_related("cells").filter(pk=computation).first()
    if row is None:
        raise errors.NotFound("analytics.computation_unknown", _("Không có lần tính này."))
    period = periods.Period(row.period_start, row.period_end)
    return _figure(catalogue.get(row.indicator), period, row, exact)


def definition(computation):
    """The definition, lineage and moment of a computation, as kept with it."""
    row = (
        models.Computation.objects.filter(pk=computation)
        .values(
            "definition", "lineage", "version", "digest", "data_seq", "computed_at", "computed_by"
        )
        .first()
    )
    if row is None:
        raise errors.NotFound("analytics.computation_unknown", _("Không có lần tính này."))
    return row


def counted_rows(code, period, *, where=(), limit=_SHOWN):
    """The rows that an indicator counts now. The caller has asked who may see them.

    where    (breakdown, key) pairs
    """
    indicator = catalogue.get(code)
    if indicator.missing():
        return []
    with engines.opened() as session:
        return computing.counted(indicator, period, session, limit=limit, where=where)


def _figure(indicator, period, row, exact, *, cells=True):
    if row is None:
        missing = tuple(indicator.missing())
        return Figure(
            indicator, period, "no_source" if missing else "not_computed", missing, cells={}
        )
    small = suppression.is_small(_whole(row), kind=indicator.kind)
    hidden = not exact and indicator.personal and small
    shown, withheld = _grouped(indicator, row, exact) if cells else ({}, frozenset())
    known = (
        {}
        if hidden
        else {"value": row.value, "numerator": row.numerator, "denominator": row.denominator}
    )
    return Figure(
        indicator,
        period,
        row.state,
        tuple(row.missing),
        **known,
        hidden=hidden,
        cells=shown,
        withheld=withheld,
        row_count=row.row_count if exact or not hidden else 0,
        data_at=row.data_at,
        computed_at=row.computed_at,
        version=row.version,
        engine=row.engine,
        computation=row.pk,
    )


def _gone(withheld, breakdown, key):
    if (breakdown, suppression.line_of(key)) not in withheld:
        return None
    return suppression.Cell(key, None, None, None, hidden=True)


def _whole(row):
    return suppression.Cell("", row.numerator, row.denominator, row.value, row.row_count)


def _grouped(indicator, row, exact):
    """({breakdown: cells}, what is withheld of them)."""
    found = {}
    for cell in sorted(row.cells.all(), key=lambda c: c.key):
        shown = suppression.Cell(
            cell.key, cell.numerator, cell.denominator, cell.value, cell.row_count
        )
        found.setdefault(cell.breakdown, []).append(shown)
    if exact or not indicator.personal:
        return found, frozenset()
    hidden = {
        name: suppression.hide(cells, kind=indicator.kind, whole=_whole(row))
        for name, cells in found.items()
    }
    withheld = frozenset((name, line) for name, one in hidden.items() for line in one.withheld)
    return {name: one.cells for name, one in hidden.items()}, withheld
