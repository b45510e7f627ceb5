"""Conditions on strings: by their beginning, exactly, or by what is inside."""

import re

from haidang.engines.records import binary
from haidang.engines.records.index import folding, hashing
from haidang.engines.records.search import many, sql
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.numbers import Wanted
from haidang.engines.records.search.sql import Sql
from haidang.engines.records.search.symbols import like

_LETTERS = re.compile(r"[^\W_]{3}")
_LAST = "\U0010ffff"  # sorts after every continuation of a beginning


def string(condition, alias):
    paths = condition.parameter.paths
    texts = [queries.plain(value) for value in condition.values]
    if condition.modifier == "exact":
        return Wanted(frozenset(hashing.exact(p.number, t) for p in paths for t in texts))
    made = _inside if condition.modifier == "contains" else _from_start
    folded = [found for text in texts if (found := folding.fold(text))]
    if len(condition.values) > many.FEW:
        return (
            _many_inside(paths, folded, alias) if made is _inside else _many(paths, folded, alias)
        )
    wanted = [(path, text) for path in paths for text in folded]
    ranges = [made(*each) for each in wanted]
    tests = [_held(*each) for each in wanted] if made is _inside else ranges
    return sql.beside(alias, "records_string", "t", sql.some(tests), ranges)


def _from_start(path, folded):
    return Sql(
        "t.p = ANY (%s::bigint[]) AND t.s >= %s AND t.s < %s",
        (_numbers(path), folded, folded + _LAST),
    )


def _inside(path, folded):
    return Sql(
        "t.p = ANY (%s::bigint[]) AND t.s IN (SELECT x.s FROM records_text x WHERE x.s LIKE %s)",
        (_numbers(path), f"%{like(folded)}%"),
    )


def _held(path, folded):
    """The same of the few strings of one record, where finding the texts first takes longer."""
    return Sql("t.p = ANY (%s::bigint[]) AND t.s LIKE %s", (_numbers(path), f"%{like(folded)}%"))


def _numbers(*paths):
    return binary.int8s([number for path in paths for number in (path.number, path.number | 1)])


# ── Many values ────────────────────────────────────────────────────────────────────────────


def _many(paths, folded, alias):
    known = {(path.number, 0): ranges(folded) for path in paths}
    return many.beside(alias, [many.Wanted(many.STRINGS, known if folded else {})])


def ranges(folded):
    """Where texts stand that begin in one of these ways."""
    return [(each, each + _LAST) for each in folded]


def ranges_of(value):
    """The same for a value as it is written."""
    folded = folding.fold(queries.plain(value))
    return ranges([folded] if folded else [])


def _many_inside(paths, folded, alias):
    """Three letters together are looked up in an index of them; what has none, in all texts at once."""
    looked_up = [each for each in folded if _LETTERS.search(each)]
    others = set(folded) - set(looked_up)
    patterns = binary.texts([f"%{like(each)}%" for each in looked_up])
    texts = Sql(
        "SELECT x.s FROM unnest(%s::text[]) AS p CROSS JOIN LATERAL"
        " (SELECT x.s FROM records_text x WHERE x.s LIKE p OFFSET 0) AS x",
        (patterns,),
    )
    if others:
        any_of = "|".join(map(re.escape, sorted(others)))
        anywhere = Sql("SELECT x.s FROM records_text x WHERE x.s ~ %s", (any_of,))
        texts = sql.put("{} UNION ALL {}", texts, anywhere)
    numbers = _numbers(*paths)
    found = Sql(f"t.p = ANY (%s::bigint[]) AND t.s IN ({texts.text})", (numbers, *texts.values))
    every = binary.texts([f"%{like(each)}%" for each in folded])
    held = Sql("t.p = ANY (%s::bigint[]) AND t.s LIKE ANY (%s::text[])", (numbers, every))
    return sql.beside(alias, "records_string", "t", held, [found])
