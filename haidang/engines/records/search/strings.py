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
    inside = condition.modifier == "contains"
    return sql.some(_matching(path, text, alias, inside) for path in paths for text in texts)


def _matching(path, text, alias, inside):
    folded = folding.fold(text)
    numbers = binary.int8s([path.number, path.number | 1])
    if inside:
        return Sql(
            f"{alias}.rid IN (SELECT t.rid FROM records_string t WHERE t.p = ANY (%s::bigint[])"  # noqa: S608
            " AND t.s IN (SELECT x.s FROM records_text x WHERE x.s LIKE %s))",
            (numbers, f"%{like(folded)}%"),
        )
    return Sql(
        f"{alias}.rid IN (SELECT t.rid FROM records_string t"  # noqa: S608
        " WHERE t.p = ANY (%s::bigint[]) AND t.s >= %s AND t.s < %s)",
        (numbers, folded, folded + _LAST),
    )
