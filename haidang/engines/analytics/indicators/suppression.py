"""Small cells are hidden here and nowhere else (giấu ô nhỏ); `disclosure` says which.

A number of one to four people can tell who they are. It is hidden, and so much beside it that
nobody can work it out, or bound it closely, from what is shown.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.conf import settings

from haidang.engines.analytics.indicators import disclosure

#: What stands beside the count of a cell and counts people too, by the kind of the indicator.
_COUNTED = {
    "count": ("numerator",),
    "share": ("numerator", "denominator"),
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
    """The cells of one breakdown without the small ones, and what would give them away.

    kind     of the indicator: of a share both parts have to be large
    whole    the figure as a Cell, where people see it: who has no key is a group that it tells
    forced   keys that stay hidden whatever they count now
    least    the smallest count that may be shown (HAIDANG_SMALL_CELL)
    """
    table = [_counted(cell, kind) for cell in cells]
    keyless = _keyless(table, whole, kind, least or settings.HAIDANG_SMALL_CELL)
    spots = disclosure.hidden_spots(
        [*table, *keyless],
        share=kind == "share",
        forced={(line_of(key), key) for key in forced},
        least=least,
    )
    withheld = _withheld(table, spots)
    kept = [_hidden(cell, spots) for cell in cells if line_of(cell.key) not in withheld]
    return Shown(kept, withheld)


def is_small(cell, *, kind="count", least=None):
    """True when a figure may not be shown on its own."""
    least = least or settings.HAIDANG_SMALL_CELL
    return disclosure.is_small(_counted(cell, kind), share=kind == "share", least=least)


def _counted(cell, kind):
    given = {name: getattr(cell, name) or 0 for name in _COUNTED.get(kind, ())}
    return disclosure.Counted(line_of(cell.key), cell.key, cell.count, **given)


def _keyless(table, whole, kind, least):
    """Those without a key, if they are few: no cell shows them, but the rest of the sum does."""
    if whole is None or any(one.line for one in table):
        return []
    all_ = _counted(whole, kind)
    rest = disclosure.Counted(
        "",
        None,
        all_.count - sum(one.count for one in table),
        *(
            None if total is None else total - sum(getattr(one, name) or 0 for one in table)
            for name in ("numerator", "denominator")
            for total in [getattr(all_, name)]
        ),
    )
    return [rest] if disclosure.is_small(rest, share=kind == "share", least=least) else []


def _withheld(table, spots):
    lines = defaultdict(list)
    for one in table:
        lines[one.line].append(one.spot in spots)
    return frozenset(line for line, hidden in lines.items() if all(hidden))


def _hidden(cell, spots):
    if (line_of(cell.key), cell.key) not in spots:
        return cell
    return replace(cell, numerator=None, denominator=None, value=None, count=0, hidden=True)
