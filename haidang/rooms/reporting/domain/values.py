"""What the cells of a report come to: given figures, corrections over them, sums and ratios."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from haidang.kernel import errors

_ = str  # marks sentences that whoever shows them translates
_MOST = Decimal(10) ** 15
#: Digits; points that part thousands; a comma, or a lone point, before a fraction.
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")


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
    """A number as people type it: `1234`, `1.234`, `12,5`, `0.125`; None for nothing.

    A comma begins a fraction, points part thousands. A single point may mean either, so in a cell
    that takes fractions `1.234` is asked back. A point that cannot part thousands (`0.125`, `12.5`)
    begins a fraction.

    Raises    Incorrect `reporting.number_wrong`, `reporting.number_unclear`, `reporting.number_not_whole`
    """
    said = re.sub(r"[ \u00a0\u202f]", "", str(text or "").strip())
    if not said:
        return None
    if decimals and _GROUPED.fullmatch(said) and said.count(".") == 1 and "," not in said:
        raise errors.Incorrect(
            "reporting.number_unclear",
            _("Chưa rõ dấu chấm là hàng nghìn hay phần thập phân; viết 1234 hoặc 1,234."),
        )
    value = _read(said)
    if value is None or value >= _MOST:
        raise errors.Incorrect(
            "reporting.number_wrong", _("Nhập một số từ 0 trở lên, ví dụ 1.250.")
        )
    if value != round(value, decimals):
        raise _too_fine(decimals)
    return value


def _read(said):
    if _GROUPED.fullmatch(said):
        return Decimal(said.replace(".", "").replace(",", "."))
    return Decimal(said.replace(",", ".")) if _PLAIN.fullmatch(said) else None


def _too_fine(decimals):
    said = _("Ô này nhận số có ít chữ số thập phân hơn.")
    if not decimals:
        said = _("Ô này nhận số nguyên; dấu phẩy là phần thập phân, nên viết 1250 hoặc 1.250.")
    return errors.Incorrect("reporting.number_not_whole", said)


def exact(value):
    """A figure of analytics as a decimal; None where there is none."""
    if value is None or not math.isfinite(value):
        return None
    return round(Decimal(repr(float(value))), 4)
