"""The rows of one page: the ways to get them, and the choice between them.

- Unsorted, a page goes by record number, through the index or along the records (see `common`).
- Sorted, few matches are sorted whole.
- Sorted by one value, many matches are met in the order of that value's own index; those
  without a value come last.
- Sorted by what has no order in the tables, the matches are read and sorted here (`ordering`).
"""

from haidang.engines.records import binary, kinds, wire
from haidang.engines.records.search import common, conditions, ordering, sorting, sql
from haidang.engines.records.search.sql import Sql
from haidang.engines.records.stored import COLUMNS

MANY = 3000
_TASTE = 20  # records tried for each one wanted
_TABLES = "records_key k JOIN records_resource r ON r.rid = k.rid"


class Rows:
    """The matches of one query as of record number `top`, after a position if there is one."""

    def __init__(self, query, top, position):
        self.position = position
        self._ordered = query if ordering.needed(query) else None
        self.orders = [] if self._ordered else sorting.orders(query)
        self._type, self._top = kinds.code(query.type), top
        self._wanted = conditions.Where(query.conditions, "k")

    def count(self):
        where = self._where()
        text = f"SELECT count(*) FROM {_TABLES} WHERE {where.text}"  # noqa: S608
        ((found,),) = wire.rows(text, where.values, prepare=False)
        return found

    def take(self, limit):
        """Rows of COLUMNS, then one value a key of the order, as text."""
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

        Where numbers say it all, adding nothing to the columns keeps the planner at their index:
        it takes a test of two arrays for as cheap as one of two numbers.
        """
        plus = " + 0" if self._wanted.by_number and not along else ""
        kind = Sql(f"k.type{plus} = %s AND k.live AND k.rid{plus} <= %s", (self._type, self._top))
        return sql.every([kind, self._wanted.sql(indexed=not along)])

    def _many(self):
        where = self._where(along=common.walks(self._wanted.share(), MANY))
        text = f"SELECT FROM records_key k WHERE {where.text} LIMIT {MANY + 1}"  # noqa: S608
        return len(wire.rows(text, where.values, prepare=False)) > MANY

    def _by_number(self, limit):
        wanted = self._wanted
        if wanted.wide:
            rows = self._first_met(limit)
            if len(rows) == limit:
                return rows
        along = not wanted.rest and common.walks(wanted.share(), limit)
        where = [self._where(along=along)]
        if self.position:
            where.append(Sql("k.rid > %s", (self.position[0],)))
        by = "k.rid + 0" if wanted.by_number and not along else "k.rid"
        found = sql.every(where)
        # Sorted first and joined after, so that only the records of the page are looked up.
        text = (
            f"SELECT {COLUMNS} FROM (SELECT {by} AS rid FROM records_key k WHERE {found.text}"  # noqa: S608
            f" ORDER BY {by}) AS k JOIN records_resource r ON r.rid = k.rid ORDER BY k.rid LIMIT {limit}"
        )
        return wire.rows(text, found.values, prepare=False)

    def _first_met(self, limit):
        """The matches among the next few hundred records: enough of them are the page."""
        span = Sql(
            "k.type = %s AND k.live AND k.rid <= %s AND k.rid > %s",
            (self._type, self._top, self.position[0] if self.position else 0),
        )
        text = (
            f"SELECT {COLUMNS} FROM (SELECT k.rid, k.h FROM records_key k WHERE {{}}"  # noqa: S608
            f" ORDER BY k.rid LIMIT {limit * _TASTE}) AS k JOIN records_resource r ON r.rid = k.rid"
            f" WHERE {{}} ORDER BY k.rid LIMIT {limit}"
        )
        found = sql.put(text, span, self._wanted.sql(indexed=False))
        return wire.rows(found.text, found.values, prepare=False)

    def _sorted(self, limit):
        """Sort all matches by their values, and read the records of the page alone."""
        names = [f"s{n}" for n in range(len(self.orders))]
        shown = sql.listed(
            Sql(f"{order.value.text} AS {name}", order.value.values)
            for order, name in zip(self.orders, names, strict=True)
        )
        last = sorting.after(names, self.orders, self.position) if self.position else sql.EVERYTHING
        by = ", ".join(f"{n} {o.direction}" for n, o in zip(names, self.orders, strict=True))
        outer = ", ".join(
            f"page.{n} {o.direction}" for n, o in zip(names, self.orders, strict=True)
        )
        text = (
            f"SELECT {COLUMNS}, {', '.join(f'page.{n}::text' for n in names)} FROM (SELECT * FROM"  # noqa: S608
            f" (SELECT k.rid, {{}} FROM {_TABLES} WHERE {{}}) AS matches"
            f" WHERE {{}} ORDER BY {by}, rid LIMIT {limit}) AS page"
            f" JOIN records_resource r ON r.rid = page.rid ORDER BY {outer}, r.rid"
        )
        found = sql.put(text, shown, self._where(), last)
        return wire.rows(found.text, found.values, prepare=False)

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
            f"SELECT {COLUMNS}, r.at::text FROM {_TABLES} WHERE {found.text}"  # noqa: S608
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
        tests = [self._where(along=True), _speaks(order)]
        if value is not None:
            beyond = "<" if order.descending else ">"
            tests.append(Sql(f"(v.s {beyond} %s::{order.type} OR k.rid > %s)", (value, rid)))
        way = "DESC" if order.descending else "ASC"
        text = (
            f"SELECT {COLUMNS}, v.s::text FROM ({{}}) AS v JOIN records_key k ON k.rid = v.rid"  # noqa: S608
            f" JOIN records_resource r ON r.rid = k.rid WHERE {{}} ORDER BY v.s {way}, k.rid LIMIT {limit}"
        )
        found = sql.put(text, _values(order, value), sql.every(tests))
        return wire.rows(found.text, found.values, prepare=False)

    def _unvalued(self, order, limit, rid):
        without = Sql(
            f"NOT EXISTS (SELECT FROM {order.table} w WHERE w.rid = k.rid AND w.p = ANY (%s::bigint[]))",  # noqa: S608
            (binary.int8s(order.numbers),),
        )
        tests = [self._where(along=True), without, Sql("k.rid > %s", (rid or 0,))]
        found = sql.every(tests)
        text = (
            f"SELECT {COLUMNS}, NULL FROM {_TABLES} WHERE {found.text} ORDER BY k.rid LIMIT {limit}"  # noqa: S608
        )
        return wire.rows(text, found.values, prepare=False)


def _values(order, value):
    """The values of a key in their order, from a position on: one part for each path number."""
    way, near = ("DESC", "<=") if order.descending else ("ASC", ">=")
    start = sql.EVERYTHING
    if value is not None:
        start = Sql(f"{order.column} {near} %s::{order.type}", (value,))
    parts = [
        sql.put(
            f"(SELECT {order.column} AS s, rid, ctid AS place FROM {order.table}"  # noqa: S608
            f" WHERE p = {binary.signed(number)} AND {{}} ORDER BY {order.column} {way})",
            start,
        )
        for number in order.numbers
    ]
    return sql.put(" UNION ALL ".join("{}" for _ in parts), *parts)


def _speaks(order):
    """Of several values of one record the one that sorts first speaks for it."""
    way = "DESC" if order.descending else "ASC"
    text = (
        f"v.place = (SELECT w.ctid FROM {order.table} w WHERE w.rid = v.rid"  # noqa: S608
        f" AND w.p = ANY (%s::bigint[]) ORDER BY w.{order.column} {way}, w.ctid LIMIT 1)"
    )
    return Sql(text, (binary.int8s(order.numbers),))
