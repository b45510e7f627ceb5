"""Conditions as SQL over one row of `records_key`, called by an alias.

Most of them are numbers that must stand in the row's `h`; `Numbers` keeps these apart, so that
all of a query's meet the GIN index as one condition.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import binary, compartments, keys, kinds, listed, reading
from haidang.engines.records.index import hashing
from haidang.engines.records.search import (
    amounts,
    common,
    composite,
    periods,
    referring,
    sql,
    strings,
    symbols,
)
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.sql import Sql
from haidang.kernel import errors

_BY_KIND = {
    "token": symbols.token, "uri": symbols.uri, "string": strings.string,
    "date": periods.date, "number": amounts.number, "quantity": amounts.quantity,
    "composite": composite.composite, "special": amounts.near,
}  # fmt: skip
# So many rids are put into a query as they are; beyond, the rows are asked one by one.
FEW = 2000
_SEVERAL = 8
_LARGE = 0.05


@dataclass(frozen=True)
class Numbers:
    """Any of these numbers stands in the row, or with `absent` none of them does."""

    any_of: frozenset
    absent: bool = False

    def sql(self, alias, *, indexed=True):
        """The test of a row; many numbers, when no index is meant, are looked up by hash."""
        if not self.any_of:
            return sql.EVERYTHING if self.absent else sql.NOTHING
        numbers = (binary.int8s(sorted(self.any_of)),)
        found = Sql(f"{alias}.h && %s::bigint[]", numbers)
        if len(self.any_of) > _SEVERAL and (self.absent or not indexed):
            # The planner makes the table of hashes when it sees the numbers.
            word = "NOT EXISTS" if self.absent else "EXISTS"
            text = f"{word} (SELECT FROM unnest({alias}.h) AS e WHERE e = ANY (%s::bigint[]))"
            return sql.Weighed(text, numbers)
        return sql.no(found) if self.absent else found


def compiled(condition, alias):
    """A condition as `Numbers` or `Sql` about the row `alias`."""
    if isinstance(condition, queries.Reverse):
        return _reverse(condition, alias)
    if isinstance(condition, queries.Within):
        return _within(condition, alias)
    if isinstance(condition, periods.Together):
        return periods.together(condition.conditions, alias)
    parameter = condition.parameter
    if condition.modifier == "missing":
        return _missing(condition, alias)
    if parameter.code in _OF_THE_ROW:
        return _OF_THE_ROW[parameter.code](condition, alias)
    if condition.chain:
        return _chain(condition, alias)
    if parameter.kind == "reference":
        return Numbers(frozenset(referring.numbers(condition)))
    found = _BY_KIND[parameter.kind](condition, alias)
    if isinstance(found, Sql):
        return found
    return Numbers(frozenset(found.any_of), found.absent)


def _named(condition, alias):
    """The same; who cannot be read is named as the parameter was written."""
    try:
        return compiled(condition, alias)
    except errors.Incorrect as why:
        if why.code == "records.search_unreadable":
            why.facts["name"] = condition.name[:120]
        raise


class Where:
    """The conditions on one row, told apart by what can answer them.

    all_of   numbers that must all stand in the row
    any_of   sets of which one number each must stand there
    beside   tests that rows of side tables decide
    rest     everything else, as SQL
    """

    def __init__(self, conditions, alias):
        self.alias, self.all_of, self.any_of = alias, set(), []
        self.beside, self.rest = [], []
        for each in merged(conditions):
            self._take(_named(each, alias))

    def _take(self, found):
        if isinstance(found, sql.Beside):
            self.beside.append(found)
        elif isinstance(found, Sql):
            self.rest.append(found)
        elif found.absent or not found.any_of:
            self.rest.append(found.sql(self.alias))
        elif len(found.any_of) == 1:
            self.all_of |= found.any_of
        else:
            self.any_of.append(found.any_of)

    @property
    def numbered(self):
        """True when the GIN index answers a part."""
        return bool(self.all_of or self.any_of)

    @property
    def by_number(self):
        """True when the GIN index answers the whole."""
        return self.numbered and not (self.beside or self.rest)

    def sql(self, *, indexed=True, held=False):
        """All conditions. `indexed`: the row may be found by them, else something else finds it;
        `held`: by its numbers alone, and what stands beside is asked of each row.
        """
        beside = self.held() if held or not indexed else self.beside
        return sql.every([*self.numbers(indexed=indexed), *beside, *self.rest])

    def numbers(self, *, indexed=True):
        all_of = [contains(self.alias, self.all_of, indexed=indexed)] if self.all_of else []
        any_of = [Numbers(each).sql(self.alias, indexed=indexed) for each in self.any_of]
        return [*all_of, *any_of]

    def held(self, but=None):
        """What stands beside, asked of one row after another; all of it `but` one."""
        return [each.held for each in self.beside if each is not but]

    def weighed(self, *, indexed=True):
        """True when the planner has to see a value to find the way."""
        tests = [*self.rest, *self.numbers(indexed=indexed)]
        return any(isinstance(each, sql.Weighed) for each in tests)

    @property
    def wide(self):
        """True when so many numbers will do that a walk may well meet them soon."""
        return self.by_number and any(len(numbers) > _SEVERAL for numbers in self.any_of)

    def share(self):
        return common.share(self.all_of, self.any_of)


def merged(conditions):
    """Conditions on one date that an element has but once are one condition on its row."""
    kept, together = [], {}
    for each in conditions:
        if isinstance(each, queries.Condition) and periods.of_one_row(each):
            together.setdefault(each.parameter.code, []).append(each)
        else:
            kept.append(each)
    return [*kept, *(periods.Together(tuple(each)) for each in together.values())]


def contains(alias, numbers, *, indexed=True):
    """All of these numbers stand in the row; not `indexed` when something else finds the row."""
    column = f"{alias}.h" if indexed else f"({alias}.h || ARRAY[]::bigint[])"
    return Sql(f"{column} @> %s::bigint[]", (binary.int8s(sorted(numbers)),))


def selected(type, where, *, indexed=True):
    """The whole condition for rows of one type that are alive, numbers included."""
    # A column with something added keeps the planner at the index of numbers.
    plus = " + 0" if indexed and where.numbered else ""
    alive = Sql(f"{where.alias}.type{plus} = %s AND {where.alias}.live", (kinds.code(type),))
    return sql.every([where.sql(indexed=indexed), alive])


def _missing(condition, alias):
    value = condition.values[0]
    if value not in ("true", "false"):
        raise unreadable(condition)
    parameter = condition.parameter
    if parameter.code in ("_id", "_lastUpdated"):
        return sql.EVERYTHING if value == "false" else sql.NOTHING
    if parameter.kind == "composite":
        return composite.missing(condition, alias, value == "true")
    marks = frozenset(hashing.present(path.number) for path in parameter.paths)
    if any(path.target for path in parameter.paths):
        # What is narrowed to one type shares its mark with what points at others too.
        there = sql.every([Numbers(marks).sql(alias), _narrowed(parameter, alias)])
        return sql.no(there) if value == "true" else there
    return Numbers(marks, absent=value == "true")


def _narrowed(parameter, alias):
    """The row points at a record here of the one type that each path is narrowed to."""
    text = (
        f"(SELECT true FROM unnest({alias}.h) AS e CROSS JOIN LATERAL"  # noqa: S608
        " (SELECT t.type FROM records_key t WHERE t.rid = (e # %s) OFFSET 0) AS t"
        f" WHERE ((e # %s) >> {hashing.RID_BITS}) = 0 AND t.type = %s LIMIT 1) IS NOT NULL"
    )
    tests = []
    for path in parameter.paths:
        if path.target:
            number = binary.signed(path.number)
            tests.append(Sql(text, (number, number, kinds.code(path.target))))
        else:
            tests.append(Numbers(frozenset({hashing.present(path.number)})).sql(alias))
    return sql.some(tests)


def _within(condition, alias):
    """Something that the compartment of the Patient is made by points at them."""
    found = Numbers(frozenset(p ^ condition.rid for p in compartments.listed(condition.type)))
    if condition.type != "Patient":
        return found
    itself = Sql(f"{alias}.rid = %s", (condition.rid,))
    return sql.some([itself, found.sql(alias)])


def unreadable(condition):
    return errors.Incorrect(
        "records.search_unreadable",
        _("Giá trị tìm kiếm không đọc được; hãy kiểm tra cách viết."),
        name=condition.parameter.code,
    )


# ── What the row itself answers ────────────────────────────────────────────────────────────


def _id(condition, alias):
    wanted = [keys.pack(queries.plain(value)) for value in condition.values]
    return Sql(f"{alias}.id = ANY (%s::bytea[])", (binary.byteas(wanted),))


def _last_updated(condition, alias):
    tests = periods.instants(condition)
    text = f"EXISTS (SELECT FROM records_resource x WHERE x.rid = {alias}.rid AND ({{}}))"  # noqa: S608
    found = sql.put(text, tests)
    return sql.Weighed(found.text, found.values)


def _list(condition, alias):
    """Members of a List, as it stands now."""
    lists = {queries.plain(value) for value in condition.values}
    named = {ref for id in lists for ref, _version in listed.members(id)}
    rids = reading.rids(r for r in named if r.startswith(f"{condition.parameter.type}/")).values()
    return Sql(f"{alias}.rid = ANY (%s::bigint[])", (binary.int8s(sorted(rids)),))


_OF_THE_ROW = {"_id": _id, "_lastUpdated": _last_updated, "_list": _list}


# ── Chains ─────────────────────────────────────────────────────────────────────────────────
# Going from row to row keeps to what the asker may see: each row met on the way must have a
# record in reach.


def visible(alias):
    """The row has a record in reach.

    Whoever has everything in reach is spared a look at each record: what is denied to the asker
    is gathered once for the statement, and is nothing where nobody denies.
    """
    return Sql(
        "CASE WHEN (SELECT current_setting('haidang.reach', true) = 'all'"  # noqa: S608
        " AND COALESCE(current_setting('haidang.lens', true), '') = '')"
        f" THEN {alias}.rid NOT IN"
        " (SELECT records_closed(NULLIF(current_setting('haidang.asker', true), '')))"
        f" ELSE EXISTS (SELECT FROM records_resource r WHERE r.rid = {alias}.rid) END"
    )


def visible_now(alias):
    """The same for a statement that is carried out at once: nothing is tested where all is seen."""
    return sql.EVERYTHING if access.sees_everything() else visible(alias)


def _chain(condition, alias):
    """The row points at a resource for which the rest of the chain holds."""
    inners = queries.chained(condition)
    if len(inners) > _SEVERAL:  # a reference to whatever type: most types are not there at all
        inners = {target: inners[target] for target in common.present(inners)}
    parts = [_points_at(condition.parameter, *each, alias) for each in inners.items()]
    if all(isinstance(part, Numbers) for part in parts):
        return Numbers(frozenset().union(*(part.any_of for part in parts)))
    return sql.some(p.sql(alias) if isinstance(p, Numbers) else p for p in parts)


def _points_at(parameter, target, inner, alias):
    below = f"{alias}t"
    numbers = [path.number for path in parameter.paths if path.target in (None, target)]
    where = Where([inner], below)  # made once: it asks for what it leads to itself
    few = _few(target, inner, where)
    if few is not None:
        return Numbers(frozenset(number ^ rid for number in numbers for rid in few))
    # OFFSET 0 fixes the order: first the few rows pointed at, then what is asked of them.
    text = (
        f"(SELECT true FROM unnest({alias}.h) AS e CROSS JOIN unnest(%s::bigint[]) AS p"  # noqa: S608
        f" CROSS JOIN LATERAL (SELECT * FROM records_key t WHERE t.rid = (e # p) OFFSET 0) AS {below}"
        f" WHERE ((e # p) >> {hashing.RID_BITS}) = 0 AND {{}} LIMIT 1) IS NOT NULL"
    )
    wanted = _wanted(target, where)
    return sql.put(text, Sql(f"({wanted.text})", (binary.int8s(numbers), *wanted.values)))


def _reverse(condition, alias):
    """A resource for which the inner condition holds points at the row."""
    above = f"{alias}s"
    numbers = [path.number for path in condition.reference.paths]
    where = Where([condition.inner], above)
    few = _pointed_at(numbers, condition, where)
    if few is not None:
        return Sql(f"{alias}.rid = ANY (%s::bigint[])", (binary.int8s(few),))
    probes = ", ".join(f"{binary.signed(number)}::bigint # {alias}.rid" for number in numbers)
    # Planned apart, all that point here are found by the index and looked at until one will do: a
    # seek for the first of them would look to the planner as if it were soon met along the table.
    text = (
        f"(WITH {above} AS MATERIALIZED (SELECT * FROM records_key s WHERE s.h && ARRAY[{probes}])"  # noqa: S608
        f" SELECT true FROM {above} WHERE {{}} LIMIT 1) IS NOT NULL"
    )
    return sql.put(text, _wanted(condition.type, where))


def _wanted(type, where):
    """For a row that is met on the way."""
    return sql.every([selected(type, where, indexed=False), visible(where.alias)])


def _found(type, where):
    """For the rows with which a way begins, which are asked for at once."""
    return sql.every([selected(type, where), visible_now(where.alias)])


def _pointed_at(numbers, condition, where):
    """The rids that few rows with the inner condition point at, in order; None when they are many."""
    if _many(condition.type, condition.inner, where):
        return None
    # In the list of what is selected, numbers come one by one; as a table each row's are kept first.
    text = (
        f"SELECT e # p FROM (SELECT unnest({where.alias}.h) AS e FROM records_key {where.alias}"  # noqa: S608
        " WHERE {}) AS met, unnest(%s::bigint[]) AS p"
        f" WHERE ((e # p) >> {hashing.RID_BITS}) = 0 LIMIT {FEW + 1}"
    )
    wanted = _found(condition.type, where)
    found = Sql(text.format(wanted.text), (*wanted.values, binary.int8s(numbers)))
    rids = _rids(found, condition.inner, where)
    return sorted(set(rids)) if len(rids) <= FEW else None


def _few(type, inner, where):
    """The rids of the rows for which a condition holds, or None when they are many."""
    if _many(type, inner, where):
        return None
    wanted = _found(type, where)
    text = f"SELECT {where.alias}.rid FROM records_key {where.alias} WHERE {wanted.text} LIMIT {FEW + 1}"  # noqa: S608
    rids = _rids(Sql(text, wanted.values), inner, where)
    return rids if len(rids) <= FEW else None


def _rids(found, inner, where):
    chosen = isinstance(inner, queries.Condition) and where.by_number
    return [rid for (rid,) in sql.rows(found, chosen=chosen)]


def _many(type, inner, where):
    """True when a plain condition is expected to hold for many rows of a type, or so large a part
    of them that going from row to row soon meets some.
    """
    if not isinstance(inner, queries.Condition) or inner.chain:
        return False
    if where.beside:
        rows = min(common.found(each) for each in where.beside)
    else:
        rows = common.expected(where.share())
    return rows > 3 * FEW or rows > max(FEW, _LARGE * common.of_type(kinds.code(type)))
