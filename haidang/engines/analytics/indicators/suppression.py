"""Small cells are hidden here and nowhere else (giấu ô nhỏ).

A cell about one to four people can tell who they are. Where the total of a breakdown is shown, a
single hidden cell could be worked out from the rest, so the next smallest is hidden with it.
"""

from dataclasses import dataclass, replace

from django.conf import settings


@dataclass(frozen=True)
class Cell:
    """One group of a breakdown.

    count     how many were counted: a sum of money says nothing of how many people it is of
    hidden    "", "small" or "with_small"
    """

    key: str
    numerator: float | None
    denominator: float | None
    value: float | None
    count: int = 0
    hidden: str = ""


def hide(cells, *, share=False, least=None):
    """The cells of one breakdown with small ones, and what would give them away, hidden.

    share    True when numerators are parts of the count, so that both parts have to be large
    least    the smallest count that may be shown (HAIDANG_SMALL_CELL)
    """
    least = least or settings.HAIDANG_SMALL_CELL
    small = {cell.key for cell in cells if is_small(cell, share=share, least=least)}
    extra = _companions(cells, small, least) if small else set()
    return [_hidden(cell, small, extra) for cell in cells]


def is_small(cell, *, share=False, least=None):
    """True when a figure may not be shown on its own."""
    least = least or settings.HAIDANG_SMALL_CELL
    counts = [cell.count]
    if share and cell.numerator is not None:
        counts += [cell.numerator, (cell.denominator or 0) - cell.numerator]
    return any(0 < count < least for count in counts)


def _companions(cells, small, least):
    """What has to be hidden too: at least two cells, that count at least `least` together."""
    extra = set()
    rest = sorted(
        (c for c in cells if c.key not in small and c.count), key=lambda c: (c.count, c.key)
    )
    held = sum(cell.count for cell in cells if cell.key in small)
    while rest and (len(small) + len(extra) < 2 or held < least):
        cell = rest.pop(0)
        extra.add(cell.key)
        held += cell.count
    return extra


def _hidden(cell, small, extra):
    if cell.key not in small and cell.key not in extra:
        return cell
    why = "small" if cell.key in small else "with_small"
    return replace(cell, numerator=None, denominator=None, value=None, count=0, hidden=why)
