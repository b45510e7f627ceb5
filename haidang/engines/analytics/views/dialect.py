# ruff: noqa: S608 - the SQL is our own, and what a person wrote is bound (see emitter.py)
"""What the SQL of the engines has in common below the plan: scans, bound values, types.

A dialect says in attributes what differs in a word, and in methods what differs in more.
"""

from haidang.engines.analytics.views import elements, emitter


class Dialect(emitter.Emitter):
    """An engine's SQL, but for what its own class adds.

    mark         what stands before the name of a bound value
    quote        what stands around a name
    text_type    the type of texts, moments and JSON that is kept as it is
    fails        the function that ends a query with its argument as the error
    starts       the function that tells how a text begins
    """

    mark = quote = text_type = fails = starts = ""

    # --- scans

    def json_scan(self, made, source):
        """The parts of the root that a plan reads, from JSON text.

        source    SQL of a table expression with a column `json`
        """
        shape = made.shape
        shape.child("resourceType", "code", many=False)
        parts = ", ".join(f"r.{self.quoted(name)} AS r_{name}" for name in shape.children)
        read = f"SELECT {self.parsed('json', shape)} AS r FROM {source}"
        kind = self.bound(made.resource, "string")
        return f"(SELECT {parts} FROM ({read}) WHERE r.{self.quoted('resourceType')} = {kind})"

    def typed_scan(self, made, source):
        """The parts of the root that a plan reads, from columns of the same names."""
        parts = ", ".join(f"{self.quoted(name)} AS r_{name}" for name in made.shape.children)
        return f"(SELECT {parts or '1 AS r'} FROM {source})"

    # --- names and values

    def bound(self, value, type):
        """The mark of a value that is bound; the same value has one mark."""
        for name, known in self.parameters.items():
            if known == value and known.__class__ is value.__class__:
                return f"{self.mark}{name}"
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"{self.mark}{name}"

    def quoted(self, name):
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def field(self, held, name):
        return f"({held}).{self.quoted(name)}"

    def number(self, found):
        return f"TRY_CAST({found} AS DOUBLE)"

    def whole(self, found):
        return f"CAST({found} AS BIGINT)"

    def begins(self, text, start):
        return f"{self.starts}({text}, {start})"

    def failing(self, told):
        return f"{self.fails}({told})"

    def last_day(self, text):
        return f"CAST(last_day(TRY_CAST({text} AS DATE)) AS {self.text_type})"

    # --- types

    @classmethod
    def column_type(cls, shape):
        """The type of an element as a column, of the lake or of what was parsed."""
        if shape.is_primitive:
            found = cls.primitive(shape)
        elif shape.raw:
            found = cls.text_type
        else:
            found = cls.struct(shape.children.values())
        return cls.listed(found) if shape.many else found

    @classmethod
    def primitive(cls, shape):
        """The type of a simple value; a number whose digits count stays text."""
        kind = elements.family(shape.type)
        if kind == "boolean":
            return "BOOLEAN"
        if kind == "number" and not shape.exact:
            return "BIGINT" if shape.type in elements.WHOLE else "DOUBLE"
        return cls.text_type
