"""Makes the rows of a data set from its source; small cells are hidden before a row exists."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, dates, systems
from haidang.rooms.open_data.selectors import listings

WHOLE = "Toàn thành phố"


@dataclass
class Made:
    """Rows that are ready to go out, and where they came from.

    lineage    {period: [computation]} of figures, so that each can be explained later
    missing    sources that do not exist yet, by name
    """

    rows: list = field(default_factory=list)
    hidden: int = 0
    data_at: object = None
    lineage: dict = field(default_factory=dict)
    missing: list = field(default_factory=list)

    def add(self, other):
        self.rows += other.rows
        self.hidden += other.hidden
        self.data_at = max(filter(None, (self.data_at, other.data_at)), default=None)
        self.lineage |= other.lineage
        self.missing += [name for name in other.missing if name not in self.missing]


def periods(dataset, at):
    """The periods that may be published on a day, oldest first: ended, and settled since."""
    source, today = dataset.source, at.astimezone(dates.HANOI).date()
    last = today - timedelta(days=source.get("settle_days", 0))
    form = f"{last.year}-Q{(last.month + 2) // 3}" if source["period"] == "quarter" else f"{last:%Y-%m}"  # fmt: skip
    found, one = [], analytics.period(form).before()
    while len(found) < source.get("most", 4) and (not dataset.since or one.start >= dataset.since):
        found.insert(0, one)
        one = one.before()
    return found


def rows_of(dataset, at, *, known=()):
    """The rows of a data set for every period that is not known yet.

    known    rows that were published before; their periods are left as they are
    """
    kind = dataset.source["kind"]
    if kind == "listing":
        return Made(listings.rows(dataset.source["listing"]), data_at=at)
    if kind == "sql" and "period" not in dataset.source:
        return _of_sql(dataset, None, set())
    made, held = Made(), list(known)
    there = {row["period"] for row in held}
    for period in periods(dataset, at):
        if period.label not in there:
            found = of_period(dataset, period, held)
            made.add(found)
            held += found.rows
    return made


def of_period(dataset, period, held, *, forced=None):
    """The rows of one period.

    held      rows of earlier periods; of a stock, what was hidden in the last stays hidden
    forced    {measure: spots}, instead of what `held` says
    """
    if forced is None:
        forced = _hidden_before(dataset, period, held) if dataset.source.get("stock") else {}
    make = {"indicators": _of_indicators, "figures": _of_figures, "sql": _of_sql}
    return make[dataset.source["kind"]](dataset, period, forced)


def _hidden_before(dataset, period, held):
    earlier = [row for row in held if row["period"] < period.label]
    if not earlier:
        return {}
    last = max(row["period"] for row in earlier)
    return hidden_in(dataset, [row for row in earlier if row["period"] == last])


def hidden_in(dataset, rows):
    """{measure: spots} that published rows of one period hide."""
    return {
        measure: {spot_of(dataset, row) for row in rows if row["suppressed"] and row[measure] is None}
        for measure in dataset.measures
    }  # fmt: skip


def spot_of(dataset, row):
    """Where a row stands in its table: (line, across)."""
    source = dataset.source
    if source["kind"] == "indicators":
        return "", row[source["key"]] or ""
    groups = [str(row[name]) for name in source["groups"]]
    return tuple(groups) if len(groups) == 2 else ("", groups[0])


def _of_indicators(dataset, period, forced):
    source, made = dataset.source, Made()
    codes, breakdown = source["codes"], source["breakdown"]
    # Of a stock, spots of the period before; see `_hidden_before`.
    kept = {(codes[m], breakdown): {key for _line, key in spots} for m, spots in forced.items()}
    done, guard = _computed(list(codes.values()), period, kept)
    figures = [analytics.frozen(row.pk) for row in done]
    made.missing = [name for one in figures for name in one.missing]
    if all(one.state != "ok" for one in figures):
        return made
    rows, withheld = {}, set()
    for column, figure in zip(codes, figures, strict=True):
        if _put(rows, column, figure, breakdown, guard):
            withheld.add(column)
    for key, row in rows.items():
        row["hidden"] |= withheld if key else set()
    names = _names(source, rows)
    made.rows = [_finished(dataset, period, key, rows[key], names[key]) for key in sorted(rows)]
    made.hidden = sum(len(row["hidden"]) for row in rows.values())
    made.data_at = max(filter(None, (one.data_at for one in figures)), default=None)
    made.lineage = {period.label: [row.pk for row in done]}
    return made


def _computed(codes, period, forced=None):
    """Indicators computed for a period, and what may be shown of them beside all that tells of them."""
    done = analytics.compute_many(codes, period, by=actor.SYSTEM)
    others = sorted(analytics.relatives(codes) - set(codes))
    beside = analytics.compute_many(others, period, by=actor.SYSTEM) if others else []
    return done, analytics.read_together([*done, *beside], forced=forced)


def _put(rows, column, figure, breakdown, guard):
    """One measure into the rows of its table; True when all its groups are withheld."""
    total, code = whole(figure), figure.indicator.code
    shown, withheld, away = figure.cells.get(breakdown, ()), False, False
    if figure.indicator.personal:
        found = guard.shown(code, breakdown)
        shown, withheld, away = found.cells, bool(found.withheld), guard.is_whole_hidden(code)
    for cell in [total, *(cell for cell in shown if cell.key)]:
        row = rows.setdefault(cell.key, {"values": {}, "hidden": set()})
        if cell.hidden or (not cell.key and away):
            row["hidden"].add(column)
        else:
            row["values"][column] = _value(figure.indicator, cell)
    return withheld


def whole(figure):
    """The whole of a figure as a cell."""
    return analytics.Cell("", figure.numerator, figure.denominator, figure.value, figure.row_count)


def _value(indicator, cell):
    if indicator.kind in ("count", "sum"):
        value = cell.numerator
        return int(value) if value is not None and float(value).is_integer() else value
    return round(cell.value, 1) if cell.value is not None else None


def _finished(dataset, period, key, row, name):
    source = dataset.source
    made = {"period": period.label, source["key"]: key or None, source["name"]: name}
    made |= {column: row["values"].get(column) for column in source["codes"]}
    return made | {"suppressed": bool(row["hidden"])}


def _names(source, keys):
    """{key: what people call it}; the whole city under ""."""
    if source["breakdown"] == "commune":
        units = {key: places.find_unit(key) for key in keys if key}
        found = {key: one.full_name for key, one in units.items() if one}
    elif source["breakdown"] == "facility":
        held = places.find_facilities([key for key in keys if key])
        found = {key: one.name for key, one in held.items()}
    else:
        is_cause = source["breakdown"] == "cause"
        system = systems.ICD10 if is_cause else systems.codes(source["list"])
        told = {key: terminology.lookup(system, key) for key in keys if key}
        found = {key: one.display_vi for key, one in told.items() if one}
    return {key: found.get(key) if key else WHOLE for key in keys}


def _of_figures(dataset, period, _forced):
    found = [one for one in analytics.indicators() if one.group == dataset.source["group"]]
    done, guard = _computed([one.code for one in found], period)
    made = Made(lineage={period.label: [row.pk for row in done]})
    for figure in (analytics.frozen(row.pk) for row in done):
        row = _figure_row(period, figure, guard)
        made.hidden += row["state"] == "hidden"
        made.rows.append(row)
        made.data_at = max(filter(None, (made.data_at, figure.data_at)), default=None)
    return made


def _figure_row(period, figure, guard):
    one = figure.indicator
    hidden = figure.state == "ok" and one.personal and guard.is_whole_hidden(one.code)
    shown = figure.value is not None and not hidden
    return {
        "period": period.label,
        "code": one.code,
        "indicator": one.title,
        "value": round(figure.value, 1) if shown else None,
        "unit": one.unit,
        "target": one.target.value if one.target else None,
        "state": "hidden" if hidden else figure.state,
        "missing": ", ".join(figure.missing) or None,
    }


def _of_sql(dataset, period, forced):
    source, values = dataset.source, {}
    if period is not None:
        values = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    with analytics.session() as session:
        place = analytics.lake_place()
        found = session.rows(source["sql"], values)
    made = Made(data_at=place.at)
    label = {"period": period.label} if period is not None else {}
    hidden = _hidden_rows(dataset, found, forced) if dataset.personal else set()
    if hidden and len(hidden) == len(found):
        return made  # a table without a number does not tell either which groups it has
    for row in sorted(found, key=lambda row: [str(row[g]) for g in source.get("groups", ())]):
        is_hidden = dataset.personal and spot_of(dataset, row) in hidden
        shown = dict.fromkeys(dataset.measures) if is_hidden else {}
        flag = {"suppressed": is_hidden} if dataset.personal else {}
        made.rows.append({**label, **row, **shown, **flag})
        made.hidden += is_hidden
    return made


def _hidden_rows(dataset, found, forced):
    source = dataset.source
    table = [analytics.Counted(*spot_of(dataset, row), int(row[source["count"]])) for row in found]
    kept = set().union(*forced.values()) if isinstance(forced, dict) and forced else set()
    return analytics.hidden_spots(table, two_ways=len(source["groups"]) == 2, forced=kept)


def least():
    """The smallest count that may be shown."""
    return settings.HAIDANG_SMALL_CELL
