# ruff: noqa: S608 - the SQL is our own, and what a person wrote is bound (see emitter.py)
"""The SQL of Apache Spark, over typed columns or over JSON text."""

from haidang.engines.analytics.views import dialect


class Spark(dialect.Dialect):
    """Writes Spark's SQL; values are bound as `:p0`, `:p1` …"""

    mark, quote, text_type, fails, starts = ":", "`", "STRING", "raise_error", "startswith"
    row_identity = "monotonically_increasing_id()"

    def shared(self, name, text, circular):
        return f"{name} AS ({text})"

    # --- JSON

    def parsed(self, text, shape):
        return f"from_json({text}, '{self.struct(shape.children.values())}')"

    def parsed_part(self, text, shape):
        return f"from_json({text}, '{self.struct([shape])}')"

    def text_of(self, text, name):
        return f"get_json_object({text}, '$.{name}')"

    # --- structs and lists

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

    def after(self, text, length):
        return f"substr({text}, {length + 1})"

    def truncated(self, found):
        return f"(sign({found}) * floor(abs({found})))"

    def in_utc(self, text):
        return f"date_format(TRY_CAST({text} AS TIMESTAMP), \"yyyy-MM-dd'T'HH:mm:ss.SSS\")"

    # --- types

    @staticmethod
    def struct(children):
        return f"struct<{','.join(f'`{child.name}`:{column_type(child)}' for child in children)}>"

    @staticmethod
    def listed(kind):
        return f"array<{kind}>"


column_type = Spark.column_type
