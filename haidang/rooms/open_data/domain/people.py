"""What of a contributed table leads to a person (dữ liệu cá nhân trong bảng).

Every cell is read. What is beyond doubt refuses the table; what only looks like a person is a doubt that
a reviewer settles. Values never leave this module but masked.
"""

import re
import unicodedata
from itertools import islice

from haidang.kernel import text
from haidang.rooms.open_data.domain import homes, names, numbers
from haidang.rooms.open_data.domain.sheets import Problem

_NAMED = 5
_MOSTLY, _DISTINCT, _FEW = 0.6, 0.9, 3
_SHORTEST = 5  # no name, number or address is shorter
_WORD = re.compile(r"[^\W\d_]+")
#: Dashes of every length, and characters that take no room.
_PLAIN = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-") | dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]
)
_ODD = re.compile(f"[{''.join(map(chr, _PLAIN))}]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|(?:19|20)\d{2}")
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
_HOME_HEADING = re.compile(r"\b(noi o|cho o|thuong tru|tam tru|ho khau|cu tru|dia chi nha|home address)\b")  # fmt: skip
_OFFICE_HEADING = re.compile(r"\b(co so|tru so|nha thuoc|phong kham|benh vien|tram|don vi|cong ty|doanh nghiep|truong)\b")  # fmt: skip


def as_seen(cell):
    """A cell as the eye reads it: wide digits and dashes plain, spaces single, without what cannot be seen."""
    seen = unicodedata.normalize("NFKC", cell)
    return " ".join((seen.translate(_PLAIN) if _ODD.search(seen) else seen).split())


def in_cell(cell, heading=""):
    """Everything in a cell that leads to a person: names.Found, in the order of their kinds.

    heading    the folded heading of its column, which may say whose addresses these are
    """
    seen = as_seen(cell)
    if len(seen) < _SHORTEST:
        return []
    said = frozenset(_WORD.findall(seen.lower()))
    named = names.find(seen) if said else []
    found = [*numbers.find(seen, said), *named]
    if said and not _OFFICE_HEADING.search(heading):
        found += homes.find(seen, said, named=bool(named) or bool(_HOME_HEADING.search(heading)))
    if _TAX_HEADING.search(heading):
        found = [one for one in found if one.kind != "phone"]
    return found


def leads_to_a_person(cell):
    """Whether a number or mailbox of somebody stands in a cell beyond doubt."""
    seen = as_seen(cell)
    return any(one.sure for one in numbers.find(seen, frozenset(_WORD.findall(seen.lower()))))


def of_columns(columns):
    """(problems, doubts) of a table.

    columns    [(name, [(line, cell)])], cells trimmed, empty ones left out
    """
    problems, doubts = [], []
    for name, cells in columns:
        sure, unsure = _of_column(name, cells)
        problems += [Problem(f"personal_{k}", name, tuple(ls[:_NAMED]), len(ls)) for k, ls in sure]
        doubts += [Problem(f"maybe_{k}", name, tuple(ls[:_NAMED]), len(ls)) for k, ls in unsure]
    named = next((name for name, cells in columns if _holds_names(name, cells)), None)
    born = next((name for name, cells in columns if _holds_births(name, cells)), None)
    if named is not None and born is not None:
        problems.append(Problem("personal_name_birth", named, facts={"other": born}))
    return problems, doubts


def _of_column(name, cells):
    """([(kind, lines)] beyond doubt, [(kind, lines)] in doubt)."""
    heading = " ".join(text.words(name))
    sure, unsure = _by_values(heading, cells)
    if not sure:
        said = next((kind for kind, pattern in _HEADINGS.items() if pattern.search(heading)), None)
        sure = {said: _first(cells)} if said else {}
    for kind, lines in _by_shape(heading, cells):
        unsure.setdefault(kind, lines)
    return sure.items(), [(kind, lines) for kind, lines in unsure.items() if kind not in sure]


def _first(cells):
    return [line for line, _cell in islice(cells, _NAMED)]


def _by_values(heading, cells):
    """Lines by kind, of what is beyond doubt and of what is not; equal cells are read once."""
    sure, unsure, known = {}, {}, {}
    for line, cell in cells:
        kinds = known.get(cell)
        if kinds is None:
            kinds = known[cell] = {(one.kind, one.sure) for one in in_cell(cell, heading)}
        for kind, certain in kinds:
            (sure if certain else unsure).setdefault(kind, []).append(line)
    return sure, unsure


def _by_shape(heading, cells):
    """What a column holds by the shape of most of its cells, where one cell alone says too little."""
    if _NAME_HEADING.search(heading) and _mostly(cells, lambda cell: cell[0].isalpha()):
        yield "name", _first(cells)
    if _TAX_HEADING.search(heading) or len({cell for _line, cell in cells}) < _DISTINCT * len(
        cells
    ):
        return
    if _mostly(cells, lambda cell: len(cell) == 9 and cell.isdecimal()):
        yield "id_card", [line for line, _cell in cells]
    if _mostly(cells, _may_be_insurance):
        yield "insurance", [line for line, _cell in cells]


def _may_be_insurance(cell):
    ten = len(cell) == 10 and cell.isascii() and cell.isdecimal()
    return ten and not numbers.is_tax_code(cell)


def _mostly(cells, holds):
    return len(cells) >= _FEW and sum(holds(cell) for _line, cell in cells) >= _MOSTLY * len(cells)


def _holds_names(name, cells):
    heading = " ".join(text.words(name))
    if _NAME_HEADING.search(heading) or _FAMILY_HEADING.fullmatch(heading):
        return True
    found = sum(names.may_be(cell) for _line, cell in cells)
    return bool(cells) and found >= _MOSTLY * len(cells)


def _holds_births(name, cells):
    if not _BIRTH_HEADING.search(" ".join(text.words(name))):
        return False
    return any(_DATE.fullmatch(cell) for _line, cell in cells)


def masked(cell, heading="", *, around=30):
    """A piece of a cell that shows what looks like a person without telling who it is."""
    seen = as_seen(cell)
    spans = sorted((one.start, one.end, one.kind) for one in in_cell(cell, heading))
    if not spans:
        return _hidden(seen[: 2 * around], "number")
    out, at = [], max(0, spans[0][0] - around)
    out.append("…" if at else "")
    for start, end, kind in spans:
        if start >= at:
            out += [seen[at:start], _hidden(seen[start:end], kind)]
            at = end
    out += [seen[at : at + around], "…" if len(seen) > at + around else ""]
    return "".join(out)


def _hidden(piece, kind):
    """Names by their first letters; numbers by their last two digits."""
    if kind in ("name", "address"):
        return re.sub(r"(\w)\w*", lambda one: "•" if one[1].isdigit() else f"{one[1]}•", piece)
    left = sum(map(str.isalnum, piece)) - 2
    shown = []
    for mark in piece:
        shown.append("•" if mark.isalnum() and left > 0 else mark)
        left -= mark.isalnum()
    return "".join(shown)
