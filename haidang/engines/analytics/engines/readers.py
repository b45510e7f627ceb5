"""What an SQL text reads of the published views: which columns, which rows, and how it uses keys.

The text is only read here, never written anew: a session uses what is found to read each view once
for all texts that need the same of it (`passes`).
"""

import functools
import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from haidang.engines.analytics.views import published

_KEY = re.compile(r"getResourceKey\(\)|getReferenceKey\(")
_SIGNS = {exp.GTE: ">=", exp.GT: ">", exp.LT: "<", exp.LTE: "<=", exp.EQ: "="}


@dataclass(frozen=True)
class Reader:
    """One place in a text where a view is named.

    start, end    where its name stands in the text
    alias         the name it goes by there
    columns       what is read of it
    tests         simple conditions that all rows that count meet: (column, sign, value), where a
                  value that begins with `$` is a parameter
    ordered       keys by which rows are put in order, so that they have to stay texts
    """

    view: str
    start: int
    end: int
    alias: str
    columns: frozenset
    tests: frozenset
    ordered: frozenset

    @property
    def since(self):
        """The date column whose rows before `$start` do not count, or None."""
        return next(iter(sorted(c for c, s, v in self.tests if (s, v) == (">=", "$start"))), None)


@functools.cache
def keys(view):
    """The columns of a view that hold keys of resources."""
    return frozenset(
        column.name
        for column in published.read(view).columns()
        if _KEY.search(column.path) and not column.collection
    )


@functools.cache
def _columns(view):
    return frozenset(column.name for column in published.read(view).columns())


def read(sql):
    """The readers in a text; None when it uses keys otherwise than to compare them with keys,
    or is written in a way that is not understood here: then it has to run as it stands."""
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except sqlglot.ParseError:
        return None
    stars = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    if (
        stars
        or tree.find(exp.With)
        or any(join.args.get("using") for join in tree.find_all(exp.Join))
    ):
        return None
    try:
        return _Text(tree).readers()
    except _NotUnderstood:
        return None


class _NotUnderstood(Exception):
    """The text uses a key otherwise than to compare it with keys."""


class _Text:
    """One parsed text. A *source* is a table or a subquery that a SELECT reads from."""

    def __init__(self, tree):
        self._tree = tree
        self._views = [t for t in tree.find_all(exp.Table) if t.name in published.all()]
        self._used = {id(table): set() for table in self._views}
        self._ordered = {id(table): set() for table in self._views}

    def readers(self):
        compared = {id(table): set() for table in self._views}
        for column in self._tree.find_all(exp.Column):
            source = self._source(column)
            if id(source) not in self._used:
                continue
            self._used[id(source)].add(column.name)
            if column.name in keys(source.name):
                ordered = isinstance(column.parent, exp.Ordered)
                (self._ordered if ordered else compared)[id(source)].add(column.name)
        for column in self._tree.find_all(exp.Column):
            if self._is_key(column):
                self._check(column)
        if any(self._ordered[key] & compared[key] for key in compared):
            raise _NotUnderstood
        return [self._reader(table) for table in self._views]

    def _reader(self, table):
        place = table.this.meta if "start" in table.this.meta else table.meta
        return Reader(
            table.name,
            place["start"],
            place["end"] + 1,
            table.alias,
            frozenset(self._used[id(table)]),
            frozenset(self._tests(table)),
            frozenset(self._ordered[id(table)]),
        )

    # --- where a column comes from

    def _sources(self, select):
        joined = [join.this for join in select.args.get("joins") or ()]
        first = select.args.get("from_") or select.args.get("from")
        return [*([first.this] if first else []), *joined]

    def _source(self, column):
        """The source that a column is of, from its own SELECT outwards; None when unknown."""
        select = column.find_ancestor(exp.Select)
        while select is not None:
            for source in self._sources(select):
                if (
                    column.table == source.alias_or_name
                    if column.table
                    else self._gives(source, column.name)
                ):
                    return source
            select = select.find_ancestor(exp.Select)
        return None

    def _gives(self, source, name):
        if isinstance(source, exp.Table):
            return id(source) in self._used and name in _columns(source.name)
        return any(name == each.alias_or_name for each in self._given(source))

    def _given(self, source):
        """What a subquery gives; of a union, its first part."""
        inner = source.this
        while isinstance(inner, exp.SetOperation):
            inner = inner.this
        return inner.expressions if isinstance(inner, exp.Select) else []

    def _is_key(self, column):
        """Whether a column holds keys, through subqueries too."""
        source = self._source(column)
        if source is None:
            return False
        if isinstance(source, exp.Table):
            return id(source) in self._used and column.name in keys(source.name)
        inner = [each for each in self._given(source) if each.alias_or_name == column.name]
        return any(isinstance(e.unalias(), exp.Column) and self._is_key(e.unalias()) for e in inner)

    # --- how keys are used

    def _check(self, column):
        """Keys may be compared with keys, grouped, counted, given on; nothing else."""
        parent = column.parent
        if isinstance(parent, exp.EQ | exp.NEQ):
            other = parent.expression if parent.this is column else parent.this
            fine = isinstance(other, exp.Column) and self._is_key(other)
        elif isinstance(parent, exp.In):
            fine = self._is_key_list(parent.args.get("query"))
        else:
            kinds = (
                exp.Select,
                exp.Alias,
                exp.Group,
                exp.Is,
                exp.Ordered,
                exp.Window,
                exp.Distinct,
            )
            fine = isinstance(parent, kinds)
        if not fine:
            raise _NotUnderstood

    def _is_key_list(self, query):
        if query is None:
            return False
        given = [each.unalias() for each in self._given(query)]
        return len(given) == 1 and isinstance(given[0], exp.Column) and self._is_key(given[0])

    # --- which rows count

    def _tests(self, table):
        """The simple conditions on a view in the WHERE of the SELECT that reads it. A row that does
        not meet one is dropped there however the view is joined, so it need not be read."""
        where = table.find_ancestor(exp.Select).args.get("where")
        if where is None:
            return
        every = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
        for test in every:
            found = self._simple(test, table)
            if found:
                yield found

    def _simple(self, test, table):
        sign, left, right = (
            _SIGNS.get(type(test)),
            test.args.get("this"),
            test.args.get("expression"),
        )
        if not sign or not isinstance(left, exp.Column) or self._source(left) is not table:
            return None
        if isinstance(right, exp.Placeholder) and right.name in ("start", "end"):
            return left.name, sign, f"${right.name}"
        if isinstance(right, exp.Literal) and right.is_string and left.name not in keys(table.name):
            return left.name, sign, right.name
        return None
