"""Reads a table that somebody sent, as CSV or XLSX, and names everything that is wrong with it."""

import codecs
import csv
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
#: Of a workbook: parts in all, one part unpacked, the texts that a reader holds in memory at once,
#: and how many times larger than packed a part may become (sheets of a million equal cells: 150).
MOST_PARTS, MOST_PART, MOST_STRINGS, MOST_RATIO = 1_000, 64 * 1024 * 1024, 24 * 1024 * 1024, 200
_SMALL = 1024 * 1024  # below this nothing is a bomb, whatever its ratio
_PIECE = 256 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CELL = 100_000, 60, 2_000
_NAMED = 5  # lines that a problem names
_DELIMITERS = (",", ";", "\t", "|")
#: What Vietnamese becomes when UTF-8 was read as Latin-1 or Windows-1252 and saved again.
_GARBLED = ("áº", "á»", "Ã¡", "Ã©", "Ã´", "Æ°", "Æ¡", "Ä‘", "Ä\x91", "Â\xa0", "\ufffd")


@dataclass(frozen=True)
class Problem:
    """Something that has to be put right: what, in which column, on which lines."""

    code: str
    column: str = ""
    lines: tuple[int, ...] = ()
    count: int = 0
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table as texts: names of columns, rows, and the line that each row began on."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str = ","


def read(content, *, xlsx=False):
    """The table in a file, and its problems; the table is None when it cannot be read at all."""
    if len(content) > MOST_BYTES:
        return None, [Problem("too_large", facts={"most": MOST_BYTES // 1024 // 1024})]
    if not content.strip():
        return None, [Problem("empty")]
    found, problems = _of_xlsx(content) if xlsx else _of_csv(content)
    if found is None:
        return None, problems
    return _checked(found, problems)


def _of_csv(content):
    text, problem = _decoded(content)
    if problem:
        return None, [problem]
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = []
    try:
        for row in reader:
            found.append((reader.line_num, row))
            if len(found) > MOST_ROWS + 1:
                return None, [Problem("too_many_rows", facts={"most": MOST_ROWS})]
    except csv.Error:
        return None, [Problem("quotes", lines=(reader.line_num,), count=1)]
    return (found, delimiter), []


def _decoded(content):
    """The text of a CSV file, or why it has none."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(content, "utf-16")
    if b"\0" in content:
        return "", Problem("not_text")
    return _strict(content, "utf-8-sig")


def _strict(content, encoding):
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as why:
        line = content[: why.start].count(b"\n") + 1
        return "", Problem("broken_encoding", lines=(line,), count=1)
    garbled = [n for n, line in enumerate(text.splitlines(), 1) if any(m in line for m in _GARBLED)]
    if garbled:
        return "", Problem("garbled", lines=tuple(garbled[:_NAMED]), count=len(garbled))
    return text, None


def _delimiter(text):
    head = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=lambda mark: (head.count(mark), -_DELIMITERS.index(mark)))


def _of_xlsx(content):
    import openpyxl

    problem = _pack_problem(content)
    if problem:
        return None, [problem]
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        found = []
        # A reader fills the gaps before a far row or column with empty cells; not beyond these.
        bounds = {"max_row": MOST_ROWS + 2, "max_col": MOST_COLUMNS + 1}
        for number, row in enumerate(sheet.iter_rows(values_only=True, **bounds), 1):
            if number > MOST_ROWS + 1:
                return None, [Problem("too_many_rows", facts={"most": MOST_ROWS})]
            found.append((number, [_text(cell) for cell in row]))
    except Exception:  # whatever a hostile file makes the reader stumble over
        return None, [Problem("workbook_broken")]
    return (_without_empty_edges(found), ","), []


def _pack_problem(content):
    """Why a workbook is not opened: no ZIP, unpacks to far too much, or brings entities along."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            names = {one.filename for one in parts}
            if len(parts) > MOST_PARTS or len(names) < len(parts):
                return Problem("workbook_broken")
            if (
                any(_is_bomb(one) for one in parts)
                or sum(p.file_size for p in parts) > MOST_UNPACKED
            ):
                return Problem("too_large", facts={"most": MOST_UNPACKED // 1024 // 1024})
            if any(_has_entities(packed, one) for one in parts):
                return Problem("workbook_broken")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
        return Problem("workbook_broken")
    return None


def _is_bomb(part):
    """By what the directory says; a part that is longer than it says breaks off when it is read."""
    most = MOST_STRINGS if part.filename.lower().endswith("sharedstrings.xml") else MOST_PART
    ratio = part.file_size / max(part.compress_size, 1)
    return part.file_size > most or (part.file_size > _SMALL and ratio > MOST_RATIO)


def _has_entities(packed, part):
    """Whether a part declares a document type, anywhere and in any encoding: none of a workbook does.

    Which part is read as XML says the workbook itself, so all are looked at.
    """
    with packed.open(part) as file:
        before = b""
        while piece := file.read(_PIECE):
            seen = (before + piece).replace(b"\0", b"")
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                return True
            before = piece[-32:]
    return False


def _text(cell):
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _without_empty_edges(found):
    """A workbook's rows without empty lines below and empty columns at the right."""
    while found and not any(found[-1][1]):
        found.pop()
    width = max((n for _line, row in found for n, cell in enumerate(row, 1) if cell), default=0)
    return [(line, row[:width] + [""] * (width - len(row))) for line, row in found]


def _checked(found, problems):
    (numbered, delimiter), problems = found, list(problems)
    if not numbered or not any(cell.strip() for cell in numbered[0][1]):
        return None, [*problems, Problem("no_header")]
    names = tuple(cell.strip() for cell in numbered[0][1])
    body = [(line, row) for line, row in numbered[1:] if row]
    if len(names) > MOST_COLUMNS:
        return None, [Problem("too_many_columns", facts={"most": MOST_COLUMNS})]
    if not body:
        problems.append(Problem("no_rows"))
    problems += _faults_of_names(names)
    ragged = [line for line, row in body if len(row) != len(names)]
    if ragged:
        facts = {"wanted": len(names)}
        problems.append(Problem("ragged", lines=tuple(ragged[:_NAMED]), count=len(ragged), facts=facts))  # fmt: skip
    long = [line for line, row in body if any(len(cell) > MOST_CELL for cell in row)]
    if long:
        problems.append(Problem("cell_too_long", lines=tuple(long[:_NAMED]), count=len(long), facts={"most": MOST_CELL}))  # fmt: skip
    rows = tuple(tuple(row) for _line, row in body)
    return Sheet(names, rows, tuple(line for line, _row in body), delimiter), problems


def _faults_of_names(names):
    unnamed = [str(n) for n, name in enumerate(names, 1) if not name]
    if unnamed:
        yield Problem("column_unnamed", facts={"numbers": ", ".join(unnamed[:_NAMED])})
    folded = [name.casefold() for name in names if name]
    for name in sorted({name for name in folded if folded.count(name) > 1}):
        yield Problem("column_twice", column=name)
