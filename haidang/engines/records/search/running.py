"""A search from its query to a page.

A page is pinned: it carries the newest record number of its first page, so records that came
later do not shift it, and it goes on from the last row by value, so none comes twice.
"""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from haidang.engines.records import binary, kinds, wire
from haidang.engines.records.search import common, conditions, cursor, including, sorting, sql
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.showing import Shape
from haidang.engines.records.search.sql import Sql
from haidang.engines.records.stored import COLUMNS, Stored, of_rows

_WIDTH = len(COLUMNS.split(","))


@dataclass(frozen=True)
class Page:
    """One page of a search.

    matches      `Stored`, in order
    included     `Stored` that _include and _revinclude brought along
    total        number of all matches when `_total=accurate` asked for it, else None
    next_cursor  text for the next page, or None on the last
    self_query   the part of the query that counted, for the self link
    shape        how `_summary` and `_elements` want resources shown: `page.show(stored)`
    """

    matches: list[Stored]
    included: list[Stored]
    total: int | None
    next_cursor: str | None
    self_query: str
    shape: Shape = field(default_factory=Shape)

    def show(self, stored):
        """The resource of a match as a dictionary, as much of it as was asked for."""
        return self.shape.of(stored)


def search(type, query="", *, strict=False, cursor=None):
    """One page of the resources of a type that satisfy a query.

    type     resource type, e.g. `Observation`
    query    as in a URL (`patient=Patient/1&date=ge2026`), or pairs of name and value
    strict   an unknown or unreadable parameter is an error; otherwise it is left out of the
             search and of `self_query`
    cursor   `next_cursor` of the page before

    Raises   Incorrect `records.search_…`, `records.cursor_unfit`; TooLarge `records.…`
    """
    parsed = queries.parse(type, query, strict=strict)
    return _Search(parsed, cursor).page()


def count(type, query="", *, strict=False):
    """How many resources satisfy a query."""
    return _Search(queries.parse(type, query, strict=strict), None).count()


class _Search:
    """One run of one query."""

    def __init__(self, query, text):
        self.query = query
        self.orders = sorting.orders(query)
        self.top, self.total, self.position = self._start(text)
        self.all_of, self.rest = conditions.where(query.conditions, "k")

    def _start(self, text):
        if text:
            top, total, *position = cursor.read(self.query, text)
            return top, total, [_revived(value) for value in position]
        ((top,),) = wire.rows("SELECT last_value FROM records_seq")
        return top, None, None

    def page(self):
        total = self.total
        if total is None and self.query.total != "none":
            total = self.count()
        rows = self._rows() if self.query.count else []
        more, rows = len(rows) > self.query.count, rows[: self.query.count]
        matches = of_rows([row[:_WIDTH] for row in rows])
        end = [self.top, total, *map(_plain, rows[-1][_WIDTH:]), rows[-1][0]] if more else None
        return Page(
            matches=matches,
            included=including.included(matches, self.query.includes),
            total=total,
            next_cursor=cursor.write(self.query, end) if more else None,
            self_query=urlencode(self.query.used),
            shape=Shape(self.query.summary, self.query.elements),
        )

    def count(self):
        where = self._where(walk=False)
        ((found,),) = wire.rows(
            "SELECT count(*) FROM records_key k JOIN records_resource r ON r.rid = k.rid"  # noqa: S608
            f" WHERE {where.text}",
            where.values,
            prepare=False,
        )
        return found

    def _where(self, *, walk):
        """The condition on `k`; a walk goes along the records and only filters by number."""
        code = kinds.code(self.query.type)
        parts = [Sql("k.type = %s AND k.live AND k.rid <= %s", (code, self.top)), *self.rest]
        if self.all_of:
            column = "(k.h || '{}')" if walk else "k.h"
            parts.append(Sql(f"{column} @> %s::bigint[]", (binary.int8s(sorted(self.all_of)),)))
        return sql.every(parts)

    def _rows(self):
        if self.orders:
            return self._sorted_rows()
        walk = common.walks(self.all_of, self.query.count) and not self.rest
        where = self._where(walk=walk)
        if self.position:
            where = sql.every([where, Sql("k.rid > %s", (self.position[0],))])
        order = "k.rid" if walk or not self.all_of else "k.rid + 0"
        text = (
            f"SELECT {COLUMNS} FROM records_key k JOIN records_resource r ON r.rid = k.rid"  # noqa: S608
            f" WHERE {where.text} ORDER BY {order} LIMIT {self.query.count + 1}"
        )
        return wire.rows(text, where.values, prepare=False)

    def _sorted_rows(self):
        names = [f"s{n}" for n in range(len(self.orders))]
        where = self._where(walk=False)
        columns = ", ".join(
            f"({order.value.text}) AS {name}"
            for order, name in zip(self.orders, names, strict=True)
        )
        values = [value for order in self.orders for value in order.value.values]
        last = sorting.after(names, self.orders, self.position) if self.position else sql.EVERYTHING
        by = ", ".join(f"{n} {o.direction}" for n, o in zip(names, self.orders, strict=True))
        text = (
            f"SELECT * FROM (SELECT {COLUMNS}, {columns} FROM records_key k"  # noqa: S608
            f" JOIN records_resource r ON r.rid = k.rid WHERE {where.text}) AS matches"
            f" WHERE {last.text} ORDER BY {by}, rid LIMIT {self.query.count + 1}"
        )
        return wire.rows(text, [*values, *where.values, *last.values], prepare=False)


def _plain(value):
    """A sort value for a cursor."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"id": value.hex()} if isinstance(value, bytes) else value


def _revived(value):
    if not isinstance(value, dict):
        return value
    return datetime.fromisoformat(value["at"]) if "at" in value else bytes.fromhex(value["id"])
