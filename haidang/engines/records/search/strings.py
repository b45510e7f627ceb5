"""Conditions on strings: by their beginning, exactly, or by what is inside."""

from haidang.engines.records import binary
from haidang.engines.records.index import folding, hashing
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import sql
from haidang.engines.records.search.numbers import Wanted
from haidang.engines.records.search.sql import Sql
from haidang.engines.records.search.symbols import like

_LAST = "\U0010ffff"  # sorts after every continuation of a beginning


def string(condition, alias):
    paths = condition.parameter.paths
    texts = [queries.plain(value) for value in condition.values]
    if condition.modifier == "exact":
        return Wanted(frozenset(hashing.exact(p.number, t) for p in paths for t in texts))
    made = _inside if condition.modifier == "contains" else _from_start
    folded = [found for text in texts if (found := folding.fold(text))]
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


def _numbers(path):
    return binary.int8s([path.number, path.number | 1])
