"""The content of one table (NOIDUNGFILE): from base64, escaped text or elements to rows of text.

Tolerated, because senders do it: base64 with line breaks, XML without base64, a byte-order mark, a declaration that names
the wrong Unicode encoding, control characters, namespaces, missing CDATA, children in any order, missing fields, rows without their list
element, rows that are all empty.
"""

import binascii
import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from haidang.engines.exchange.adapters.claims import encodings, tables
from haidang.engines.exchange.adapters.claims.model import WARNING, Problem, Row
from haidang.engines.exchange.adapters.claims.problems import problem

SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,  # libxml2 then stops at 10 MB of text and 256 levels
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
MOST_ROWS = 20_000
_UTF8 = etree.XMLParser(encoding="utf-8", **SAFE)
_AS_DECLARED = etree.XMLParser(**SAFE)
_INVALID_CHARACTER = etree.ErrorTypes.ERR_INVALID_CHAR
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NESTED = etree.XPath("boolean(*/*)")
_OLDER_REFERRAL = frozenset({"MA_NOI_DI", "MA_NOI_DEN", "PP_DIEU_TRI"})


class Unreadable(Exception):
    """The content of a table cannot be used; carries the problem to report."""

    def __init__(self, found: Problem):
        super().__init__(found.code)
        self.problem = found


def local(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2] if tag[:1] == "{" else tag


def parse(text: str, table: str, problems: list[Problem]) -> etree._Element:
    """The root element of a table that came as text: base64, or XML as it is.

    Raises    Unreadable `table.base64`, `table.not_xml`, `table.encoding`, `table.entity`, `table.too_large`,
              `table.too_deep`
    """
    start = text.lstrip("\ufeff \t\r\n")
    data = encodings.trim(start.encode() if start[:1] == "<" else _decoded(start, table))
    try:
        root = etree.fromstring(data, _AS_DECLARED if encodings.is_wide(data) else _UTF8)
    except etree.XMLSyntaxError as error:
        root = _second_try(data, table, error, problems)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(problem("table.entity", table=table))
    return root


def _decoded(text, table):
    try:
        return binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError:
        raise Unreadable(problem("table.base64", table=table)) from None


def _second_try(data, table, error, problems):
    """Honour a declaration such as windows-1258; drop control characters that text pasted from elsewhere brings."""
    parser = _UTF8
    if reason(error) == "encoding" and encodings.declared(data) not in (None, "utf-8"):
        parser = _AS_DECLARED
    elif error.code == _INVALID_CHARACTER:
        data = _CONTROL.sub(b" ", data)
        problems.append(problem("table.control", WARNING, table=table))
    else:
        raise Unreadable(_not_parsed(table, error)) from None
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError) as second:
        raise Unreadable(_not_parsed(table, second)) from None


def _not_parsed(table, error):
    why = reason(error)
    code = why if why in ("encoding", "entity", "too_large", "too_deep") else "not_xml"
    return problem(f"table.{code}", table=table, line=line(error), limit="10 MB")


def reason(error: Exception) -> str:
    """Why libxml2 refused: encoding, entity, too_deep, too_large, truncated, empty or not_xml."""
    number, words = getattr(error, "code", 0), str(error)
    if "depth" in words:
        return "too_deep"
    if "ntity" in words:
        return "entity"
    if number in (63, 114) or "too long" in words or "too big" in words:
        return "too_large"
    if number in (31, 32, 81) or "encoding" in words:
        return "encoding"
    if number in (5, 73, 74, 77) and "Extra content" not in words:
        return "truncated"
    return "not_xml"


def line(error: Exception) -> int:
    """The line on which reading stopped."""
    return (getattr(error, "position", None) or (0, 0))[0] or 1


def rows(root: etree._Element, table: str, problems: list[Problem], start: int = 1) -> list[Row]:
    """The rows of a table whose root element has been parsed; rows with nothing in them are left out."""
    found: list[Row] = []
    said = _Once(problems)
    for element in _row_elements(root, table):
        if len(found) == MOST_ROWS:
            facts = {"text": "table.too_large.rows", "table": table, "limit": MOST_ROWS}
            problems.append(problem("table.too_large", **facts))
            break
        row = _row(element, table, start + len(found), said)
        if any(row.values()):
            found.append(row)
    return found


class _Once:
    """A list of problems that takes the same sentence about a table once: systems err the same way in every row."""

    def __init__(self, problems):
        self._problems, self._seen = problems, set()

    def append(self, found):
        if (found.field, found.vi) not in self._seen:
            self._seen.add((found.field, found.vi))
            self._problems.append(found)

    def extend(self, problems):
        for found in problems:
            self.append(found)


def _row_elements(root, table) -> Iterator[etree._Element]:
    _, _, name = tables.FRAMES[table]
    return root.iter(name, "{*}" + name) if name else iter((root,))


@functools.cache
def template(table: str, form: str = tables.NEWEST) -> Mapping[str, str]:
    """Every field of the table, empty, in table order; nobody can write into it."""
    return MappingProxyType(_blank(table, form))


@functools.cache
def _blank(table, form=tables.NEWEST):
    return dict.fromkeys(tables.form(form).tables[table].names, "")


def _row(element, table, index, problems):
    blank = _blank(table)  # a plain dictionary is copied faster
    row = Row(table, index, blank)
    normal = unicodedata.normalize
    for child in element:
        text = child.text
        if text:
            text = text.strip()
            row[child.tag] = text if text.isascii() else normal("NFC", text)
        else:
            row[child.tag] = ""
    if len(row) == len(blank) == len(element) and not _NESTED(element):
        return row
    return _unusual_row(element, table, index, problems)


def _unusual_row(element, table, index, problems):
    """A row with fields missing, repeated, unknown, in a namespace, or with elements inside a field."""
    values: dict[str, str] = {}
    for child in element:
        name = local(child.tag) if isinstance(child.tag, str) else ""
        text = unicodedata.normalize("NFC", "".join(child.itertext()).strip())
        if name in values and values[name] != text:
            problems.append(problem("field.twice", table=table, row=index, field=name))
        values.setdefault(name, text)
    values.pop("", None)
    blank = template(table, form_of_referral(values)) if table == "XML13" else template(table)
    _report_fields(values, blank, table, index, problems)
    return Row(table, index, blank | values)


def form_of_referral(values) -> str:
    """Which form the fields of a referral paper belong to."""
    return "4750" if _OLDER_REFERRAL & values.keys() else "3176"


def _report_fields(values, blank, table, index, problems):
    where = {"table": table, "row": index}
    absent = [name for name in blank if name not in values]
    if absent and any(values.values()):
        problems.append(problem("field.absent", WARNING, **where, fields=", ".join(absent)))
    problems.extend(
        problem("field.unknown", WARNING, **where, field=name[:60])
        for name in values
        if name not in blank
    )
