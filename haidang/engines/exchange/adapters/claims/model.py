"""What a claims file holds, in its own words: rows of text by table (hồ sơ, bảng, dòng).

Values stay text as the sender wrote them, trimmed and in Unicode NFC; meaning is given by `tables`, judged by `validate`
and mapped by `fhir`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

ERROR = "error"
WARNING = "warning"


class Problem(NamedTuple):
    """One thing that is wrong, where it is, and what to do about it (một lỗi của hồ sơ).

    table, row   `XML2` and its row counted from 1; row 0 is the table, table "" the file or the dossier
    field        element name, or ""
    code         `M1` … `C20` as in the reference, `field.…`, `table.…` or `file.…`
    severity     `error`: the record would be wrong, the dossier is refused; `warning`: kept beside the record
    vi, en       one sentence for the person; `action_vi`, `action_en` say what to do next
    """

    table: str
    row: int
    field: str
    code: str
    severity: str
    vi: str
    en: str
    action_vi: str
    action_en: str

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR


class Row(dict):
    """One row of a table: field name to text, every field of the form present, in table order.

    Elements that the form does not know come last. `index` counts from 1 inside the table of the dossier.
    """

    __slots__ = ("table", "index")

    def __init__(self, table: str, index: int, values=()):
        super().__init__(values)
        self.table = table
        self.index = index

    def __repr__(self):
        return f"Row({self.table!r}, {self.index}, {super().__repr__()})"

    def __reduce__(self):
        return (Row, (self.table, self.index, dict(self)))


@dataclass(slots=True)
class Dossier:
    """All tables of one visit (hồ sơ của một lượt khám), or its check-in states (only `XML0`).

    ma_lk      visit key, unique within the facility
    facility   MA_CSKCB, 5 characters
    form       "4750" or "3176"
    tables     `XML1` … `XML15` to rows, in table order; a table without rows is absent
    problems   what the reader found while reading this dossier; `validate.check` gives them again
    """

    ma_lk: str
    facility: str
    form: str
    tables: dict[str, list[Row]]
    problems: list[Problem] = field(default_factory=list, compare=False)

    def rows(self, table: str) -> list[Row]:
        """Rows of a table; none when the table is absent."""
        return self.tables.get(table, [])

    @property
    def summary(self) -> Row | None:
        """The first row of XML1; a check-in has none."""
        rows = self.tables.get("XML1")
        return rows[0] if rows else None

    @property
    def is_check_in(self) -> bool:
        """Does it only say that the visit began (XML0)?"""
        return "XML0" in self.tables and "XML1" not in self.tables

    def __iter__(self) -> Iterator[Row]:
        for rows in self.tables.values():
            yield from rows


@dataclass(slots=True)
class File:
    """A file as read: who sent it, when it was made, what is in it and what is wrong with it.

    sender     MACSKCB of the envelope, or the facility of the first check-in row
    made_on    NGAYLAP as `yyyymmdd`, or ""
    signed     does CHUKYDONVI hold a signature? (`exchange.signatures` verifies it)
    problems   of the file itself; problems of one dossier stand in `Dossier.problems`
    """

    sender: str = ""
    made_on: str = ""
    signed: bool = False
    dossiers: list[Dossier] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        """False when nothing after the first error of the file can be trusted."""
        return not any(problem.is_error for problem in self.problems)
