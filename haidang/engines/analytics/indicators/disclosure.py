"""Which cells of a table have to be hidden so that nothing shown tells a small one (lộ ô bị giấu).

What a reader is taken to know: every cell that is shown, every cell that is zero, the sum of every
line, the threshold, and so that a hidden cell counts at least one person. From these he bounds each
hidden number; the bounds are its range. The rule, which this module keeps and the tests check with
an attacker of their own:

    A number above zero that is hidden has a range of at least `least` whole numbers.

A range that wide always reaches beyond the small numbers, so nobody learns even that a cell is
small. Where cells cannot be given such company, the whole line is held back with its keys: then
nobody knows which of its cells are zero.

Source: threshold rule, secondary suppression and audit by feasibility intervals of Hundepool et al.,
Statistical Disclosure Control (Wiley 2012), chapters 4 and 5; NĐ 47/2020/NĐ-CP, Điều 5.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings

#: Where lines meet whose sums nobody publishes, and the other way of a table that has one way.
_FREE = None


@dataclass(frozen=True)
class Counted:
    """One cell: its two groups, how many were counted, and who else it would show.

    line, across   the groups; in a table of one group all cells have one line
    beside         people that are shown beside the count, or None
    """

    line: object
    across: object
    count: int
    beside: float | None = None

    @property
    def spot(self):
        return self.line, self.across

    @property
    def parts(self):
        """The numbers of people that a reader must not learn when they are small."""
        return (self.count,) if self.beside is None else (self.count, self.beside)


def is_small(one, least):
    """True when a cell may not be shown on its own."""
    return any(0 < part < least for part in one.parts)


def hidden_spots(table, *, two_ways=False, forced=(), least=None):
    """The (line, across) of every cell that may not be shown; see the rule above.

    table     [Counted], a cell of zero may be missing
    two_ways  the sums of both groups are known; else each line stands for itself
    forced    spots that stay hidden whatever they count now
    least     the smallest count that may be shown (HAIDANG_SMALL_CELL)

    A line (with `two_ways` the table) of which every spot is given, those of zero too, has to be
    held back with its keys.
    """
    least, forced = least or settings.HAIDANG_SMALL_CELL, set(forced)
    hidden = {
        one.spot for one in table if is_small(one, least) or (one.count and one.spot in forced)
    }
    if two_ways:
        return _of_table(table, hidden, least)
    lines = defaultdict(list)
    for one in table:
        lines[one.line].append(one)
    return set().union(*(_of_line(line, hidden, least) for line in lines.values()))


def _of_line(line, hidden, least):
    """What one line hides: its small cells, and the smallest ones that give them room."""
    kept = [one for one in line if one.spot in hidden]
    rest = [one for one in line if one.spot not in hidden and one.count]
    rest.sort(key=lambda one: (one.count, str(one.across)))
    while kept:
        part = _too_narrow([one.parts for one in kept], least)
        if part is None:
            break
        more = next((one for one in rest if one.parts[part] > 0), None)
        if more is None:
            return {one.spot for one in line}
        kept.append(more)
        rest.remove(more)
    return {one.spot for one in kept}


def _too_narrow(kept, least):
    """The part whose hidden numbers are told too closely by their sum, the rarest, or None."""
    sums = [sum(values) for values in zip(*kept, strict=True)]
    narrow = (
        part for part, total in enumerate(sums) if total and _range(kept, total, part) < least
    )
    return min(narrow, key=sums.__getitem__, default=None)


def _range(kept, total, part):
    """How many whole numbers each hidden one may be, of those that are not told to be zero."""
    holders = sum(values[part] > 0 for values in kept)
    return total - holders + 1 if holders > 1 else 1


def _of_table(table, hidden, least):
    """As `_of_line`, where cells stand in two lines each and the sums of both ways are known."""
    hidden = set(hidden)
    sums = defaultdict(int)
    for one in table:
        sums[one.line] += one.count
    while told := _told(table, hidden, sums, least):
        cell, part = told
        rest = [o for o in table if o.spot not in hidden and o.parts[part] > 0]
        if not rest:
            return {one.spot for one in table}
        hidden.add(min(rest, key=_nearness(cell, hidden)).spot)
    return hidden


def _nearness(cell, hidden):
    """Which company helps a cell of a table most: one in the way that lacks it, or one that closes
    the round from its line through another back to it; then the smallest."""
    lines = {line for line, across in hidden if across == cell.across}
    acrosses = {across for line, across in hidden if line == cell.line}

    def near(one):
        if len(acrosses) < 2:
            far = one.line != cell.line
        elif len(lines) < 2:
            far = one.across != cell.across
        else:
            far = one.line not in lines or one.across not in acrosses
        return far, one.count, str(one.spot)

    return near


def _told(table, hidden, sums, least):
    """(cell, part) of the first hidden number whose range is too narrow, or None."""
    kept = [one for one in table if one.spot in hidden]
    for part in range(len(kept[0].parts) if kept else 0):
        cells = [one for one in kept if one.parts[part] > 0]
        lines = [
            # A sum that is small itself is nowhere published.
            Line(_FREE if sums[c.line] < least else c.line, c.across, int(c.parts[part]))
            for c in cells
        ]
        for narrow in narrower(lines, least):
            return cells[narrow], part
    return None


@dataclass(frozen=True)
class Line:
    """A hidden number above zero in its two lines."""

    line: object
    across: object
    value: int


def narrower(hidden, least):
    """Places in `hidden` of numbers that the sums of their lines tell to fewer than `least` values."""
    room = _Room(hidden)
    return (number for number in range(len(hidden)) if 1 + room.of(number, least - 1) < least)


class _Room:
    """How far a hidden number can move while others move against it and no sum of a line changes.

    Lines are the nodes of a graph, hidden numbers its edges: raising one leads from its line to the
    line across, lowering one (to no less than one) leads back. What can flow round is the room.
    """

    def __init__(self, hidden):
        self.ends = [(("line", one.line), ("across", one.across)) for one in hidden]
        self.values = [one.value for one in hidden]
        self.steps = defaultdict(list)
        for number, (line, across) in enumerate(self.ends):
            self.steps[line].append((across, number, True))
            self.steps[across].append((line, number, False))

    def of(self, number, most):
        """Up and down together, as far as `most`."""
        line, across = self.ends[number]
        up = self._flow(across, line, number, most)
        down = min(most - up, self.values[number] - 1)
        return up + self._flow(line, across, number, down)

    def _flow(self, start, end, without, most):
        values, moved = list(self.values), 0
        while moved < most:
            path = self._path(start, end, without, values)
            if path is None:
                break
            low = min([values[number] - 1 for number, raised in path if not raised], default=most)
            step = min(low, most - moved)
            for number, raised in path:
                values[number] += step if raised else -step
            moved += step
        return moved

    def _path(self, start, end, without, values):
        seen, waiting = {start: []}, [start]
        for here in waiting:
            for there, number, raised in self.steps[here]:
                if number == without or there in seen or not (raised or values[number] > 1):
                    continue
                seen[there] = [*seen[here], (number, raised)]
                if there == end:
                    return seen[there]
                waiting.append(there)
        return None
