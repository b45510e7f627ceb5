# ruff: noqa: S608 - the SQL is our own, and what a person wrote is bound (see emitter.py)
"""The SQL of Apache Spark, over typed columns or over JSON text."""

from haidang.engines.analytics.views import elements, emitter

_TYPES = {"boolean": "BOOLEAN", "text": "STRING", "moment": "STRING"}


class Spark(emitter.Emitter):
    """Writes Spark's SQL; values are bound as `:p0`, `:p1` …"""

    row_identity = "monotonically_increasing_id()"

    def json_scan(self, made, source):
        """The parts of the root that a plan reads, from JSON text (`source` has a column `json`)."""
        shape = made.shape
        shape.child("resourceType", "code", many=False)
        parts = ", ".join(f"r.{self.quoted(name)} AS r_{name}" for name in shape.children)
        read = f"SELECT {self.parsed('json', shape)} AS r FROM {source}"
        kind = self.bound(made.resource, "string")
        return f"(SELECT {parts} FROM ({read}) WHERE r.resourceType = {kind})"

    def typed_scan(self, made, source):
        """The parts of the root that a plan reads, from columns of the same names."""
        parts = ", ".join(f"{self.quoted(name)} AS r_{name}" for name in made.shape.children)
        return f"(SELECT {parts or '1 AS r'} FROM {source})"

    def bound(self, value, type):
        for name, known in self.parameters.items():
            if known == value and known.__class__ is value.__class__:
                return f":{name}"
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"

    def shared(self, name, text, circular):
        return f"{name} AS ({text})"

    def quoted(self, name):
        return "`" + name.replace("`", "``") + "`"

    # --- JSON

    def parsed(self, text, shape):
        return f"from_json({text}, '{_object(shape)}')"

    def parsed_part(self, text, shape):
        return f"from_json({text}, 'struct<{_part(shape)}>')"

    def text_of(self, text, name):
        return f"get_json_object({text}, '$.{name}')"

    # --- structs and lists

    def field(self, held, name):
        return f"({held}).{self.quoted(name)}"

    def mapped(self, held, name, body):
        return f"transform({held}, {name} -> {body})"

    def filtered(self, held, name, test):
        return f"filter({held}, {name} -> {test})"

    def solid(self, held):
        return f"filter({held}, z -> z IS NOT NULL)"

    def flat(self, held):
        # Spark gives NULL for the whole when one of the lists is NULL.
        return f"flatten(filter({held}, z -> z IS NOT NULL))"

    def joined(self, lists):
        return (
            f"concat({', '.join(f'coalesce({one}, array())' for one in lists)})"
            if len(lists) > 1
            else lists[0]
        )

    def singleton(self, found):
        return f"array({found})"

    def empty_list(self):
        return "array()"

    def list_or_empty(self, held):
        return f"coalesce({held}, array())"

    def size(self, held):
        return f"coalesce(array_size({held}), 0)"

    def at(self, held, number):
        return f"get({held}, CAST({number} AS INT))"

    def together(self, held, separator):
        return f"array_join({held}, {separator})"

    def unnested(self, rows, held, name, index, *, outer):
        index = index or f"{name}_unread"
        kept = f"if(array_size({held}) > 0, {held}, array(NULL))" if outer else held
        return f"SELECT s.*, u.col AS {name}, u.pos AS {index} FROM ({rows}) AS s, LATERAL posexplode({kept}) AS u"

    # --- values

    def number(self, found):
        return f"TRY_CAST({found} AS DOUBLE)"

    def whole(self, found):
        return f"CAST({found} AS BIGINT)"

    def begins(self, text, start):
        return f"startswith({text}, {start})"

    def truncated(self, found):
        return f"(sign({found}) * floor(abs({found})))"

    def failing(self, told):
        return f"raise_error({told})"

    def in_utc(self, text):
        return f"date_format(TRY_CAST({text} AS TIMESTAMP), \"yyyy-MM-dd'T'HH:mm:ss.SSS\")"

    def last_day(self, text):
        return f"CAST(last_day(TRY_CAST({text} AS DATE)) AS STRING)"


def _object(shape):
    return f"struct<{','.join(_part(child) for child in shape.children.values())}>"


def _part(shape):
    return f"`{shape.name}`:{_structure(shape)}"


def _structure(shape):
    """What `from_json` is to make of an element."""
    if shape.is_primitive:
        found = _primitive(shape)
    else:
        found = "STRING" if shape.raw else _object(shape)
    return f"array<{found}>" if shape.many else found


def _primitive(shape):
    kind = elements.family(shape.type)
    if kind == "number":
        whole = "BIGINT" if shape.type in elements.WHOLE else "DOUBLE"
        return "STRING" if shape.exact else whole
    return _TYPES[kind]


def column_type(shape):
    """The type of a column of the lake."""
    if shape.is_primitive:
        found = _primitive(shape)
    else:
        found = (
            "STRING"
            if shape.raw
            else f"struct<{','.join(f'`{c.name}`:{column_type(c)}' for c in shape.children.values())}>"
        )
    return f"array<{found}>" if shape.many else found
