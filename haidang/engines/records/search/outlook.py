"""What a search may expect to find, for the choice of the way to its first page.

Numbers are counted by the worker (`common`); of what stands beside, the planner tells. A wrong
outlook makes a search slower and never wrong: every way finds the same rows.
"""

import math
from dataclasses import dataclass

from haidang.engines.records.search import common
from haidang.engines.records.search.sql import Beside

# Microseconds a row, measured at two million resources: found through the index of numbers, found
# in a side table's index, met along the records, and asked there of a side table.
_BY_NUMBER, _BESIDE, _MET, _ASKED = 2.5, 0.5, 1.5, 4.0
_SOON = 1000.0  # microseconds; what takes less is not worth a try with a part
_CHANCE = 3  # times the rows that should do, so that luck seldom decides
# How far a number of rows may stray: by chance, in roots of it, and because it was sampled.
_LUCK, _DOUBT = 4.0, 1.15


@dataclass(frozen=True)
class Outlook:
    """Of `whole` records of a type about `matches` satisfy everything.

    lead       the test beside that finds least, or None when the numbers do
    found      about how many records the lead finds by itself
    besides    how many tests stand beside
    numbered   numbers are asked for too
    """

    whole: float
    matches: float
    lead: Beside | None
    found: float
    besides: int
    numbered: bool = False

    def walk(self, limit):
        """So many records along the way should hold a page, or 0 when the lead is sooner there.

        A power of two, so that the statements that walk are few.
        """
        met = _CHANCE * limit * self.whole / max(self.matches, 1.0)
        along = met * (_MET + _ASKED * self.besides)
        led = self.found * (_BY_NUMBER if self.lead is None else _BESIDE)
        return 1 << (int(met) + limit).bit_length() if along < led else 0

    def share(self, limit):
        """The share of all record numbers in which a page should be found; 1 and more when all are
        needed, or are read as soon.
        """
        if self.found * (_BY_NUMBER if self.lead is None else _BESIDE) < _SOON:
            return 1.0
        enough = limit + _LUCK * math.sqrt(limit)
        return _DOUBT * enough / max(self.matches, 1.0)

    def mend(self, matches):
        """Remember how many rows there seem to be, where the lead alone decides what matches."""
        if self.lead is not None and self.besides == 1 and not self.numbered:
            common.mend(self.lead.rids, matches)


def of(where, type):
    """The outlook of conditions on a type (its number), asking the planner at most once a table.

    Where a rare number is asked for, it leads and nothing else is weighed.
    """
    whole = max(common.of_type(type), 1.0)
    numbered = common.expected(where.share()) if where.numbered else None
    if numbered == 0.0:
        return Outlook(whole, 0.0, None, 0.0, len(where.beside), numbered=True)
    finds = [(common.found(each), each) for each in where.beside]
    if numbered is not None:
        finds.append((numbered, None))
    matches = whole
    for rows, _test in finds:
        matches *= min(rows / whole, 1.0)
    found, lead = min(finds, key=lambda each: each[0], default=(whole, None))
    return Outlook(whole, matches, lead, found, len(where.beside), numbered is not None)
