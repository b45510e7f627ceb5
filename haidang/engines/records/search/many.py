"""Many values of one parameter as one set, so that PostgreSQL plans no branch for each of them.

What all of them together allow is worked out here. For dates and amounts each value comes to tests
of a row [lo, hi], of two kinds: it lies *within* (`lo >= a`, `hi <= b`) or reaches *over* (`hi > a`,
`lo < b`). Of all that begin early enough for one `lo` the furthest end decides, and of all that end
late enough the nearest beginning: so a set is steps along `lo`, each with the end to lie within and
the one to reach over. Strings have ranges that do not meet: a bound with an odd place is the start of one.

A row's step is found by halving (`width_bucket`), under the *key* of the row: the number of its path,
with that of a unit or of a code of its record taken in by XOR where one is asked for. Which part of a
table's index may hold such rows is told by spans of `lo`, read one after another.
"""

import functools
import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate, pairwise

from haidang.engines.records import binary
from haidang.engines.records.index import moments
from haidang.engines.records.search import sql
from haidang.engines.records.search.sql import Sql

FEW = 12  # values; so many are a condition each, whose statement is planned better
WITHIN, OVER = "within", "over"
HELD = "e"  # stands for each number that the record itself holds
_SAMPLE = 12  # spans by which the planner tells how much is found


@dataclass(frozen=True)
class Table:
    """A side table: the ends of its rows in SQL, and the first and the last value of their type.

    near    (bit of a path number, how far before what they reach over its rows may begin or None)
    """

    name: str
    letter: str
    low: str
    high: str
    type: str
    packed: object
    least: object
    most: object
    near: tuple

    @property
    def stepped(self):
        return self.type != "text"


DATES = Table(
    "records_date", "d", "d.lo", "d.hi", "timestamptz", binary.moments, binary.NEVER, binary.FOREVER,
    ((0, moments.LONG), (1, None)),
)  # fmt: skip
AMOUNTS = Table(
    "records_quantity", "q", "q.lo", "q.hi", "float8", binary.floats, -math.inf, math.inf, ((0, 0.0),)
)  # fmt: skip
STRINGS = Table("records_string", "t", "t.s", "t.s", "text", binary.texts, "", "", ((0, None), (1, None)))  # fmt: skip
INSTANTS = Table(
    "", "x", "x.at", "x.at + interval '1 microsecond'", "timestamptz", binary.moments, binary.NEVER,
    binary.FOREVER, (),
)  # fmt: skip


_NONE = Sql("SELECT n.rid FROM records_key n WHERE false")


def sides(table, prefix, a, b):
    """The tests that a prefix makes of a value [a, b): of `lo` and `hi`, each from or up to one of them."""
    least, most = table.least, table.most
    within, above, below = (WITHIN, a, b), (OVER, b, most), (OVER, least, a)
    return {
        "eq": [within], "ne": [above, below], "gt": [above], "lt": [below],
        "ge": [above, within], "le": [below, within],
        "sa": [(WITHIN, b, most)], "eb": [(WITHIN, least, a)], "ap": [(OVER, a, b)],
    }[prefix]  # fmt: skip


def steps(table, tests):
    """[(from, the end to lie within, the one to reach over)] for tests (kind, a, b)."""
    within = sorted((a, b) for kind, a, b in tests if kind is WITHIN)
    over = sorted((b, a) for kind, a, b in tests if kind is OVER)
    begins, ends = [a for a, _ in within], [b for b, _ in over]
    furthest = [table.least, *accumulate((b for _, b in within), max)]
    nearest = [*accumulate((a for _, a in reversed(over)), min)][::-1] + [table.most]
    found = []
    for at in sorted({table.least, *begins, *ends} - {table.most}):
        step = furthest[bisect_right(begins, at)], nearest[bisect_right(ends, at)]
        if not found or found[-1][1:] != step:
            found.append((at, *step))
    return found


def bounds(ranges):
    """The ranges as ends that rise: what meets is one."""
    return [end for span in _merged(ranges) for end in span]


def _merged(spans):
    found = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1][1] = max(found[-1][1], high)
        else:
            found.append([low, high])
    return found


def _spans(table, known, margin):
    """Where rows that may pass begin: [low, high] with both ends."""
    if not table.stepped:
        return list(zip(known[::2], known[1::2], strict=True))
    found = []
    for (at, within, over), (stop, *_) in pairwise([*known, (table.most,)]):
        if over < table.most:
            soonest = at if margin is None else max(at, over - margin)
            found.append((soonest, stop))
        if within >= at and within > table.least:
            found.append((at, min(stop, within)))
    return [span for span in found if span[0] <= span[1]]


def _columns(table, lines):
    return [[step[n] for step in lines] for n in range(3)] if table.stepped else [lines]


@dataclass(frozen=True)
class Wanted:
    """Values of one parameter: {(path number, what else is asked for): tests or ranges}.

    more    columns whose numbers are asked for too, each by XOR: a unit, or `HELD`
    """

    table: Table
    known: dict
    more: tuple = ()

    @property
    def key(self):
        path = f"{self.table.letter}.p & -2" if self.table.name else "0::bigint"
        return " # ".join([f"({path})", *self.more])

    @functools.cached_property
    def _made(self):
        """{(path number, what else is asked for): steps or bounds}"""
        stepped = self.table.stepped
        return {
            each: steps(self.table, tests) if stepped else bounds(tests)
            for each, tests in self.known.items()
        }

    def _lines(self):
        """[(key, its steps or bounds)] in the order of the keys as PostgreSQL has them."""
        return sorted((binary.signed(p ^ other), line) for (p, other), line in self._made.items())

    def test(self, holder=None):
        """The test of a row of the table; `holder` is the row of `records_key` it is about."""
        lines = self._lines()
        found = self._of_one(*lines[0]) if len(lines) == 1 else self._of_several(lines)
        return self._of_held(found, holder) if HELD in self.more else found

    def _of_one(self, key, line):
        table = self.table
        columns = _columns(table, line)
        froms, *ends = [table.packed(column) for column in columns]
        place = f"width_bucket({table.low}, %s::{table.type}[])"
        passed = Sql(f"{place} & 1 = 1", (froms,))
        if table.stepped:
            end = f"(%s::{table.type}[])[{place}]"
            text = f"{table.high} <= {end} OR {table.high} > {end}"
            passed = Sql(text, (ends[0], froms, ends[1], froms))
        return sql.every([Sql(f"{self.key} = %s", (key,)), passed])

    def _of_several(self, lines):
        """The step is looked for among those of the row's key."""
        table = self.table
        starts = [0, *accumulate(len(line) for _key, line in lines)]
        flat = [each for _key, line in lines for each in line]
        columns = _columns(table, flat)
        arrays = [table.packed(column) for column in columns]
        names = ("froms", "withins", "overs")[: len(arrays)]
        packed = ", ".join(f"%s::{table.type}[] AS {name}" for name in names)
        hit = "step.i & 1 = 1"
        if table.stepped:
            hit = f"{table.high} <= n.withins[step.i] OR {table.high} > n.overs[step.i]"
        text = (
            f"(SELECT {hit} FROM (SELECT %s::bigint[] AS keys, %s::int4[] AS starts, {packed} OFFSET 0) AS n"  # noqa: S608
            f" CROSS JOIN LATERAL (SELECT width_bucket({self.key}, n.keys) AS g OFFSET 0) AS at"
            " CROSS JOIN LATERAL (SELECT n.starts[at.g] + width_bucket("
            f"{table.low}, n.froms[n.starts[at.g] + 1:n.starts[at.g + 1]]) AS i OFFSET 0) AS step"
            f" WHERE n.keys[at.g] = {self.key})"
        )
        return Sql(text, (binary.int8s([key for key, _ in lines]), binary.int4s(starts), *arrays))

    def _of_held(self, found, holder):
        if holder:
            return sql.put(f"EXISTS (SELECT FROM unnest({holder}.h) AS e WHERE {{}})", found)
        about = f"records_key y CROSS JOIN unnest(y.h) AS e WHERE y.rid = {self.table.letter}.rid"
        return sql.put(f"EXISTS (SELECT FROM {about} AND {{}})", found)  # noqa: S608

    def spans(self):
        """[(path number, low, high)] of the parts of the table's index that may hold such rows."""
        found = {}
        for (number, _other), known in self._made.items():
            for bit, margin in self.table.near:
                found.setdefault(number | bit, []).extend(_spans(self.table, known, margin))
        return [(p, *span) for p, spans in sorted(found.items()) for span in _merged(spans)]


def beside(alias, groups, also=()):
    """The condition that some row of a side table is about the record and is among what is wanted.

    groups    `Wanted` of one table
    also      tests that the same row has to pass
    """
    table, groups = groups[0].table, [each for each in groups if each.known]
    parts, spans = [], []
    for each in groups:
        found = each.spans()
        spans += found
        parts += [_read(each, found, also), *_wide(each, also)] if found else []
    rids = sql.put(" UNION ALL ".join("{}" for _ in parts), *parts) if parts else _NONE
    tests = sql.every([sql.some(each.test(alias) for each in groups), *also])
    held = sql.put(
        f"(SELECT true FROM {table.name} {table.letter} WHERE {table.letter}.rid = {alias}.rid"  # noqa: S608
        " AND ({}) LIMIT 1) IS NOT NULL",
        tests,
    )
    found = Sql(f"{alias}.rid IN ({rids.text})", rids.values)
    return sql.Beside(found.text, found.values, rids, held, *_sample(table, spans))


def _read(wanted, spans, also):
    """The rids of what is wanted, one span of the index after another."""
    table = wanted.table
    numbers, lows, highs = ([span[n] for span in spans] for n in range(3))
    # OFFSET 0 fixes the order: for each span the index is asked, never the table for each row.
    text = (
        f"SELECT {table.letter}.rid FROM unnest(%s::bigint[], %s::{table.type}[], %s::{table.type}[]) AS w(p, low, high)"  # noqa: S608
        f" CROSS JOIN LATERAL (SELECT {table.letter}.rid FROM {table.name} {table.letter} WHERE {table.letter}.p = w.p"
        f" AND {table.low} >= w.low AND {table.low} <= w.high AND {{}} OFFSET 0) AS {table.letter}"
    )
    packed = Sql("", (binary.int8s(numbers), table.packed(lows), table.packed(highs)))
    tests = sql.every([wanted.test(), *also])
    return Sql(text.format(f"({tests.text})"), (*packed.values, *tests.values))


def _wide(wanted, also):
    """Amounts wider than a point reach over from wherever they begin: an index has them by their ends."""
    nearest = {}
    for (number, _other), tests in wanted.known.items():
        overs = [a for kind, a, _b in tests if kind is OVER] if wanted.table is AMOUNTS else []
        if overs:
            nearest[number] = min(*overs, nearest.get(number, math.inf))
    if not nearest:
        return []
    text = (
        "SELECT q.rid FROM unnest(%s::bigint[], %s::float8[]) AS w(p, high)"
        " CROSS JOIN LATERAL (SELECT q.rid FROM records_quantity q WHERE q.p = w.p AND q.lo < q.hi"
        " AND q.hi > w.high AND ({}) OFFSET 0) AS q"
    )
    tests = sql.every([wanted.test(), *also])
    packed = binary.int8s(list(nearest)), binary.floats(list(nearest.values()))
    return [Sql(text.format(tests.text), (*packed, *tests.values))]


def _sample(table, spans):
    """(a statement that finds a part, how many such parts there are), for the planner to tell."""
    if not spans:
        return _NONE, 1.0
    taken = spans[:: math.ceil(len(spans) / _SAMPLE)]
    letter = table.letter
    select = f"SELECT {letter}.rid FROM {table.name} {letter} WHERE {{}}"  # noqa: S608
    parts = [_between(table, *each) for each in taken]
    return sql.put(" UNION ALL ".join(select for _ in parts), *parts), len(spans) / len(taken)


def _between(table, number, low, high):
    tests = [Sql(f"{table.letter}.p = %s", (binary.signed(number),))]
    for sign, end, none in ((">=", low, table.least), ("<=", high, table.most)):
        if end != none:
            tests.append(Sql(f"{table.low} {sign} %s", (_shown(table, end),)))
    return sql.every(tests)


def _shown(table, end):
    if table.packed is not binary.moments:
        return end
    return moments.EPOCH + timedelta(microseconds=end)
