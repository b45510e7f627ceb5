"""What the cells of a report come to: given figures, corrections over them, sums and ratios."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from haidang.kernel import errors

_ = str  # marks sentences that whoever shows them translates
_MOST = Decimal(10) ** 15


@dataclass(frozen=True)
class Given:
    """What was filled in or typed for one cell.

    state     ok; empty (the unit has nothing that could be counted); no_source (`missing` names
              what there is not); failed; not_computed; blank (a typed cell with nothing in it)
    parts     of a cell of an aggregated report: (units with a value, units that report)
    """

    state: str
    value: Decimal | None = None
    missing: tuple[str, ...] = ()
    parts: tuple[int, int] | None = None


@dataclass(frozen=True)
class Result:
    """What a cell shows: `value` counts, `given` is what stood there before a correction."""

    state: str
    value: Decimal | None = None
    missing: tuple[str, ...] = ()
    given: Decimal | None = None
    corrected: bool = False
    parts: tuple[int, int] | None = None


_BLANK = {
    "typed": Given("blank"),
    "indicator": Given("not_computed"),
    "units": Given("not_computed"),
}


def evaluate(form, given: Mapping[str, Given], corrected: Mapping[str, Decimal]):
    """{key: Result} of every cell of a form.

    Sums and ratios count what is shown, corrections among it. A sum of which a part has no value
    has none either (`partial`), and names the rows that it lacks.
    """
    found = {}
    for key in form.cells:
        _result(form, key, given, corrected, found)
    return found


def _result(form, key, given, corrected, found):
    if key in found:
        return found[key]
    cell = form.cells[key]
    if cell.source in ("sum", "ratio"):
        named = cell.parts or (cell.of, cell.over)
        parts = {row: _part(form, f"{row}:{cell.column}", given, corrected, found) for row in named}
        own = _sum(form, parts) if cell.parts else _ratio(cell, parts)
    elif cell.source == "missing":
        own = Result("no_source", missing=(cell.missing,))
    elif cell.source == "none":
        own = Result("none")
    else:
        told = given.get(key) or _BLANK[cell.source]
        own = Result(told.state, told.value, told.missing, parts=told.parts)
    if key in corrected:
        own = replace(own, state="ok", value=corrected[key], given=own.value, corrected=True)
    found[key] = own
    return own


def _part(form, key, given, corrected, found):
    if key not in form.cells:
        return Result("none")
    return _result(form, key, given, corrected, found)


def _sum(form, parts):
    counted = {row: one for row, one in parts.items() if one.state != "none"}
    lacking = [row for row, one in counted.items() if one.value is None]
    if not counted:
        return Result("none")
    if len(lacking) == len(counted):
        names = dict.fromkeys(name for one in counted.values() for name in one.missing)
        state = "no_source" if names else next(iter(counted.values())).state
        return Result(state, missing=tuple(names))
    if lacking:
        titles = {row.code: row.title for row in form.rows}
        return Result("partial", missing=tuple(titles[row] for row in lacking))
    return Result("ok", sum((one.value for one in counted.values()), Decimal(0)))


def _ratio(cell, parts):
    of, over = parts[cell.of], parts[cell.over]
    for one in (of, over):
        if one.value is None:
            return Result(one.state, missing=one.missing)
    if not over.value:
        return Result("empty")
    exact = of.value / over.value * Decimal(str(cell.per))
    return Result("ok", round(exact, cell.decimals))


def number(text, *, decimals=0):
    """A number as people type it: `1.234`, `12,5`, `1234`; None for nothing.

    Raises    Incorrect `reporting.number_wrong`
    """
    said = str(text or "").strip().replace(" ", "").replace("\u00a0", "")
    if not said:
        return None
    plain = said.replace(".", "").replace(",", ".") if _grouped(said) else said.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not 0 <= value < _MOST:
        raise errors.Incorrect(
            "reporting.number_wrong", _("Nhập một số từ 0 trở lên, ví dụ 1.250.")
        )
    if value != round(value, decimals):
        raise errors.Incorrect(
            "reporting.number_not_whole", _("Ô này nhận số có ít chữ số thập phân hơn.")
        )
    return value


def _grouped(said):
    """Whether points part thousands: each is followed by three digits."""
    head, *rest = said.partition(",")[0].split(".")
    return bool(rest) and head.isdigit() and len(head) <= 3 and all(len(p) == 3 for p in rest)


def exact(value):
    """A figure of analytics as a decimal; None where there is none."""
    if value is None or not math.isfinite(value):
        return None
    return round(Decimal(repr(float(value))), 4)
