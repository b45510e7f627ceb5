"""What hidden cells of a table still tell to who knows its margins (lộ ô bị giấu).

A published table gives away a hidden cell when only one filling of the hidden cells fits the
sums of its lines. Hidden cells count at least one (zeros are shown), so a cell is safe when it
can be raised or lowered by one while others move the opposite way and no sum changes.
"""

from collections import defaultdict
from dataclasses import dataclass

#: Sums that nobody publishes: cells of such lines stand together under this name.
FREE = None


@dataclass(frozen=True)
class Hidden:
    """A hidden cell in its two lines; a table of one line has `across` FREE everywhere."""

    line: object
    across: object
    count: float


def worked_out(hidden):
    """The cells among `hidden` that the sums of their lines give away, in the order given."""
    ways = _Ways(hidden)
    return [cell for number, cell in enumerate(hidden) if not ways.may_move(number)]


class _Ways:
    """Steps between lines: along a cell that is raised, back along one that is lowered."""

    def __init__(self, hidden):
        self.hidden = hidden
        self.steps = defaultdict(list)
        for number, cell in enumerate(hidden):
            line, across = self._ends(cell)
            self.steps[line].append((across, number))
            if cell.count >= 2:
                self.steps[across].append((line, number))

    def _ends(self, cell):
        return ("line", cell.line), ("across", cell.across)

    def may_move(self, number):
        cell = self.hidden[number]
        line, across = self._ends(cell)
        return self._leads(across, line, number) or (
            cell.count >= 2 and self._leads(line, across, number)
        )

    def _leads(self, start, end, without):
        """Whether a way goes from one line to another that does not use one cell."""
        seen, waiting = {start}, [start]
        while waiting:
            for there, number in self.steps[waiting.pop()]:
                if number == without or there in seen:
                    continue
                if there == end:
                    return True
                seen.add(there)
                waiting.append(there)
        return False


def may_replace(old, new, least):
    """Whether new counts of a period may be published where old ones were (bản đính chính).

    Two releases that differ by one to `least` - 1 in a cell tell of those people, so every cell
    that both show has to be equal or far apart, and no cell may be shown in one and hidden in
    the other.

    old, new    {key: count}, None where hidden; the whole under ""
    """
    if old.keys() != new.keys():
        return False
    for key, before in old.items():
        after = new[key]
        if (before is None) != (after is None):
            return False
        if before is not None and 0 < abs(after - before) < least:
            return False
    return True
