# ruff: noqa: S608 - the SQL is our own, and what a person wrote is bound (see emitter.py)
"""The SQL of DuckDB: over typed columns, or over JSON text parsed as far as a view reads it."""

import orjson

from haidang.engines.analytics.views import dialect, emitter

_LONGEST_LINE = 64 * 1024 * 1024


class DuckDB(dialect.Dialect):
    """Writes DuckDB's SQL; values are bound as `$p0`, `$p1` …"""

    mark, quote, text_type, fails, starts = "$", '"', "VARCHAR", "error", "starts_with"
    row_identity = "row_number() OVER ()"

    def file_scan(self, made, path):
        """The parts of the root that a plan reads, from a file of JSON lines.

        What does not fit its column is empty, as in other types' resources; a line that is no
        resource at all ends the query.
        """
        shape = made.shape
        shape.child("resourceType", "code", many=False)
        columns = ", ".join(
            f"{_quoted(name)}: {_quoted(column_type(child))}"
            for name, child in shape.children.items()
        )
        parts = ", ".join(f"{self.quoted(name)} AS r_{name}" for name in shape.children)
        read = (
            f"read_json({_quoted(str(path))}, format = 'newline_delimited', ignore_errors = true,"
            f" maximum_object_size = {_LONGEST_LINE}, columns = {{{columns}}})"
        )
        kind = self.bound(made.resource, "string")
        kept = f'CASE WHEN "resourceType" IS NULL THEN error(\'{emitter.UNREADABLE}\') ELSE "resourceType" = {kind} END'
        return f"(SELECT {parts} FROM {read} WHERE {kept})"

    def shared(self, name, text, circular):
        return f"{name} AS {'' if circular else 'MATERIALIZED '}({text})"

    # --- JSON

    def parsed(self, text, shape):
        return f"json_transform({text}, {_literal(_object(shape))})"

    def parsed_part(self, text, shape):
        return f"json_transform({text}, {_literal({shape.name: _structure(shape)})})"

    def text_of(self, text, name):
        return f"json_extract_string({text}, '$.{name}')"

    # --- structs and lists

    def mapped(self, held, name, body):
        return f"list_transform({held}, lambda {name}: {body})"

    def filtered(self, held, name, test):
        return f"list_filter({held}, lambda {name}: {test})"

    def solid(self, held):
        return f"list_filter({held}, lambda z: z IS NOT NULL)"

    def flat(self, held):
        return f"flatten({held})"

    def joined(self, lists):
        return f"list_concat({', '.join(lists)})" if len(lists) > 1 else lists[0]

    def singleton(self, found):
        return f"[{found}]"

    def empty_list(self):
        return "[]"

    def list_or_empty(self, held):
        return f"coalesce({held}, [])"

    def size(self, held):
        return f"coalesce(len({held}), 0)"

    def at(self, held, number):
        return f"({held})[{int(number) + 1 if number.isdigit() else f'{number} + 1'}]"

    def together(self, held, separator):
        return f"array_to_string({held}, {separator})"

    def unnested(self, rows, held, name, index, *, outer):
        if outer:
            held = f"CASE WHEN len({held}) > 0 THEN {held} ELSE [NULL] END"
        numbers = f", generate_subscripts({held}, 1) - 1 AS {index}" if index else ""
        return f"SELECT *, unnest({held}) AS {name}{numbers} FROM ({rows}) AS s"

    # --- values

    def after(self, text, length):
        return f"({text})[{length + 1}:]"  # a third of the cost of substr

    def truncated(self, found):
        return f"trunc({found})"

    def in_utc(self, text):
        moment = f"TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%g')"

    # --- types

    @staticmethod
    def struct(children):
        parts = ", ".join(f'"{child.name}" {column_type(child)}' for child in children)
        return f"STRUCT({parts})"

    @staticmethod
    def listed(kind):
        return f"{kind}[]"


column_type = DuckDB.column_type


def columns(shape):
    """What `json_transform` is to make of a resource, with text for what is kept as JSON."""
    return _literal(_object(shape, "VARCHAR"))


def _object(shape, raw="JSON"):
    return {child.name: _structure(child, raw) for child in shape.children.values()}


def _structure(shape, raw="JSON"):
    """What `json_transform` is to make of an element."""
    if shape.is_primitive:
        found = DuckDB.primitive(shape)
    else:
        found = raw if shape.raw else _object(shape, raw)
    return [found] if shape.many else found


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _literal(structure):
    """A text of our own making, as an SQL literal: names are those of HL7's definitions."""
    return _quoted(orjson.dumps(structure).decode())
