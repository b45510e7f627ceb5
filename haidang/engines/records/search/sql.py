"""Pieces of SQL with their values, put together without ever writing a value into the text."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from haidang.engines.records import wire


@dataclass(frozen=True)
class Sql:
    """A condition or subquery and the values of its placeholders, in order."""

    text: str
    values: tuple = field(default=())


@dataclass(frozen=True)
class Weighed(Sql):
    """A condition that may find rows or be asked of them: by its values the planner decides."""


@dataclass(frozen=True)
class Beside(Sql):
    """A test that rows of a side table decide, in the three ways it can be asked.

    As it stands it is a condition on a record's row. `rids` selects all records it finds;
    `held` asks of one record after another and is never turned into a join. `sample`, where it is
    there, finds a part of the records by which the planner can tell of all: `times` as many.
    """

    rids: Sql = Sql("false")
    held: Sql = Sql("false")
    sample: Sql | None = None
    times: float = 1.0


NOTHING = Sql("false")
EVERYTHING = Sql("true")


def join(word, parts):
    """Conditions joined with AND or OR, each in brackets."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    text = f" {word} ".join(f"({part.text})" for part in parts)
    return Sql(text, _values(parts))


def listed(parts):
    """Pieces with commas between them."""
    parts = list(parts)
    return Sql(", ".join(part.text for part in parts), _values(parts))


def _values(parts):
    return tuple(value for part in parts for value in part.values)


def every(parts):
    parts = list(parts)
    return join("AND", parts) if parts else EVERYTHING


def some(parts):
    parts = list(parts)
    return join("OR", parts) if parts else NOTHING


def no(part):
    return Sql(f"NOT ({part.text})", part.values)


def put(text, *pieces):
    """`text` with each `{}` taken by a piece, and the values of all in their order."""
    filled = text.format(*(piece.text for piece in pieces))
    return Sql(filled, _values(pieces))


_VALUE = re.compile(r"%s(::\w+(?:\[\])?)?")
_TYPES = {int: "bigint", float: "float8", str: "text", datetime: "timestamptz"}


def rows(statement, *, chosen=False):
    """The rows that a statement finds.

    chosen    its text leaves the planner one way whatever the values are: where it is met often,
              it is planned once for a connection and not for each search
    """
    if not chosen:
        return wire.rows(statement.text, statement.values, prepare=False)
    statement = _unseen(statement)
    return wire.rows(statement.text, statement.values, prepare=wire.often(statement.text))


def _unseen(piece):
    """The same, with its values hidden from the planner.

    Of a prepared statement PostgreSQL keeps a plan for any values only if plans that know them
    look no better; so none may know them.
    """
    values = iter(piece.values)

    def hidden(found):
        value = next(values)
        name = found[1].lstrip(":") if found[1] else _TYPES.get(type(value))
        return f"(SELECT %s::{name})::{name}" if name else found[0]

    return Sql(_VALUE.sub(hidden, piece.text), piece.values)


_RANGES = 12  # more would be planned longer than they are read


def beside(alias, table, letter, tests, ranges=()):
    """The condition that a row of `table`, called by a letter, is about the record and passes.

    ranges    the same test in parts, each a range of an index: read apart, they are read from
              the index alone, while a row that may pass one or another test has to be looked at
    """
    parts = ranges if 0 < len(ranges) <= _RANGES else [tests]
    select = f"SELECT {letter}.rid FROM {table} {letter} WHERE {{}}"  # noqa: S608
    rids = put(" UNION ALL ".join(select for _ in parts), *parts)
    held = put(
        f"(SELECT true FROM {table} {letter} WHERE {letter}.rid = {alias}.rid"  # noqa: S608
        " AND ({}) LIMIT 1) IS NOT NULL",
        tests,
    )
    return Beside(f"{alias}.rid IN ({rids.text})", rids.values, rids, held)
