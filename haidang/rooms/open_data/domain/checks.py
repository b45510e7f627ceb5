"""What a contributed table may not hold: people, and cells that a spreadsheet would run."""

import re
import unicodedata
from datetime import date
from itertools import islice

from haidang.kernel import errors, identity, text
from haidang.rooms.open_data.domain import datasets, sheets, tables

_NAMED = 5
#: Names of columns that the room itself gives a meaning.
_RESERVED = frozenset(["period", "suppressed"])
_PHONE = re.compile(r"(?<![\w.])(?:\+?84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?!\w|[.,]\d)")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_DIGITS_12 = re.compile(r"(?<![\d.,])0\d{2}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}(?![.,]?\d)")
_CARD = re.compile(r"(?<!\w)[a-z]{2}[ .-]?\d(?:[ .-]?\d){12}(?!\w)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?%?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|(?:19|20)\d{2}")
#: Dashes of every length, and characters that take no room.
_PLAIN = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-") | dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]
)
#: Headings that say what a column holds, folded.
_HEADINGS = {
    "citizen_id": re.compile(r"\b(cccd|cmnd|can cuoc|so dinh danh|ma dinh danh|citizen id|id card|identity (no|number))\b"),
    "phone": re.compile(r"\b(sdt|dien thoai|so dt|phone|mobile)\b"),
    "insurance": re.compile(r"\b(bhyt|the bao hiem|so bhxh|ma bhxh|bao hiem xa hoi|insurance (card|number|no))\b"),
    "email": re.compile(r"\b(e ?mail|thu dien tu)\b"),
    "patient": re.compile(r"\b(ma benh nhan|ma bn|patient id|mrn)\b"),
}  # fmt: skip
#: Tax codes of businesses have ten digits too, and some begin like phones.
_TAX_HEADING = re.compile(r"\b(ma so thue|mst|tax (code|number|id)|ma doanh nghiep)\b")
_NAME_HEADING = re.compile(r"\b(ho ten|ho va ten|ho dem|ten benh nhan|full ?name|patient name|nguoi benh|benh nhan)\b")  # fmt: skip
_FAMILY_HEADING = re.compile(r"ho|ho lot|family name|surname|last name")
_BIRTH_HEADING = re.compile(r"\b(ngay sinh|nam sinh|ngay thang nam sinh|birth ?date|date of birth|dob|born)\b")  # fmt: skip
_FAMILIES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dinh",
        "trinh",
        "doan",
        "luong",
        "mai",
        "dao",
        "vuong",
    ]
)
_MOSTLY = 0.6


def of_sheet(sheet):
    """Every problem of a table that could be read: formulas first, then people."""
    return [*_formulas(sheet), *_personal(sheet)]


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


def _personal(sheet):
    columns = list(_columns(sheet))
    for name, cells in columns:
        kind, lines = _kind_of(name, cells)
        if kind:
            yield sheets.Problem(f"personal_{kind}", name, tuple(lines[:_NAMED]), len(lines))
    named = next((name for name, cells in columns if _holds_names(name, cells)), None)
    born = next((name for name, cells in columns if _holds_births(name, cells)), None)
    if named is not None and born is not None:
        yield sheets.Problem("personal_name_birth", named, facts={"other": born})


def _kind_of(name, cells):
    """What personal data a column holds, by its values first and its heading second."""
    heading = " ".join(text.words(name))
    for kind, holds in _VALUES.items():
        if kind == "phone" and _TAX_HEADING.search(heading):
            continue
        lines = [line for line, cell in cells if holds(_as_seen(cell))]
        if lines:
            return kind, lines
    for kind, pattern in _HEADINGS.items():
        if pattern.search(heading):
            return kind, [line for line, _cell in islice(cells, _NAMED)]
    return "", []


def _as_seen(cell):
    """A cell as the eye reads it: wide digits and dashes plain, and without what cannot be seen."""
    return unicodedata.normalize("NFKC", cell).translate(_PLAIN)


def _has_citizen_id(cell):
    """Whether an identity number stands in a cell, alone or among words."""
    found = (re.sub(r"\D", "", one) for one in _DIGITS_12.findall(cell))
    return any(_parses(identity.CitizenId, number) for number in found)


def _has_card(cell):
    found = (re.sub(r"[ .-]", "", one).upper() for one in _CARD.findall(cell))
    return any(_parses(identity.InsuranceCard, number) for number in found)


def _parses(kind, value):
    try:
        kind.parse(value)
    except errors.Incorrect:
        return False
    return True


_VALUES = {
    "citizen_id": _has_citizen_id,
    "insurance": _has_card,
    "phone": lambda cell: bool(_PHONE.search(cell)),
    "email": lambda cell: bool(_EMAIL.search(cell)),
}


def _holds_names(name, cells):
    heading = " ".join(text.words(name))
    if _NAME_HEADING.search(heading) or _FAMILY_HEADING.fullmatch(heading):
        return True
    found = sum(_is_name(cell) or text.fold(cell) in _FAMILIES for _line, cell in cells)
    return bool(cells) and found >= _MOSTLY * len(cells)


def _is_name(cell):
    words = text.fold(cell).split()
    return 2 <= len(words) <= 5 and words[0] in _FAMILIES and not any(c.isdigit() for c in cell)


def _holds_births(name, cells):
    if not _BIRTH_HEADING.search(" ".join(text.words(name))):
        return False
    return any(_DATE.fullmatch(cell) for _line, cell in cells)


def people_in(rows, names):
    """Columns of rows of ours that hold what leads to a person: the last look before a release."""
    found = []
    for name in names:
        cells = [str(row[name]) for row in rows if row.get(name) is not None]
        seen = [_as_seen(cell) for cell in cells]
        if any(holds(cell) for cell in seen for holds in _VALUES.values()):
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
