"""A report form (biểu mẫu báo cáo) as data: rows, columns, and where each cell comes from.

A cell is what its column says, what its row adds, and what `cells` of the row replaces:

  indicator  a figure of the catalogue, `where` naming parts of its key; `take` numerator,
             denominator or value
  typed      a number that the unit types in, from a paper book that `note` names
  missing    no source yet: the text names what it waits for, and the cell is never zero
  sum        the rows that this row adds up
  ratio      {of: row, over: row, per: 100}
  none       the cell is crossed out on the form

In a form that adds up reports (`aggregate`) what is neither a sum nor a ratio comes from `units`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from haidang.rooms.reporting.domain.spans import PERIODS

LEVELS = ("station", "facility", "department")
_CUTS = ("calendar", "day15")
_SOURCES = ("indicator", "typed", "missing", "sum", "ratio", "none")
_NEEDED = ("code", "number", "title", "title_en", "circular", "level", "period", "due", "columns", "rows")  # fmt: skip


@dataclass(frozen=True)
class Circular:
    """The circular that a form comes from (căn cứ): `valid_to` is the day it ends, if it is known."""

    code: str
    title: str
    valid_from: date
    valid_to: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One column; `group` is the heading above it, empty when it stands alone."""

    code: str
    title: str
    group: str = ""


@dataclass(frozen=True)
class Row:
    """One row; a `head` has no cells, `level` says how far it is indented."""

    code: str
    title: str
    head: bool = False
    level: int = 0


@dataclass(frozen=True)
class Cell:
    """Where one cell comes from."""

    row: str
    column: str
    source: str
    indicator: str = ""
    where: Mapping[str, tuple] = field(default_factory=dict)
    take: str = "numerator"
    scope: str = "unit"
    missing: str = ""
    note: str = ""
    parts: tuple[str, ...] = ()
    of: str = ""
    over: str = ""
    per: float = 100
    decimals: int = 0

    @property
    def key(self):
        return f"{self.row}:{self.column}"


@dataclass(frozen=True)
class Form:
    """A form as it applies between two days.

    units     kinds of facility that report; for the department, none
    to        kind of facility that reviews, empty for the department
    due       {working_days: 5} or {day: 3}, counted from the end of the period
    aggregate code of the form whose locked reports are added up
    """

    code: str
    number: str
    title: str
    title_en: str
    circular: Circular
    level: str
    period: str
    cut: str
    due: Mapping
    units: tuple[str, ...]
    to: str
    valid_from: date
    valid_to: date | None
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: Mapping[str, Cell]
    checks: tuple[Mapping, ...]
    remind: Mapping
    aggregate: str = ""

    def applies_on(self, day):
        """Whether the form is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def indicators(self):
        """Every indicator that the form reads."""
        return sorted({one.indicator for one in self.cells.values() if one.indicator})

    def counts(self):
        """How many cells come from where: {source: number}, crossed out ones left aside."""
        found = {}
        for one in self.cells.values():
            if one.source != "none":
                found[one.source] = found.get(one.source, 0) + 1
        return found


#: When units are reminded, in working days before and after the deadline.
REMIND = {"before": [2, 0], "after": [1, 3, 7]}


def read(told, circular):
    """A form from its data.

    Raises    ValueError naming the form and each fault
    """
    faults = [*_lacking(told)]
    if not faults:
        faults = [*_wrong(told)]
    if faults:
        raise ValueError(f"{told.get('code')}: {'; '.join(faults)}")
    rows = [_row(one) for one in told["rows"]]
    cells = {one.key: _added_up(one) if told.get("aggregate") else one for one in _cells(told)}
    return Form(
        code=str(told["code"]),
        number=told["number"],
        title=told["title"],
        title_en=told["title_en"],
        circular=circular,
        level=told["level"],
        period=told["period"],
        cut=told.get("cut", "calendar"),
        due=told["due"],
        units=tuple(told.get("units", ())),
        to=told.get("to", ""),
        valid_from=_day(told.get("valid_from")) or circular.valid_from,
        valid_to=_day(told.get("valid_to")) or circular.valid_to,
        note=told.get("note", ""),
        columns=tuple(Column(c["code"], c["title"], c.get("group", "")) for c in told["columns"]),
        rows=tuple(rows),
        cells=cells,
        checks=tuple(told.get("checks", ())),
        remind=told.get("remind", REMIND),
        aggregate=told.get("aggregate", ""),
    )


def _day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def _lacking(told):
    missing = [name for name in _NEEDED if not told.get(name)]
    if missing:
        yield f"lacks {', '.join(missing)}"


def _wrong(told):
    for name, known in (("level", LEVELS), ("period", PERIODS)):
        if told[name] not in known:
            yield f"{name} {told[name]}"
    if told.get("cut", "calendar") not in _CUTS:
        yield f"cut {told['cut']}"
    if set(told["due"]) not in ({"working_days"}, {"day"}):
        yield "due is {working_days: n} or {day: n}"
    if told["level"] != "department" and not told.get("units"):
        yield "no kinds of units"
    for name in ("rows", "columns"):
        codes = [str(one["code"]) for one in told[name]]
        yield from (f"{name}: {c} twice" for c in sorted({c for c in codes if codes.count(c) > 1}))
    yield from _loose_ends(told)


def _loose_ends(told):
    """Rows and columns that something names and that are not there."""
    rows = {str(one["code"]) for one in told["rows"]}
    columns = {one["code"] for one in told["columns"]}
    for one in _cells(told):
        named = (*one.parts, *filter(None, (one.of, one.over)))
        yield from (f"{one.key} names row {r}" for r in named if r not in rows)
        if one.row in named:
            yield f"{one.key} counts itself"
    for check in told.get("checks", ()):
        for ref in (*_listed(check["left"]), *_listed(check["right"])):
            row, _colon, column = ref.partition(":")
            if (row != "*" and row not in rows) or (column != "*" and column not in columns):
                yield f"check names {ref}"


def _listed(value):
    return value if isinstance(value, list) else [value]


def _row(one):
    return Row(str(one["code"]), one["title"], one.get("head", False), one.get("level", 0))


def _cells(told):
    """Every cell of the form: the column's, with what the row adds or replaces."""
    for row in told["rows"]:
        if row.get("head"):
            continue
        for column in told["columns"]:
            yield _cell(str(row["code"]), column["code"], _spec(row, column))


def _spec(row, column):
    own = (row.get("cells") or {}).get(column["code"])
    if own is not None:
        return _merged(column.get("cell") or {}, row, own)
    for source in ("typed", "missing", "sum", "ratio"):
        if source in row:
            return {source: row[source], **{k: row[k] for k in ("note", "decimals") if k in row}}
    return _merged(column.get("cell") or {}, row, row.get("cell") or {})


def _merged(base, row, own):
    """`own` replaces the source of `base`; parts of keys are put together."""
    if own == "none" or not (base or own):
        return {"none": True}
    if any(source in own for source in _SOURCES if source != "indicator"):
        return own
    where = {**(base.get("where") or {}), **(row.get("where") or {}), **(own.get("where") or {})}
    return {**{k: v for k, v in base.items() if k != "where"}, **own, "where": where}


def _cell(row, column, spec):
    source = next((one for one in _SOURCES if one in spec), "none")
    ratio = spec.get("ratio") or {}
    return Cell(
        row,
        column,
        source,
        indicator=spec.get("indicator", "") if source == "indicator" else "",
        where={k: _texts(v) for k, v in (spec.get("where") or {}).items()},
        take=spec.get("take", "numerator"),
        scope=spec.get("scope", "unit"),
        missing=spec.get("missing", "") if source == "missing" else "",
        note=spec.get("note", "") or (spec["typed"] if isinstance(spec.get("typed"), str) else ""),
        parts=tuple(str(one) for one in spec.get("sum") or ()),
        of=str(ratio.get("of", "")),
        over=str(ratio.get("over", "")),
        per=float(ratio.get("per", 100)),
        decimals=int(spec.get("decimals", ratio.get("decimals", 1 if ratio else 0))),
    )


def _added_up(cell):
    if cell.source in ("sum", "ratio", "none"):
        return cell
    return replace(cell, source="units", indicator="", missing="")


def _texts(value):
    return tuple(str(one) for one in (value if isinstance(value, list) else [value]))
