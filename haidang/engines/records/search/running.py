"""A search from its query to a page.

A page is pinned: it carries the newest record number of its first page, so records that came
later do not shift it, and it goes on from the last row by value, so none comes twice. It carries
the beginnings of the pages before it too, so that the way back meets the same pages.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from haidang.engines.records import kinds
from haidang.engines.records.index import own
from haidang.engines.records.search import cursor, including, several
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.common import NEWEST, PAGED_WIDTH
from haidang.engines.records.search.rows import Rows
from haidang.engines.records.search.showing import Shape
from haidang.engines.records.stored import WIDTH, Stored, of_rows


@dataclass(frozen=True)
class Page:
    """One page of a search.

    matches      `Stored`, in order
    included     `Stored` that _include and _revinclude brought along
    total        number of all matches when `_total=accurate` asked for it, else None
    next_cursor  text for the next page, or None on the last
    previous_cursor, first_cursor  text for the page before and the first of all; None on the first,
                 and so many pages on that the page before is not remembered
    self_query   the part of the query that counted, for the self link
    shape        how `_summary` and `_elements` want resources shown: `page.show(stored)`
    """

    matches: list[Stored]
    included: list[Stored]
    total: int | None
    next_cursor: str | None
    self_query: str
    shape: Shape = field(default_factory=Shape)
    previous_cursor: str | None = None
    first_cursor: str | None = None

    def show(self, stored):
        """The resource of a match as a dictionary, as much of it as was asked for."""
        return self.shape.of(stored)


def search(type, query="", *, strict=False, cursor=None, within=None):
    """One page of the resources of a type that satisfy a query.

    type     resource type, e.g. `Observation`
    query    as in a URL (`patient=Patient/1&date=ge2026`), or pairs of name and value
    strict   an unknown or unreadable parameter is an error; otherwise it is left out of the
             search and of `self_query`
    cursor   `next_cursor` of the page before
    within   record number of a Patient: only what is in that compartment, as R4 defines it

    Raises   Incorrect `records.search_…`, `records.cursor_unfit`; TooLarge `records.…`
    """
    own.look()
    parsed = queries.parse(type, query, strict=strict, within=within)
    return _Search(parsed, [parsed], cursor).page()


def search_types(types, query="", *, strict=False, cursor=None, within=None):
    """One page of the resources of several types, by what these types have in common.

    types    resource types; for all that there are, see `types`
    query, strict, cursor, within    as in `search`

    Raises   as `search`
    """
    own.look()
    whole, parsed = several.parse(tuple(dict.fromkeys(types)), query, strict=strict, within=within)
    return _Search(whole, parsed, cursor).page()


def count(type, query="", *, strict=False):
    """How many resources satisfy a query."""
    own.look()
    parsed = queries.parse(type, query, strict=strict)
    return _Search(parsed, [parsed], None).count()


_REMEMBERED = 30  # pages; a cursor stays short enough for every address


class _Search:
    """One run of one query, which may be as many as it has types."""

    def __init__(self, query, parts, text):
        self.query, self.parts = query, parts
        self.top, self.total, self.ways = self._start(text)
        self.rows = [Rows(part, self.top, self.ways[-1]) for part in parts]

    def _start(self, text):
        """(newest record number, total, where each page began, the first with nothing before it)."""
        return cursor.read(self.query, text)[:3] if text else (None, None, [[]])

    def count(self):
        return sum(rows.count() for rows in self.rows)

    def _take(self, limit):
        found = [rows.take(limit) for rows in self.rows]
        if len(found) == 1:
            return found[0]
        return several.merged(list(zip(self.parts, found, strict=True)), limit) if found else []

    def page(self):
        total = self.total
        if total is None and self.query.total != "none":
            total = self.count()
        rows = self._take(self.query.count + 1) if self.query.count else []
        more, rows = len(rows) > self.query.count, rows[: self.query.count]
        matches = of_rows([row[:WIDTH] for row in rows])
        ways = None
        if more:
            ways = [*self.ways, [*rows[-1][PAGED_WIDTH:], rows[-1][0]]][-_REMEMBERED:]
            self.top = rows[0][NEWEST] if self.top is None else self.top
        return Page(
            matches=matches,
            included=including.included(matches, self.query.includes),
            total=total,
            next_cursor=self._cursor(total, ways),
            previous_cursor=self._cursor(total, self.ways[:-1]),
            first_cursor=self._cursor(total, [[]] if self.ways != [[]] else None),
            self_query=urlencode(self.query.used),
            shape=Shape(self.query.summary, self.query.elements),
        )

    def _cursor(self, total, ways):
        types = [kinds.code(part.type) for part in self.parts] if len(self.parts) > 1 else []
        return cursor.write(self.query, [self.top, total, ways, *types]) if ways else None
