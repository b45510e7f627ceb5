"""The frame of a claims file, read as a stream: GIAMDINHHS with its HOSO, or a check-in file (khung của tệp).

Only one visit is held in memory at a time. Whatever the file is, reading ends with blocks and problems, never with an
exception of the parser.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from lxml import etree

from haidang.engines.exchange.adapters.claims import contents, encodings, tables
from haidang.engines.exchange.adapters.claims.contents import local
from haidang.engines.exchange.adapters.claims.model import File, Problem
from haidang.engines.exchange.adapters.claims.problems import problem

ENVELOPE = "GIAMDINHHS"
CHECK_IN, _, CHECK_IN_ROW = tables.FRAMES["XML0"]
CHUNK = 64 * 1024
_PATIENCE = 1024 * 1024  # bytes without any element before we stop waiting for one
_HEADERS = {"MACSKCB": "sender", "NGAYLAP": "made_on"}


class Limits(NamedTuple):
    """How much one file may cost (giới hạn): bytes of the file and of one visit, elements of one visit, levels."""

    bytes: int = 256 * 1024 * 1024
    visit_bytes: int = 64 * 1024 * 1024
    visit_elements: int = 400_000
    depth: int = 64


DEFAULT = Limits()


@dataclass(slots=True)
class Block:
    """The tables of one HOSO, or the check-in row of one visit, with what was wrong while parsing them."""

    tables: dict[str, list] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _Refused(Exception):
    def __init__(self, found):
        super().__init__(found.code)
        self.problem = found


class Envelope:
    """Iterate to get blocks; `file` fills with the header and the problems of the file as reading goes on."""

    def __init__(self, stream: BinaryIO, limits: Limits = DEFAULT):
        self.file = File()
        self.stated: str = ""
        self._stream = stream
        self._limits = limits
        self._depth = 0
        self._elements = 0
        self._read = 0
        self._visit_start = 0
        self._root = ""
        self._visit: Block | None = None

    def __iter__(self) -> Iterator[Block]:
        try:
            yield from self._blocks()
        except _Refused as refused:
            self.file.problems.append(refused.problem)

    def _blocks(self):
        parser = None
        while chunk := self._stream.read(CHUNK):
            self._count(len(chunk))
            parser, chunk = (parser, chunk) if parser else self._start(chunk)
            if parser is None:
                continue
            yield from self._feed(parser, chunk)
        if parser is None:
            raise _Refused(problem("file.empty"))
        yield from self._finish(parser)

    def _start(self, chunk):
        head = encodings.trim(chunk)
        if not head:
            return None, b""
        parser = etree.XMLPullParser(
            events=("start", "end"), encoding=encodings.override(head), **contents.SAFE
        )
        return parser, head

    def _feed(self, parser, chunk):
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            yield from self._events(parser)
            raise self._broken(error) from None
        yield from self._events(parser)
        if not self._root and self._read > _PATIENCE:
            raise _Refused(problem("file.not_xml", line=1))

    def _finish(self, parser):
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            yield from self._events(parser)
            raise self._broken(error) from None
        yield from self._events(parser)

    def _broken(self, error):
        why = contents.reason(error)
        if why == "not_xml" and not getattr(error, "code", 0) > 1:
            why = "entity"  # libxml2 stops without a reason at an entity nobody declared
        text = "file.too_large.field" if why == "too_large" else ""
        facts = {"line": contents.line(error), "limit": "10 MB"}
        return _Refused(problem(f"file.{why}", text=text, **facts))

    def _count(self, more):
        self._read += more
        if self._read > self._limits.bytes:
            self._too_large(self._limits.bytes)
        if self._visit and self._read - self._visit_start > self._limits.visit_bytes:
            self._too_large(self._limits.visit_bytes)

    def _too_large(self, limit):
        raise _Refused(problem("file.too_large", limit=f"{limit // 2**20} MB"))

    def _events(self, parser):
        for event, element in parser.read_events():
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                self._opened(element)
            else:
                self._depth -= 1
                yield from self._closed(element)

    def _opened(self, element):
        self._depth += 1
        self._elements += 1
        if not self._root:
            self._check_root(element)
        if self._depth > self._limits.depth:
            raise _Refused(problem("file.too_deep"))
        if self._elements > self._limits.visit_elements:
            most = self._limits.visit_elements
            raise _Refused(problem("file.too_large", text="file.too_large.elements", limit=most))
        if element.tag == "HOSO" or local(element.tag) == "HOSO":
            self._visit = Block()
            self._visit_start = self._read
            self._elements = 0

    def _check_root(self, element):
        self._root = local(element.tag)
        if element.getroottree().docinfo.internalDTD is not None:
            raise _Refused(problem("file.doctype"))
        if self._root not in (ENVELOPE, CHECK_IN):
            raise _Refused(problem("file.root", found=self._root[:60]))

    def _closed(self, element):
        name = local(element.tag)
        if name == "FILEHOSO":
            self._take_table(element)
        elif name in ("HOSO", "DANHSACHHOSO") and self._visit:
            yield self._visit
            self._visit = None
            self._forget(element)
        elif name == CHECK_IN_ROW and self._root == CHECK_IN:
            yield self._check_in(element)
            self._forget(element)
        elif self._visit is None:
            self._take_header(name, element)

    def _take_header(self, name, element):
        if name in _HEADERS and not getattr(self.file, _HEADERS[name]):
            setattr(self.file, _HEADERS[name], (element.text or "").strip())
        elif name == "SOLUONGHOSO":
            self.stated = (element.text or "").strip()
        elif name == "CHUKYDONVI":
            self.file.signed = len(element) > 0 or bool((element.text or "").strip())
        if self._depth <= (2 if self._root == CHECK_IN else 3):  # deeper ones go with their parent
            self._forget(element)

    def _forget(self, element):
        """Free the element, and itself too once something follows it."""
        self._elements = 0
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]

    def _check_in(self, element):
        block = Block()
        block.tables["XML0"] = contents.rows(element, "XML0", block.problems)
        return block

    def _take_table(self, element):
        if self._visit is None:
            self._visit = Block()  # FILEHOSO without HOSO: one visit
        named, root = self._content(element)
        if root is not None:
            self._add(named, root)
        element.clear()

    def _content(self, element):
        named, root, content = "", None, None
        for child in element:
            name = local(child.tag)
            if name == "LOAIHOSO":
                named = (child.text or "").strip().upper()
            elif name == "NOIDUNGFILE":
                content = child
        if content is not None:
            root = self._parsed(content, named)
        return named, root

    def _parsed(self, content, named):
        if len(content):
            return content[0]
        text = content.text
        if not text or text.isspace():
            return None
        try:
            table = named if named in tables.FRAMES else ""
            return contents.parse(text, table, self._visit.problems)
        except contents.Unreadable as unreadable:
            self._visit.problems.append(unreadable.problem)
            return None

    def _add(self, named, root):
        visit, actual = self._visit, tables.TABLE_OF_ROOT.get(local(root.tag))
        if named not in tables.FRAMES and actual is None:
            visit.problems.append(problem("table.unknown", found=(named or local(root.tag))[:60]))
            return
        table = actual or named
        if named and named != table or actual is None:
            found = actual or local(root.tag)[:60]
            visit.problems.append(problem("table.swapped", table=named, found=found))
            return
        if table in visit.tables:
            visit.problems.append(problem("table.twice", table=table))
            return
        visit.tables[table] = contents.rows(root, table, visit.problems)
