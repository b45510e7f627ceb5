# ruff: noqa: S608 - the SQL is our own, and what a person wrote is bound (see emitter.py)
"""The SQL of DuckDB: over typed columns, or over JSON text parsed as far as a view reads it."""

import orjson

from haidang.engines.analytics.views import elements, emitter

_LONGEST_LINE = 64 * 1024 * 1024
_TYPES = {"boolean": "BOOLEAN", "text": "VARCHAR", "moment": "VARCHAR"}


class DuckDB(emitter.Emitter):
    """Writes DuckDB's SQL; values are bound as `$p0`, `$p1` …"""

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

    def json_scan(self, made, source):
        """The parts of the root that a plan reads, from JSON text.

        source    SQL of a table expression with a column `json`
        """
        shape = made.shape
        shape.child("resourceType", "code", many=False)
        parts = ", ".join(f"r.{self.quoted(name)} AS r_{name}" for name in shape.children)
        read = f"SELECT {self.parsed('json', shape)} AS r FROM {source}"
        kind = self.bound(made.resource, "string")
        return f'(SELECT {parts} FROM ({read}) WHERE r."resourceType" = {kind})'

    def typed_scan(self, made, source):
        """The parts of the root that a plan reads, from columns of the same names."""
        parts = ", ".join(f"{self.quoted(name)} AS r_{name}" for name in made.shape.children)
        return f"(SELECT {parts or '1 AS r'} FROM {source})"

    def bound(self, value, type):
        for name, known in self.parameters.items():
            if known == value and known.__class__ is value.__class__:
                return f"${name}"
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def shared(self, name, text, circular):
        return f"{name} AS {'' if circular else 'MATERIALIZED '}({text})"

    def quoted(self, name):
        return '"' + name.replace('"', '""') + '"'

    # --- JSON

    def parsed(self, text, shape):
        return f"json_transform({text}, {_literal(_object(shape))})"

    def parsed_part(self, text, shape):
        return f"json_transform({text}, {_literal({shape.name: _structure(shape)})})"

    def text_of(self, text, name):
        return f"json_extract_string({text}, '$.{name}')"

    # --- structs and lists

    def field(self, held, name):
        return f"({held}).{self.quoted(name)}"

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

    def number(self, found):
        return f"TRY_CAST({found} AS DOUBLE)"

    def whole(self, found):
        return f"CAST({found} AS BIGINT)"

    def begins(self, text, start):
        return f"starts_with({text}, {start})"

    def truncated(self, found):
        return f"trunc({found})"

    def failing(self, told):
        return f"error({told})"

    def in_utc(self, text):
        moment = f"TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%g')"

    def last_day(self, text):
        return f"CAST(last_day(TRY_CAST({text} AS DATE)) AS VARCHAR)"


def column_type(shape):
    """The type of a column of the lake."""
    if shape.is_primitive:
        found = _primitive(shape)
    elif shape.raw:
        found = "VARCHAR"
    else:
        parts = ", ".join(
            f'"{child.name}" {column_type(child)}' for child in shape.children.values()
        )
        found = f"STRUCT({parts})"
    return f"{found}[]" if shape.many else found


def columns(shape):
    """What `json_transform` is to make of a resource, with text for what is kept as JSON."""
    return _literal(_object(shape, "VARCHAR"))


def _object(shape, raw="JSON"):
    return {child.name: _structure(child, raw) for child in shape.children.values()}


def _structure(shape, raw="JSON"):
    """What `json_transform` is to make of an element."""
    if shape.is_primitive:
        found = _primitive(shape)
    else:
        found = raw if shape.raw else _object(shape, raw)
    return [found] if shape.many else found


def _primitive(shape):
    kind = elements.family(shape.type)
    if kind == "number":
        whole = "BIGINT" if shape.type in elements.WHOLE else "DOUBLE"
        return "VARCHAR" if shape.exact else whole
    return _TYPES[kind]


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _literal(structure):
    """A text of our own making, as an SQL literal: names are those of HL7's definitions."""
    return _quoted(orjson.dumps(structure).decode())
