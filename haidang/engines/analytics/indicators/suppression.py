"""Small cells are hidden here and nowhere else (giấu ô nhỏ); `disclosure` and `splits` say which.

A number of one to four people can tell who they are. It is hidden, and so much beside it that
nobody can work it out, or bound it closely, from what is shown: of this figure and of those that
count parts of the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.conf import settings

from haidang.engines.analytics.indicators import disclosure, splits

#: What stands beside the count of a cell and counts people too, by the kind of the indicator.
_COUNTED = {
    "count": ("numerator",),
    "share": ("denominator",),
    "ratio": ("denominator",),
    "mean": ("denominator",),
}


@dataclass(frozen=True)
class Cell:
    """One group of a breakdown.

    count     how many were counted: a sum of money says nothing of how many people it is of
    hidden    True when nothing of it may be shown; not whether it is small or keeps one company
    """

    key: str
    numerator: float | None
    denominator: float | None
    value: float | None
    count: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Within:
    """Of what an indicator counts a part (là phần của).

    of, part     the indicator, and which of its numbers: "" who it counts or is a share of, yes, no
    split        parts of one split exclude each other: in or out, man or woman
    numerator    of a share only the numerator is the part
    """

    of: str
    split: str
    part: str = ""
    numerator: bool = False

    @property
    def place(self):
        return self.of, self.part, self.split


@dataclass(frozen=True)
class Table:
    """One indicator in one period.

    whole     the figure as a Cell, where people see it: who has no key is a group that it tells
    cells     {breakdown: [Cell]}
    spans     {breakdown: [(first, last)]}, keys whose sum another figure tells
    """

    kind: str
    whole: Cell | None
    cells: dict
    within: Within | None = None
    spans: dict = field(default_factory=dict)

    def number(self, cell, part=""):
        """How many people a cell counts, or has in one part of a share."""
        yes, all_ = cell.numerator or 0, cell.denominator or 0
        if part == "yes":
            return yes
        if part == "no":
            return max(all_ - yes, 0)
        return {"count": yes, "share": all_}.get(self.kind, cell.count)

    @property
    def parts(self):
        if self.kind != "share":
            return ("",)
        return ("yes",) if self.within and self.within.numerator else ("yes", "no")


@dataclass(frozen=True)
class Shown:
    """The cells of a breakdown as people may see them.

    withheld    lines (see `line_of`) that are held back as a whole: none of their cells is there,
                and which of them counted somebody is not told either
    """

    cells: list
    withheld: frozenset


def line_of(key):
    """The line that a cell stands in: `31001` of `31001/I10`, one for all of a plain breakdown."""
    line, slash, _rest = (key or "").partition("/")
    return line if slash else ""


def hide(cells, *, kind="count", whole=None, forced=(), least=None):
    """The cells of one breakdown that stands alone; see `Protection`.

    forced   keys that stay hidden whatever they count now
    least    the smallest count that may be shown (HAIDANG_SMALL_CELL)
    """
    alone = {"": Table(kind, whole, {"": list(cells)})}
    return Protection(alone, forced={("", ""): set(forced)}, least=least).shown("", "")


def is_small(cell, *, kind="count", least=None):
    """True when a figure may not be shown on its own."""
    least, table = least or settings.HAIDANG_SMALL_CELL, Table(kind, cell, {})
    numbers = [table.number(cell, part) for part in table.parts]
    return disclosure.is_small(_counted(table, cell), least) or any(0 < n < least for n in numbers)


def _counted(table, cell, line="", key=None):
    given = [getattr(cell, name) or 0 for name in _COUNTED.get(table.kind, ())]
    return disclosure.Counted(line, key, cell.count, *given)


class Protection:
    """What may be shown of indicators that are read together, in one period.

    tables   {code: Table}, with all that an asked one is part of, and the other parts of it
    forced   {(code, breakdown): keys} that stay hidden whatever they count now
    """

    def __init__(self, tables, *, forced=None, least=None):
        self.tables, self.forced = tables, forced or {}
        self.least = least or settings.HAIDANG_SMALL_CELL
        self._known = {}

    def shown(self, code, breakdown):
        """`Shown` of one breakdown of an indicator."""
        cells = {cell.key: cell for cell in self.tables[code].cells.get(breakdown, ())}
        hidden = self.hidden(code, breakdown)
        lines = defaultdict(list)
        for key in sorted({*cells, *(hidden - {None})}):
            lines[line_of(key)].append(key)
        gone = self.tables[code].whole is not None and self.is_whole_hidden(code)
        untold = _untold(self.tables[code], breakdown, hidden)
        withheld = frozenset(
            line for line, keys in lines.items() if gone or hidden.issuperset(keys)
        )
        kept = [key for line, keys in lines.items() if line not in withheld for key in keys]
        kept = [key for key in kept if key not in untold]
        return Shown([_shown(cells.get(key), key, key in hidden) for key in kept], withheld)

    def is_whole_hidden(self, code):
        """True when the figure itself may not be shown, alone or beside those that share its whole."""
        table = self.tables[code]
        if is_small(table.whole, kind=table.kind, least=self.least):
            return True
        if not table.within or table.within.of not in self.tables:
            return False
        if self.is_whole_hidden(table.within.of):
            return True
        mates = self._mates(table.within)
        numbers = {
            (mate, part): self.tables[mate].number(self.tables[mate].whole, part)
            for mate in mates
            for part in self.tables[mate].parts
        }
        above = self.tables[table.within.of]
        numbers["", ""] = max(
            above.number(above.whole, table.within.part) - sum(numbers.values()), 0
        )
        line = [disclosure.Counted("", spot, int(n)) for spot, n in numbers.items()]
        spots = disclosure.hidden_spots(line, least=self.least)
        return any(mate == code for _line, (mate, _part) in spots)

    def hidden(self, code, breakdown):
        """The keys that are hidden; None is the group of those without a key, which nobody shows."""
        asked = code, breakdown
        if asked not in self._known:
            self._known[asked] = self._hidden(code, breakdown)
        return self._known[asked]

    def _hidden(self, code, breakdown):
        table, forced = self.tables[code], self.forced.get((code, breakdown), set())
        above = self._above(table, breakdown)
        if above:
            wholes = self._numbers(above.of, above.part, breakdown)
            given, mates = self._given(above, breakdown), self._mates(above, breakdown)
        else:
            given = self._line(code, breakdown)
            if table.kind != "share":
                return given
            wholes, mates = self._numbers(code, "", breakdown), [code]
        rows = self._rows(wholes, mates, breakdown)
        found = set()
        for own in _by_line(rows):
            found |= splits.hidden_rows(own, least=self.least, given=given, forced=forced)
        return found

    def _above(self, table, breakdown):
        above = self.tables.get(table.within.of) if table.within else None
        return table.within if above and breakdown in above.cells else None

    def _mates(self, within, breakdown=None):
        """Indicators that are parts of the same split, this one too."""
        return [
            code
            for code, one in self.tables.items()
            if one.within
            and one.within.place == within.place
            and (breakdown is None or breakdown in one.cells)
        ]

    def _given(self, above, breakdown):
        """Rows whose whole is hidden already."""
        is_share = self.tables[above.of].kind == "share"
        return (self._line if is_share and not above.part else self.hidden)(above.of, breakdown)

    def _rows(self, wholes, mates, breakdown):
        columns = [self._numbers(m, p, breakdown) for m in mates for p in self.tables[m].parts]
        keys = set(wholes).union(*columns)
        parts = {key: [column.get(key, 0) for column in columns] for key in keys}
        return {key: [*row, max(wholes.get(key, 0) - sum(row), 0)] for key, row in parts.items()}

    def _numbers(self, code, part, breakdown):
        """{key: number}, of those without a key under None."""
        table = self.tables[code]
        found = {cell.key: table.number(cell, part) for cell in table.cells.get(breakdown, ())}
        if table.whole is not None and not any(line_of(key) for key in found):
            found[None] = max(table.number(table.whole, part) - sum(found.values()), 0)
        return found

    def _line(self, code, breakdown):
        """What the cells of one breakdown hide for each other's sake."""
        table = self.tables[code]
        counted = [
            _counted(table, cell, (line_of(cell.key), _span(table, breakdown, cell.key)), cell.key)
            for cell in table.cells.get(breakdown, ())
        ]
        counted += self._keyless(table, counted)
        apart = _sums_are_told(counted, self.least)
        lines = [replace(one, line=one.line if apart else (one.line[0], ())) for one in counted]
        forced = self.forced.get((code, breakdown), set())
        spots = disclosure.hidden_spots(
            lines, forced={one.spot for one in lines if one.across in forced}, least=self.least
        )
        return {across for _line, across in spots}

    def _keyless(self, table, counted):
        """Those without a key, if they are few: no cell shows them, but the rest of the sum does."""
        if table.whole is None or any(one.line[0] for one in counted):
            return []
        all_ = _counted(table, table.whole, ("", ()))
        rest = replace(
            all_,
            count=all_.count - sum(one.count for one in counted),
            beside=None
            if all_.beside is None
            else all_.beside - sum(o.beside or 0 for o in counted),
        )
        return [rest] if disclosure.is_small(rest, self.least) else []


def _by_line(rows):
    lines = defaultdict(dict)
    for key, parts in rows.items():
        lines[line_of(key)][key] = parts
    return lines.values()


def _span(table, breakdown, key):
    """The span of keys whose sum is told that a key stands in."""
    spans = table.spans.get(breakdown, ())
    return next(((first, last) for first, last in spans if first <= key <= last), ())


def _untold(table, breakdown, hidden):
    """Keys of a span that shows nothing: which of them counted somebody is not told either."""
    spans = defaultdict(list)
    for cell in table.cells.get(breakdown, ()):
        spans[_span(table, breakdown, cell.key)].append(cell.key)
    return {key for span, keys in spans.items() if span and hidden.issuperset(keys) for key in keys}


def _sums_are_told(counted, least):
    """True when spans of keys are lines of their own: no sum of them is too small to be shown."""
    sums = defaultdict(int)
    for one in counted:
        sums[one.line] += one.count
    return any(span for _line, span in sums) and min(sums.values()) >= least


def _shown(cell, key, is_hidden):
    return Cell(key, None, None, None, hidden=True) if is_hidden else cell
