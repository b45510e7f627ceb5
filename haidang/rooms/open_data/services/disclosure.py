"""Hides small cells of a table, and those that would give them away; what is small says `analytics`.

Each line of the table (rows, and columns where it has two groups) goes through the one place that
hides small cells, as long as something changes. What the sums of the lines would still tell
(`domain.cells`) gets company until nothing can be worked out.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings

from haidang.engines.analytics import api as analytics
from haidang.rooms.open_data.domain import cells


@dataclass(frozen=True)
class Counted:
    """One cell: its two groups, how many were counted, and what a share is made of."""

    line: str
    across: str
    count: int
    numerator: float | None = None
    denominator: float | None = None

    @property
    def spot(self):
        return self.line, self.across


def hidden_spots(table, *, two_ways=False, share=False, forced=()):
    """The (line, across) of every cell that may not be shown.

    table     [Counted]; of a table with one group all cells have one line
    two_ways  the sums of both groups are known, as they are published elsewhere
    share     numerators are parts of the count, so both parts have to be large
    forced    spots that stay hidden whatever they count now
    """
    hidden = {one.spot for one in table if one.count and one.spot in set(forced)}
    while True:
        hidden = _settled(table, hidden, two_ways, share)
        told = _told(table, hidden, two_ways)
        more = _company(table, hidden, told[0]) if told else None
        if more is None:
            return hidden
        hidden.add(more)


def _settled(table, hidden, two_ways, share):
    """Hide along every line until no line asks for more."""
    hidden = set(hidden)
    while True:
        before = len(hidden)
        for line in _lines(table, two_ways):
            hidden |= _hidden_in(line, hidden, share)
        if len(hidden) == before:
            return hidden


def _lines(table, two_ways):
    found = defaultdict(list)
    for one in table:
        found[("line", one.line)].append(one)
        if two_ways:
            found[("across", one.across)].append(one)
    return list(found.values())


def _hidden_in(line, hidden, share):
    """What one line hides; a cell that another line hid counts as small here."""
    least = settings.HAIDANG_SMALL_CELL
    given = [
        analytics.Cell(
            number, one.numerator, one.denominator, None,
            min(one.count, least - 1) if one.spot in hidden else one.count,
        )
        for number, one in enumerate(line)
    ]  # fmt: skip
    shown = analytics.hide_small_cells(given, share=share)
    return {line[cell.key].spot for cell in shown if cell.hidden}


def _told(table, hidden, two_ways):
    """Cells that the sums give away; a sum that is small itself is nowhere published."""
    least, sums = settings.HAIDANG_SMALL_CELL, defaultdict(int)
    for one in table:
        sums[one.line] += one.count
    kept = [one for one in table if one.spot in hidden]
    known = [
        cells.Hidden(
            cells.FREE if two_ways and sums[one.line] < least else one.line,
            one.across if two_ways else cells.FREE,
            one.count,
        )
        for one in kept
    ]
    told = {id(one) for one in cells.worked_out(known)}
    return [one for one, cell in zip(kept, known, strict=True) if id(cell) in told]


def _company(table, hidden, told):
    """The smallest cell beside one that is given away: in its line, across it, or anywhere."""
    rest = [one for one in table if one.count and one.spot not in hidden]
    nearest = min(
        rest,
        key=lambda one: (one.line != told.line, one.across != told.across, one.count, one.spot),
        default=None,
    )
    return nearest.spot if nearest else None
