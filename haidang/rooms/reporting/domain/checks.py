"""Check rules of a form (quy tắc kiểm tra): one cell against another, over rows or columns."""

import operator
from dataclasses import dataclass
from decimal import Decimal

_OPERATORS = {
    "=": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SAYS = {"=": "=", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}


@dataclass(frozen=True)
class Fault:
    """A rule that does not hold: `key` is the cell to look at, `warning` does not stop a report."""

    key: str
    text: str
    left: Decimal
    says: str
    right: Decimal
    warning: bool = False


def faults_of(form, results):
    """Every rule of the form that does not hold, in the order of its rules.

    A rule with `*` in a reference is asked of every row or column. One whose cells have no value
    says nothing: what is missing is told elsewhere.
    """
    return [fault for check in form.checks for fault in _faults(form, check, results)]


def _faults(form, check, results):
    lefts, rights = _listed(check["left"]), _listed(check["right"])
    for row, column in _bindings(form, [*lefts, *rights]):
        left = _total(lefts, row, column, results)
        right = _total(rights, row, column, results)
        if left is None or right is None or _OPERATORS[check["op"]](left, right):
            continue
        yield Fault(
            _bound(lefts[0], row, column),
            check["text"],
            left,
            _SAYS[check["op"]],
            right,
            check.get("severity") == "warning",
        )


def _bindings(form, refs):
    """The rows and columns that `*` stands for; shares are not counts, so rows of them are not."""
    shares = {cell.row for cell in form.cells.values() if cell.source == "ratio"}
    rows = [r.code for r in form.rows if not r.head and r.code not in shares]
    columns = [c.code for c in form.columns]
    return [
        (row, column)
        for row in (rows if any(_part(ref, 0) == "*" for ref in refs) else [""])
        for column in (columns if any(_part(ref, 2) == "*" for ref in refs) else [""])
    ]


def _total(refs, row, column, results):
    found = [results.get(_bound(ref, row, column)) for ref in refs]
    if any(one is None or one.value is None for one in found):
        return None
    return sum((one.value for one in found), Decimal(0))


def _bound(ref, row, column):
    own_row, own_column = _part(ref, 0), _part(ref, 2)
    return f"{row if own_row == '*' else own_row}:{column if own_column == '*' else own_column}"


def _part(ref, place):
    return ref.partition(":")[place]


def _listed(value):
    return value if isinstance(value, list) else [value]
