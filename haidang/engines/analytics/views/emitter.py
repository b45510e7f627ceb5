# ruff: noqa: S608 - the SQL is our own, and what a person wrote is bound (see emitter.py)
"""From a plan to SQL: what the engines have in common. What differs is a method of a dialect.

Every value that a view's author wrote is bound as a parameter. Names in the SQL are our own or
come from HL7's definitions; the author's column names were checked and are quoted.
"""

from haidang.engines.analytics.views import elements, plan, terms

_REFERENCE = r"(?:^|/){kind}/([A-Za-z0-9.-]{{1,64}})(?:/_history/[A-Za-z0-9.-]+)?$"
_ZONE = r"(Z|[+-][0-9][0-9]:[0-9][0-9])$"
#: How the error of a path that gave several values begins.
PLURAL = "plural: "
#: The error of a line that holds no resource.
UNREADABLE = "unreadable: no resource"
#: The length up to which the SQL of a value is written twice rather than named.
_SHORT = 120


class Emitter:
    """Writes one plan. `parameters` gathers the values to bind, by name."""

    def __init__(self):
        self.parameters = {}
        self._plan = None
        self._names = {}
        self._shared = []
        self._bases = {}
        self._digits = False
        self._held_as = {}

    # --- steps

    def query(self, made, scan):
        """The SELECT of a plan over `scan`: rows whose columns are the parts of the root.

        scan    SQL of a table expression; its columns are `r_<element>`
        """
        self._plan = made
        self._names = {name: f"c{number}" for number, (name, *_) in enumerate(made.columns)}
        rows = self._step(made.last, scan)
        kept = ", ".join(f"{self._names[name]} AS {self.quoted(name)}" for name, *_ in made.columns)
        return f"{self._with()}SELECT {kept} FROM ({rows}) AS view_rows"

    def _with(self):
        if not self._shared:
            return ""
        recursive = "RECURSIVE " if any(circular for *_, circular in self._shared) else ""
        parts = ", ".join(self.shared(*one) for one in self._shared)
        return f"WITH {recursive}{parts} "

    def _share(self, text, *, circular=False):
        name = f"t{len(self._shared)}"
        self._shared.append((name, text, circular))
        return name

    def _step(self, step, scan):
        if isinstance(step, plan.Scan):
            tests = " AND ".join(f"({self.term(test)})" for test in step.tests)
            return f"SELECT * FROM {scan} AS s" + (f" WHERE {tests}" if tests else "")
        if isinstance(step, plan.Base):
            return f"SELECT * FROM {self._base(step, scan)}"
        if isinstance(step, plan.Union):
            return self._union(step, scan)
        rows = self._step(step.source, scan)
        return getattr(self, f"_{type(step).__name__.lower()}")(step, rows)

    def _project(self, step, rows):
        added = ", ".join(
            f"{self._column(term, collection)} AS {self._names[name]}"
            for name, term, collection in step.columns
        )
        return f"SELECT *, {added} FROM ({rows}) AS s"

    def _column(self, term, collection):
        found = self.term(term)
        return self.list_or_empty(self._listed(found, term)) if collection else found

    def _unnest(self, step, rows):
        var, over = step.var, self.term(step.over)
        index = self._index(var)
        if step.over.many:
            rows = self.unnested(rows, over, var.name, index, outer=step.outer)
        else:
            numbered = f", 0 AS {index}" if index else ""
            rows = f"SELECT *, {over} AS {var.name}{numbered} FROM ({rows}) AS s"
            if not step.outer:
                rows = f"SELECT * FROM ({rows}) AS s WHERE {var.name} IS NOT NULL"
        return self._opened(rows, var)

    def _index(self, var):
        """The column of an iteration's numbers, or None when nobody asks for them."""
        return f"i_{var.name}" if var.name in self._plan.indexed else None

    def _opened(self, rows, var):
        """A raw element is parsed once for all that is read of it."""
        shape = var.shape
        if shape is None or not shape.raw or shape.whole or not shape.children:
            return rows
        var.decoded = True
        return f"SELECT *, {self.parsed(var.name, shape)} AS {var.name}_read FROM ({rows}) AS s"

    def _repeat(self, step, rows):
        held = self._held(step.source)
        item, var, index = step.item.name, step.var, self._index(step.var)
        if index:
            rows = f"SELECT *, {self.row_identity} AS n_{item} FROM ({rows}) AS s"
            held = [*held, f"n_{item}"]
        name = f"t{len(self._shared)}"
        text = self._level(held, rows, step.start, item, index, first=True)
        if step.again is not None:
            below = self._level(held, f"SELECT * FROM {name}", step.again, item, index, first=False)
            text = f"{text} UNION ALL {below}"
        self._share(text, circular=step.again is not None)
        number = (
            f", row_number() OVER (PARTITION BY n_{item} ORDER BY o_{item}) - 1 AS {index}"
            if index
            else ""
        )
        return self._opened(f"SELECT *, {item} AS {var.name}{number} FROM {name}", var)

    def _level(self, held, rows, over, item, index, *, first):
        """The elements one level down: `item`, and the way there (`o_item`) when order matters."""
        below, place = f"{item}_next", f"{item}_place"
        found = self.unnested(rows, self.term(over), below, place if index else None, outer=False)
        way = self.singleton(place) if first else self.joined([f"o_{item}", self.singleton(place)])
        kept = [*held, f"{below} AS {item}", *([f"{way} AS o_{item}"] if index else [])]
        return f"SELECT {', '.join(kept)} FROM ({found}) AS s"

    def _base(self, base, scan):
        if base not in self._bases:
            self._bases[base] = self._share(self._step(base.source, scan))
        return self._bases[base]

    def _union(self, step, scan):
        self._base(step.base, scan)
        kept = ", ".join(self._held(step))
        return " UNION ALL ".join(
            f"SELECT {kept} FROM ({self._step(branch, scan)}) AS s" for branch in step.branches
        )

    def _held(self, step):
        """The columns of the rows of a step that later steps may need."""
        if isinstance(step, plan.Scan):
            return [f"r_{name}" for name in self._plan.shape.children]
        if isinstance(step, plan.Union):
            return self._held(step.base) + self._projected(step.branches[0], step.base)
        found = self._held(step.source)
        if isinstance(step, plan.Project):
            found += [self._names[name] for name, *_ in step.columns]
        if isinstance(step, plan.Unnest | plan.Repeat):
            index = self._index(step.var)
            found += [self._var_term(step.var), *([index] if index else [])]
        return found

    def _projected(self, step, until):
        if step is until:
            return []
        if isinstance(step, plan.Union):
            return self._projected(step.base.source, until) + self._projected(
                step.branches[0], step.base
            )
        found = self._projected(step.source, until)
        return found + (
            [self._names[n] for n, *_ in step.columns] if isinstance(step, plan.Project) else []
        )

    # --- terms

    def term(self, term):
        return getattr(self, f"_{type(term).__name__.lower()}_term")(term)

    def _var_term(self, term):
        return f"{term.name}_read" if term.decoded else self._held_as.get(term.name, term.name)

    def _value_term(self, term):
        if term.value is None:
            return "NULL"
        value = float(term.value) if term.type == "decimal" and not self._digits else term.value
        return self.bound(str(value) if self._digits else value, term.type)

    def _rowindex_term(self, term):
        return "0" if term.name is None else f"i_{term.name}"

    def _field_term(self, term):
        found = self._read(term)
        if term.type == "decimal" and term.shape.exact and not self._digits:
            return self._each(found, term.many, self.number)
        return found

    def _read(self, term):
        of, shape = term.of, term.shape
        if isinstance(of, terms.Var) and of.columns:
            return self._solid(f"r_{shape.name}", shape)
        raw = _is_raw(of)
        if not of.many:
            return self._solid(self._part(self.term(of), shape, raw), shape)
        step = self.mapped(*self._chain(of, lambda x: self._part(x, shape, raw)))
        if not shape.many:
            return self.solid(step)
        return self._solid(self.flat(step), shape)

    def _chain(self, term, change):
        """A list, the name of one of its elements, and what becomes of it: a way over elements
        that do not repeat (`diagnosis.condition.reference`) is walked in one go."""
        if isinstance(term, terms.Field) and term.of.many and not term.shape.many:
            raw = _is_raw(term.of)
            return self._chain(term.of, lambda x: change(self._part(x, term.shape, raw)))
        return self.term(term), "x", change("x")

    def _solid(self, found, shape):
        """Lists of simple values may have gaps, where only an extension stands."""
        return self.solid(found) if shape.many and shape.is_primitive else found

    def _part(self, held, shape, raw):
        if raw:
            return self.field(self.parsed_part(held, shape), shape.name)
        return self.field(held, shape.name)

    def _where_term(self, term):
        held = self.term(term.of)
        digits, self._digits = self._digits, False
        if term.many:
            found = self.filtered(held, term.var.name, self.term(term.test))
        elif len(held) <= _SHORT:
            self._held_as[term.var.name] = held
            found = f"CASE WHEN {held} IS NOT NULL AND ({self.term(term.test)}) THEN {held} END"
        else:
            # The one value is what the test is about, so it takes the step's name.
            found = self.at(
                self.filtered(
                    self.singleton(held),
                    term.var.name,
                    f"{term.var.name} IS NOT NULL AND ({self.term(term.test)})",
                ),
                "0",
            )
        self._digits = digits
        return found

    def _extensions_term(self, term):
        test = f"{self.text_of('x', 'url')} = {self.term(term.url)}"
        return self.filtered(self.term(term.of), "x", test)

    def _resources_term(self, term):
        test = f"{self.text_of('x', 'resourceType')} = {self.bound(term.type, 'string')}"
        held = self.term(term.of)
        if term.many:
            return self.filtered(held, "x", test)
        return self.at(self.filtered(self.singleton(held), "x", test), "0")

    def _at_term(self, term):
        number = term.number
        # A number that we read ourselves can stand in the SQL, and an engine sees that it is one.
        plain = isinstance(number, terms.Value) and isinstance(number.value, int)
        return self.at(self.term(term.of), str(int(number.value)) if plain else self.term(number))

    def _single_term(self, term):
        held = self.term(term.of)
        told = self.bound(f"{PLURAL}{term.told}", "string")
        return f"CASE WHEN {self.size(held)} > 1 THEN {self.failing(told)} ELSE {self.at(held, '0')} END"

    def _both_term(self, term):
        return self.joined([self._listed(self.term(part), part) for part in term.parts])

    def _listed(self, found, term):
        if term.many:
            return found
        return (
            f"CASE WHEN {found} IS NULL THEN {self.empty_list()} ELSE {self.singleton(found)} END"
        )

    def _count_term(self, term):
        held = self.term(term.of)
        return self.size(held) if term.of.many else f"CASE WHEN {held} IS NULL THEN 0 ELSE 1 END"

    def _exists_term(self, term):
        held = self.term(term.of)
        return f"({self.size(held)} > 0)" if term.of.many else f"({held} IS NOT NULL)"

    def _not_term(self, term):
        return f"(NOT ({self.term(term.of)}))" if term.of.type else "CAST(NULL AS BOOLEAN)"

    def _truth_term(self, term):
        return f"CASE WHEN {self.term(term.of)} IS NOT NULL THEN true END"

    def _logic_term(self, term):
        left, right = (
            f"CAST({self.term(side)} AS BOOLEAN)" if side.type is None else f"({self.term(side)})"
            for side in (term.left, term.right)
        )
        if term.name == "xor":
            return f"({left} <> {right})"
        if term.name == "implies":
            return f"(NOT {left} OR {right})"
        return f"({left} {term.name.upper()} {right})"

    def _same_term(self, term):
        left, right = term.left, term.right
        if left.many or right.many:
            sides = [self._listed(self.term(side), side) for side in (left, right)]
            gone = " OR ".join(f"{self.size(side)} = 0" for side in sides)
            return f"CASE WHEN {gone} THEN NULL ELSE {sides[0]} = {sides[1]} END"
        if _are_moments(left, right):
            return self._moments(left, right, "=", "false")
        return f"({self.term(left)} = {self.term(right)})"

    def _order_term(self, term):
        if _are_moments(term.left, term.right):
            left, right = self._moment(term.left), self._moment(term.right)
            return self._moments(term.left, term.right, term.name, f"{left} {term.name} {right}")
        return f"({self.term(term.left)} {term.name} {self.term(term.right)})"

    def _moments(self, left, right, sign, when_apart):
        """Compare as far as both are precise; equal so far and not further known is empty."""
        left, right = self._moment(left), self._moment(right)
        known = f"least(length({left}), length({right}))"
        return (
            f"CASE WHEN length({left}) = length({right}) THEN {left} {sign} {right}"
            f" WHEN left({left}, {known}) <> left({right}, {known}) THEN {when_apart} END"
        )

    def _moment(self, side):
        found = self.term(side)
        if side.type in ("dateTime", "instant"):
            return self._canonical(found)
        return self._padded(found, 12) if side.type == "time" else found

    def _canonical(self, text):
        """A date and time in UTC, to the millisecond; what has no zone stays as it is."""
        zoned = f"regexp_extract({text}, {self.bound(_ZONE, 'string')}, 1) <> ''"
        return (
            f"CASE WHEN length({text}) <= 10 THEN {text}"
            f" WHEN {zoned} THEN {self.in_utc(text)} ELSE {self._padded(text, 23)} END"
        )

    def _padded(self, text, length, fill="0"):
        """A time with its milliseconds, as far as seconds are known."""
        whole = length - 4
        return (
            f"CASE WHEN length({text}) < {whole} THEN {text}"
            f" ELSE rpad(CASE WHEN length({text}) = {whole} THEN {text} || '.' ELSE {text} END, {length}, '{fill}') END"
        )

    def _arithmetic_term(self, term):
        left, right = self.term(term.left), self.term(term.right)
        if term.type is None or None in (term.left.type, term.right.type):
            return "NULL"
        if term.name in ("/", "div", "mod"):
            return self._division(term, left, right)
        found = f"({left} {term.name} {right})"
        return found if term.type == "integer" else f"round({found}, 8)"

    def _division(self, term, left, right):
        left, right = self.number(left), self.number(right)
        found = {
            "/": f"round({left} / {right}, 8)",
            "div": self.whole(self.truncated(f"{left} / {right}")),
            "mod": f"round({left} - {right} * {self.truncated(left + ' / ' + right)}, 8)",
        }[term.name]
        found = self.whole(found) if term.name == "mod" and term.type == "integer" else found
        return f"CASE WHEN {right} <> 0 THEN {found} END"

    def _concat_term(self, term):
        left, right = (
            self.term(side) if side.type else "CAST(NULL AS STRING)"
            for side in (term.left, term.right)
        )
        if term.empties:
            left, right = f"coalesce({left}, '')", f"coalesce({right}, '')"
        return f"({left} || {right})"

    def _join_term(self, term):
        held = self._listed(self.term(term.of), term.of)
        return f"CASE WHEN {self.size(held)} > 0 THEN {self.together(held, self.term(term.separator))} END"

    def _referencekey_term(self, term):
        if not term.many:
            return self._key(self.term(term.of), term.target)
        return self.solid(self.mapped(*self._chain(term.of, lambda x: self._key(x, term.target))))

    def _key(self, text, target):
        kind = target or "[A-Z][A-Za-z]+"
        pattern = self.bound(_REFERENCE.format(kind=kind), "string")
        key = f"nullif(regexp_extract({text}, {pattern}, 1), '')"
        if target is None:
            return key
        # `Type/id` is by far the most common, and much quicker than a pattern.
        rest = self.after(text, len(target) + 1)
        plain = (
            f"{self.begins(text, self.bound(f'{target}/', 'string'))} AND NOT contains({rest}, '/')"
        )
        return f"CASE WHEN {plain} THEN nullif({rest}, '') ELSE {key} END"

    def _each(self, found, many, change):
        return self.mapped(found, "y", change("y")) if many else change(found)

    # --- boundaries

    def _boundary_term(self, term):
        self._digits = True
        text = self.term(term.of)
        self._digits = False
        if term.type == "decimal":
            return self._decimal_boundary(text, term.high)
        if term.type == "date":
            return self._date_boundary(text, term.high)
        if term.type == "time":
            return self._time_boundary(text, term.high, 12)
        return self._moment_boundary(text, term.high)

    def _decimal_boundary(self, text, high):
        digits = f"length(regexp_extract({text}, {self.bound('[.]([0-9]*)', 'string')}, 1))"
        half = f"0.5 * pow(10, -{digits})"
        return f"round({self.number(text)} {'+' if high else '-'} {half}, 8)"

    def _date_boundary(self, text, high):
        month = self.last_day(f"{text} || '-01'") if high else f"{text} || '-01'"
        year = f"{text} || '{'-12-31' if high else '-01-01'}'"
        return f"CASE length({text}) WHEN 4 THEN {year} WHEN 7 THEN {month} ELSE {text} END"

    def _time_boundary(self, text, high, length):
        rest = ":59.999" if high else ":00.000"
        minutes = f"{text} || '{rest}'"
        seconds = self._padded(text, length, "9" if high else "0")
        return f"CASE WHEN length({text}) = {length - 7} THEN {minutes} ELSE {seconds} END"

    def _moment_boundary(self, text, high):
        pattern = self.bound(_ZONE, "string")
        zone = f"regexp_extract({text}, {pattern}, 1)"
        outermost = "-12:00" if high else "+14:00"
        bare = f"left({text}, length({text}) - length({zone}))"
        time = self._time_boundary(bare, high, 23)
        day = self._date_boundary(text, high)
        rest = "T23:59:59.999-12:00" if high else "T00:00:00.000+14:00"
        return (
            f"CASE WHEN length({text}) <= 10 THEN ({day}) || '{rest}'"
            f" ELSE ({time}) || coalesce(nullif({zone}, ''), '{outermost}') END"
        )


def _is_raw(term):
    if isinstance(term, terms.Var):
        return term.shape.raw and not term.decoded
    return term.shape.raw


def _are_moments(left, right):
    return elements.family(left.type) == elements.family(right.type) == "moment"
