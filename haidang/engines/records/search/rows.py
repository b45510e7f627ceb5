"""The rows of one page: the ways to get them, and the choice between them.

- Unsorted, a page goes by record number: along the records, or through the index of what finds
  least (see `outlook`), of which a part of the record numbers is tried before all are read.
- Sorted, few matches are sorted whole.
- Sorted by one value, many matches are met in the order of that value's own index; those
  without a value come last.
- Sorted by what has no order in the tables, the matches are read and sorted here (`ordering`).
"""

import functools

from haidang.engines.records import binary, kinds, wire
from haidang.engines.records.search import (
    common,
    conditions,
    leads,
    ordering,
    outlook,
    periods,
    sorting,
    sql,
)
from haidang.engines.records.search.common import PAGED
from haidang.engines.records.search.sql import Sql

MANY = 3000
_TASTE = 20  # records tried for each one wanted, where many numbers will do
_NEAR = 0.5  # of the record numbers: a larger part is not worth a try of its own
_TRIES, _MORE = 2, 1.5  # what the first try found tells how far the second has to go
_CLEARLY = 4  # times more or fewer than MANY are not counted
_TABLES = "records_key k JOIN records_resource r ON r.rid = k.rid"


class Rows:
    """The matches of one query, after a position if there is one.

    `top` is the record number that was the newest of all on the first page; None on that page.
    """

    def __init__(self, query, top, position):
        self.position = position
        self._ordered = query if ordering.needed(query) else None
        self.orders = [] if self._ordered else sorting.orders(query)
        self._query, self._type, self._top = query, kinds.code(query.type), top
        self._wanted = conditions.Where(query.conditions, "k")

    @functools.cached_property
    def _outlook(self):
        return outlook.of(self._wanted, self._type)

    def count(self):
        """Whose reach is everything needs no look at each record to count them."""
        if self._top is None:
            found = leads.count(self._query.type, self._query.conditions)
            if found is not None:
                return found
        where = sql.every([self._where(), conditions.visible_now("k")])
        text = f"SELECT count(*) FROM records_key k WHERE {where.text}"  # noqa: S608
        ((found,),) = wire.rows(text, where.values, prepare=False)
        return found

    def take(self, limit):
        """Rows of PAGED, then one value a key of the order, as text."""
        if self._ordered:
            return ordering.take(self._ordered, _TABLES, self._where(), self.position, limit)
        if not self.orders:
            return self._by_number(limit)
        order = self.orders[0]
        if len(self.orders) > 1 or order.column == "id" or not self._many():
            return self._sorted(limit)
        if order.table is None:
            return self._by_moment(order, limit)
        return self._in_order(order, limit)

    def _where(self, *, along=False):
        """The condition on `k`; `along` the records it only filters by number.

        Where numbers find the rows, adding nothing to the columns keeps the planner at their
        index: it takes a test of two arrays for as cheap as one of two numbers.
        """
        wanted = self._wanted
        led = wanted.numbered and not wanted.rest and not along and self._outlook.lead is None
        plus = " + 0" if led else ""
        return sql.every([self._kind(plus), wanted.sql(indexed=not along, held=led)])

    def _kind(self, plus=""):
        """Living records of the type, up to the newest of the first page."""
        kind = Sql(f"k.type{plus} = {self._type} AND k.live")
        return sql.every([kind, *self._bound(f"k.rid{plus}")])

    def _bound(self, name):
        return [] if self._top is None else [Sql(f"{name} <= %s", (self._top,))]

    def _beyond(self, name):
        return [Sql(f"{name} > %s", (self._after,))] if self.position else []

    def _rows(self, found, *, chosen):
        """Of a page after the first the planner has to see how far it has come."""
        return sql.rows(found, chosen=chosen and self._top is None)

    def _many(self):
        """True when too many match to sort them all; asked of the rows where it is not clear."""
        if not self._wanted.rest:
            if self._outlook.found * _CLEARLY < MANY:
                return False
            if self._outlook.matches > MANY * _CLEARLY:
                return True
        where = self._where()
        text = f"SELECT FROM records_key k WHERE {where.text} LIMIT {MANY + 1}"  # noqa: S608
        return len(wire.rows(text, where.values, prepare=False)) > MANY

    # ── By record number ───────────────────────────────────────────────────────────────────

    def _by_number(self, limit):
        """The page among the next records if it should be there, else led by what finds least."""
        wanted = self._wanted
        if wanted.rest or not (wanted.numbered or wanted.beside):
            return self._filtered(limit)
        span = limit * _TASTE if wanted.wide else self._outlook.walk(limit)
        if span:
            rows = self._first_met(limit, span)
            if len(rows) == limit:
                return rows
        led = self._led_by_number if self._outlook.lead is None else self._led_from_beside
        return self._in_part(led, limit)

    def _in_part(self, led, limit):
        """Among as many record numbers as should hold a page, then among more, at last among all."""
        share = self._outlook.share(limit)
        first, last = common.span(self._type)
        for _try in range(_TRIES):
            if share > _NEAR:
                break
            rows = led(limit, max(first, self._after) + 1 + int(share * (last - first)))
            if len(rows) == limit:
                return rows
            self._outlook.mend(len(rows) / share)
            share *= max(2.0, _MORE * limit / max(len(rows), 1))
        return led(limit)

    @property
    def _after(self):
        return self.position[0] if self.position else 0

    def _filtered(self, limit):
        found = sql.every([self._where(), *self._beyond("k.rid")])
        text = (
            f"SELECT {PAGED} FROM (SELECT k.rid FROM records_key k WHERE {found.text}"  # noqa: S608
            f" ORDER BY k.rid) AS k JOIN records_resource r ON r.rid = k.rid ORDER BY k.rid LIMIT {limit}"
        )
        return self._rows(Sql(text, found.values), chosen=not self._wanted.weighed())

    def _first_met(self, limit, span):
        """The matches among the next so many records: enough of them are the page."""
        kind = sql.every([self._kind(), *self._beyond("k.rid")])
        text = (
            f"SELECT {PAGED} FROM (SELECT k.rid, k.h FROM records_key k WHERE {{}}"  # noqa: S608
            f" ORDER BY k.rid LIMIT {span}) AS k JOIN records_resource r ON r.rid = k.rid"
            f" WHERE {{}} ORDER BY k.rid LIMIT {limit}"
        )
        found = sql.put(text, kind, self._wanted.sql(indexed=False))
        return self._rows(found, chosen=not self._wanted.weighed(indexed=False))

    def _led_by_number(self, limit, before=None):
        """Found by the index of numbers, sorted, and only the page looked up.

        `before` a record number, the index of types narrows what is read of the table.
        """
        if before is None:
            kind = [self._kind(" + 0"), *self._beyond("k.rid + 0")]
        else:
            kind = [self._kind(), *self._beyond("k.rid"), Sql("k.rid < %s", (before,))]
        inner = sql.every([*kind, *self._wanted.numbers()])
        text = (
            f"SELECT {PAGED} FROM (SELECT k.rid + 0 AS rid FROM records_key k WHERE {{}}"  # noqa: S608
            " ORDER BY k.rid + 0) AS k JOIN records_resource r ON r.rid = k.rid"
            f" WHERE {{}} ORDER BY k.rid LIMIT {limit}"
        )
        found = sql.put(text, inner, sql.every(self._wanted.held()))
        return self._rows(found, chosen=True)

    def _led_from_beside(self, limit, before=None):
        """Found in a side table, sorted, and only the page looked up.

        `before` a record number, which stands in the index too, less is sorted.
        """
        wanted, lead = self._wanted, self._outlook.lead
        kind = Sql(f"k.type = {self._type} AND k.live")
        tests = sql.every([kind, *wanted.numbers(indexed=False), *wanted.held(but=lead)])
        text = (
            f"SELECT {PAGED} FROM (SELECT DISTINCT b.rid FROM ({{}}) AS b"  # noqa: S608
            " WHERE {} ORDER BY b.rid) AS b"
            " JOIN records_key k ON k.rid = b.rid JOIN records_resource r ON r.rid = b.rid"
            f" WHERE {{}} ORDER BY b.rid LIMIT {limit}"
        )
        bounds = [*self._beyond("b.rid"), *self._bound("b.rid")]
        if before is not None:
            bounds.append(Sql("b.rid < %s", (before,)))
        found = sql.put(text, lead.rids, sql.every(bounds), tests)
        return self._rows(found, chosen=not wanted.weighed(indexed=False))

    # ── Sorted ─────────────────────────────────────────────────────────────────────────────

    def _sorted(self, limit):
        """Sort all matches by their values, and read the records of the page alone."""
        names = [f"s{n}" for n in range(len(self.orders))]
        shown = sql.listed(
            Sql(f"{order.value.text} AS {name}", order.value.values)
            for order, name in zip(self.orders, names, strict=True)
        )
        tables = _TABLES if any(order.of_record for order in self.orders) else "records_key k"
        last = sorting.after(names, self.orders, self.position) if self.position else sql.EVERYTHING
        by = ", ".join(f"page.{n} {o.direction}" for n, o in zip(names, self.orders, strict=True))
        text = (
            f"SELECT {PAGED}, {', '.join(f'page.{n}::text' for n in names)} FROM (SELECT * FROM"  # noqa: S608
            f" (SELECT k.rid, {{}} FROM {tables} WHERE {{}}) AS matches WHERE {{}} OFFSET 0) AS page"
            f" JOIN records_resource r ON r.rid = page.rid ORDER BY {by}, page.rid LIMIT {limit}"
        )
        found = sql.put(text, shown, self._where(), last)
        return self._rows(found, chosen=self._wanted.by_number)

    def _by_moment(self, order, limit):
        """Along the index of moments of writing."""
        tests = [self._where(along=True)]
        if self.position:
            moment, rid = self.position
            near, beyond = ("<=", "<") if order.descending else (">=", ">")
            tests.append(
                Sql(
                    f"r.at {near} %s::timestamptz AND (r.at {beyond} %s::timestamptz OR r.rid > %s)",
                    (moment, moment, rid),
                )
            )
        found = sql.every(tests)
        way = "DESC" if order.descending else "ASC"
        text = (
            f"SELECT {PAGED}, r.at::text FROM {_TABLES} WHERE {found.text}"  # noqa: S608
            f" ORDER BY r.at {way}, r.rid LIMIT {limit}"
        )
        return wire.rows(text, found.values, prepare=False)

    # ── In the order of a side table ───────────────────────────────────────────────────────

    def _in_order(self, order, limit):
        value, rid = self.position or (None, None)
        valued = not self.position or value is not None
        rows = self._valued(order, limit, value, rid) if valued else []
        if len(rows) < limit:
            rows += self._unvalued(order, limit - len(rows), None if valued else rid)
        return rows

    def _valued(self, order, limit, value, rid):
        """Among the first so many values, then among more, at last among all."""
        for most in (limit * _TASTE, limit * _TASTE**2, None):
            rows = self._among(order, limit, value, rid, most)
            if len(rows) == limit:
                break
        return rows

    def _among(self, order, limit, value, rid, most):
        rows, wanted = self._of_sorted_rows(order)
        tests = [self._kind(), wanted.sql(indexed=False), _speaks(order)]
        way = "DESC" if order.descending else "ASC"
        cut = "" if most is None else f"LIMIT {most}"
        text = (
            f"SELECT {PAGED}, v.s::text FROM (SELECT * FROM ({{}}) AS v ORDER BY s {way}, rid {cut}) AS v"  # noqa: S608
            " JOIN records_key k ON k.rid = v.rid JOIN records_resource r ON r.rid = k.rid"
            f" WHERE {{}} ORDER BY v.s {way}, v.rid LIMIT {limit}"
        )
        values = _values(order, value, rid, rows)
        found = sql.put(text, values, sql.every(tests))
        return self._rows(found, chosen=not wanted.weighed(indexed=False))

    def _of_sorted_rows(self, order):
        """(what the rows sorted by must satisfy, the other conditions): a range of the date sorted
        by is a range of its index, where a resource has the date but once.
        """
        every = conditions.merged(self._query.conditions)
        for each in every:
            if isinstance(each, periods.Together) and each.path_number in order.numbers:
                others = [other for other in every if other is not each]
                return each.of_rows, conditions.Where(others, "k")
        return lambda number: Sql("d.p = %s", (binary.signed(number),)), self._wanted

    def _unvalued(self, order, limit, rid):
        without = Sql(
            f"NOT EXISTS (SELECT FROM {order.table} w WHERE w.rid = k.rid AND w.p = ANY (%s::bigint[]))",  # noqa: S608
            (binary.int8s(order.numbers),),
        )
        tests = [self._where(along=True), without, Sql("k.rid > %s", (rid or 0,))]
        found = sql.every(tests)
        text = (
            f"SELECT {PAGED}, NULL FROM {_TABLES} WHERE {found.text} ORDER BY k.rid LIMIT {limit}"  # noqa: S608
        )
        return wire.rows(text, found.values, prepare=False)


def _values(order, value, rid, rows):
    """The values of a key in their order, from a position on: one part for each path number."""
    way, near, beyond = ("DESC", "<=", "<") if order.descending else ("ASC", ">=", ">")
    start, column = sql.EVERYTHING, order.column
    if value is not None:
        text = (
            f"{column} {near} %s::{order.type} AND ({column} {beyond} %s::{order.type} OR rid > %s)"
        )
        start = Sql(text, (value, value, rid))
    text = (
        f"(SELECT {column} AS s, rid, ctid AS place FROM {order.table} d"  # noqa: S608
        f" WHERE {{}} AND {{}} ORDER BY {column} {way})"
    )
    parts = [sql.put(text, sql.every([rows(number)]), start) for number in order.numbers]
    return sql.put(" UNION ALL ".join("{}" for _ in parts), *parts)


def _speaks(order):
    """Of several values of one record the one that sorts first speaks for it."""
    way = "DESC" if order.descending else "ASC"
    text = (
        f"v.place = (SELECT w.ctid FROM {order.table} w WHERE w.rid = v.rid"  # noqa: S608
        f" AND w.p = ANY (%s::bigint[]) ORDER BY w.{order.column} {way}, w.ctid LIMIT 1)"
    )
    return Sql(text, (binary.int8s(order.numbers),))
