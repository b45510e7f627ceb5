"""What a contributed table may not hold: people, and cells that a spreadsheet would run."""

import re
from datetime import date

from haidang.kernel import text
from haidang.rooms.open_data.domain import datasets, people, sheets, tables

_NAMED = 5
#: Names of columns that the room itself gives a meaning.
_RESERVED = frozenset(["period", "suppressed"])
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?%?")


def of_sheet(sheet):
    """Every problem of a table that could be read: formulas first, then people."""
    return look(sheet)[0]


def look(sheet):
    """(problems, doubts) of a table: what refuses it, and what a reviewer has to confirm is no person."""
    personal, doubts = people.of_columns(list(_columns(sheet)))
    return [*_formulas(sheet), *personal], doubts


def _columns(sheet):
    """(name, [(line, cell)]) of each column, cells trimmed, empty ones left out."""
    for number, name in enumerate(sheet.names):
        cells = [
            (line, row[number].strip())
            for line, row in zip(sheet.lines, sheet.rows, strict=True)
            if number < len(row) and row[number].strip()
        ]
        yield name, cells


def _formulas(sheet):
    for name in sheet.names:
        if tables.is_formula(name):
            yield sheets.Problem("formula", column=name[:40], lines=(1,), count=1)
    for number, name in enumerate(sheet.names):
        lines = [
            line
            for line, row in zip(sheet.lines, sheet.rows, strict=True)
            if number < len(row) and _runs(row[number])
        ]
        if lines:
            yield sheets.Problem("formula", name, tuple(lines[:_NAMED]), len(lines))


def _runs(cell):
    return tables.is_formula(cell) and not _NUMBER.fullmatch(cell.strip()) and cell.strip() != "-"


def people_in(rows, names):
    """Columns of rows of ours that hold what leads to a person: the last look before a release."""
    found = []
    for name in names:
        cells = [str(row[name]) for row in rows if row.get(name) is not None]
        if any(people.leads_to_a_person(cell) for cell in cells):
            found.append(name)
    return found


def type_of(cells):
    """The type that fits every cell of a contributed column."""
    given = [cell for cell in cells if cell]
    if given and all(re.fullmatch(r"-?(0|[1-9]\d{0,14})", cell) for cell in given):
        return "whole"
    if given and all(re.fullmatch(r"-?\d{1,15}\.\d{1,10}|-?(0|[1-9]\d{0,14})", cell) for cell in given):  # fmt: skip
        return "number"
    if given and all(_is_date(cell) for cell in given):
        return "date"
    return "text"


def _is_date(cell):
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell) and date.fromisoformat(cell))
    except ValueError:
        return False


def typed(cell, type):
    """A contributed cell as a value of its column's type."""
    if not cell:
        return None
    return {"whole": int, "number": float}.get(type, str)(cell)


def name_of(heading, taken):
    """A column's name for machines from its heading: `Số giường (2025)` becomes `so_giuong_2025`."""
    name = re.sub(r"[^a-z0-9]+", "_", text.fold(heading)).strip("_")[:36].strip("_") or "column"
    if not name[0].isalpha() or name in datasets.PERSONAL_COLUMNS or name in _RESERVED:
        name = f"c_{name}"
    made, number = name, 2
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made
