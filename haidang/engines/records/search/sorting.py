"""Order of results: what to sort by, and where in that order a page goes on."""

from dataclasses import dataclass

from haidang.engines.records import binary
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import sql
from haidang.engines.records.search.sql import Sql

_TABLES = {
    "date": ("records_date", "lo", "timestamptz"),
    "string": ("records_string", "s", "text"),
    "number": ("records_quantity", "lo", "float8"),
    "quantity": ("records_quantity", "lo", "float8"),
}


@dataclass(frozen=True)
class Order:
    """One key of the order: `value` is its SQL for a row `k` joined with its record `r`.

    In a cursor a value stands as the text of its SQL type, which `infinity` too can take.
    """

    value: Sql
    type: str
    descending: bool
    table: str | None = None
    column: str = ""
    numbers: tuple[int, ...] = ()

    @property
    def of_record(self):
        """True when the value stands in the record's own row."""
        return self.table is None and not self.column

    @property
    def direction(self):
        return "DESC NULLS LAST" if self.descending else "ASC NULLS LAST"


def orders(query):
    """The keys of a query's order; rows alike in all of them go by record number."""
    return [_order(query.type, code, descending) for code, descending in query.sorts]


def _order(type, code, descending):
    if code == "_id":
        return Order(Sql("k.id"), "bytea", descending, column="id")
    if code == "_lastUpdated":
        return Order(Sql("r.at"), "timestamptz", descending)
    parameter = queries.find(type, code)
    table, column, sql_type = _TABLES[parameter.kind]
    spread = (0, 1) if parameter.kind == "date" else (0,)
    numbers = tuple(path.number | bit for path in parameter.paths for bit in spread)
    pick = "max" if descending else "min"
    text = f"(SELECT {pick}(v.{column}) FROM {table} v WHERE v.rid = k.rid AND v.p = ANY (%s::bigint[]))"  # noqa: S608
    return Order(Sql(text, (binary.int8s(numbers),)), sql_type, descending, table, column, numbers)


def after(names, orders, position):
    """Rows that come after a position: `names` are the columns of the keys, then the rid."""
    *values, rid = position
    tests, same = [], []
    for name, order, value in zip(names, orders, values, strict=True):
        beyond = _beyond(name, order, value)
        if beyond is not None:
            tests.append(sql.every([*same, beyond]))
        same.append(Sql(f"{name} IS NOT DISTINCT FROM %s::{order.type}", (value,)))
    tests.append(sql.every([*same, Sql("rid > %s", (rid,))]))
    return sql.some(tests)


def _beyond(name, order, value):
    """Later in the order than a value; nothing is later than an absent one."""
    if value is None:
        return None
    sign = "<" if order.descending else ">"
    return Sql(f"({name} {sign} %s::{order.type} OR {name} IS NULL)", (value,))
