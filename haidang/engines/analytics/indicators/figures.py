"""Figures as people may see them: the newest computation, with small cells hidden."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.engines.analytics import engines, models
from haidang.engines.analytics.indicators import catalogue, computing, periods, reading, suppression
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
    """The newest figures of several indicators, in the order asked; two or three queries.

    breakdown    the only one whose cells are wanted: those of all are many
    """
    read = reading.Reading(codes, [period], breakdown=breakdown)
    return [_figure(read, code, period, exact) for code in codes]


def series(code, spans, *, exact=False):
    """The newest figures of one indicator for several periods, in their order, without cells."""
    read = reading.Reading([code], spans, cells=False)
    return [_figure(read, code, period, exact) for period in spans]


def cell_series(code, spans, breakdown, key, *, exact=False):
    """One cell of an indicator's newest figures for several periods: [(Period, Cell or None)]."""
    spans = list(spans)
    read = reading.Reading([code], spans, breakdown=breakdown)
    found = (_figure(read, code, period, exact) for period in spans)
    return [(one.period, one.cell(breakdown, key)) for one in found]


def frozen(computation):
    """A figure as it was computed then, small cells and all: for who may open the rows themselves.

    Raises    NotFound `analytics.computation_unknown`
    """
    row = models.Computation.objects.filter(pk=computation).first()
    if row is None:
        raise errors.NotFound("analytics.computation_unknown", _("Không có lần tính này."))
    period, indicator = (
        periods.Period(row.period_start, row.period_end),
        catalogue.get(row.indicator),
    )
    return _made(indicator, period, row, reading.cells_of(row))


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
    with engines.opened(texts=[indicator.sql]) as session:
        return computing.counted(indicator, period, session, limit=limit, where=where)


def _figure(read, code, period, exact):
    row, indicator = read.row(code, period), catalogue.get(code)
    if row is None:
        missing = tuple(indicator.missing())
        state = "no_source" if missing else "not_computed"
        return Figure(indicator, period, state, missing, cells={})
    if exact:
        return _made(indicator, period, row, read.exact(code, period))
    cells, withheld = read.shown(code, period)
    return _made(
        indicator, period, row, cells, withheld=withheld, hidden=read.is_hidden(code, period)
    )


def _made(indicator, period, row, cells, *, hidden=False, withheld=frozenset()):
    known = {
        name: getattr(row, name) for name in ("value", "numerator", "denominator", "row_count")
    }
    return Figure(
        indicator,
        period,
        row.state,
        tuple(row.missing),
        **({} if hidden else known),
        hidden=hidden,
        cells=cells,
        withheld=withheld,
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
