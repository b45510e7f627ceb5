"""A search over several types at once: one search a type, and their pages merged.

Source: FHIR R4, "Search", 3.1.1.1: only parameters that all the types have in common count. Each
type's rows go on from the same position, the last row of the page before, because record numbers
and values are of one order over all types.
"""

import functools
import heapq
import math
import operator
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.engines.records import compartments, kinds
from haidang.engines.records.search import common, ordering, sorting
from haidang.engines.records.search import cursor as cursors
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.common import PAGED_WIDTH
from haidang.kernel import errors


def types(*, cursor=None, compartment=False):
    """The types of which there is any resource, by name.

    cursor       of a page that goes on: the types that its first page was of
    compartment  only those of which something may be in the compartment of a Patient
    """
    if cursor:
        return tuple(map(kinds.name, cursors.types(cursor)))
    among = compartments.types() if compartment else kinds.NAMES
    return tuple(common.present(among))


def parse(types, query, *, strict=False, within=None):
    """(the query as a whole, the query of each type), with what all of them have in common.

    within   as in `query.parse`

    Raises   Incorrect as `query.parse`, and `records.search_unknown` under `strict`
    """
    pairs = queries.pairs(query)
    told = [pair for pair in pairs if pair[0] == "_type"]
    asked = [pair for pair in pairs if pair[0] != "_type"]
    parsed = [queries.parse(type, asked, strict=strict, within=within) for type in types]
    common = [pair for pair in asked if all(pair in each.used for each in parsed)]
    if unlike := [pair for pair in common if pair[0] == "_sort" and not _sorted_alike(parsed)]:
        if strict:
            raise errors.Incorrect(
                "records.search_unknown",
                _("Các loại tài nguyên này không sắp chung được theo “%(name)s”.")
                % {"name": unlike[0][1][:60]},
                name=unlike[0][1][:120],
            )
        common = [pair for pair in common if pair not in unlike]
    if any(each.used != common for each in parsed):
        parsed = [queries.parse(type, common, within=within) for type in types]
    first = parsed[0] if parsed else queries.Query("")
    whole = queries.Query(",".join(types), count=first.count, total=first.total, within=within)
    whole.summary, whole.elements, whole.sorts = first.summary, first.elements, first.sorts
    whole.includes = list(dict.fromkeys(one for each in parsed for one in each.includes))
    whole.used = [*told, *common]
    return whole, parsed


def _sorted_alike(parsed):
    """True when each key of the order is of one kind in all types."""
    shapes = {tuple(ordering.kind(each.type, code) for code, _ in each.sorts) for each in parsed}
    return len(shapes) == 1


def merged(found, limit):
    """The first rows of several searches in their common order.

    found    for each type its query and its rows, in order: PAGED, then one value a key
    """
    descending = [down for _code, down in found[0][0].sorts]
    key = functools.cmp_to_key(functools.partial(ordering.compared, descending))
    lists = [[(key((*_values(query, row), row[0])), row) for row in rows] for query, rows in found]
    return [row for _key, row in heapq.merge(*lists, key=operator.itemgetter(0))][:limit]


def _values(query, row):
    """The values of a row's keys as they compare: the tables give them as the text of their type."""
    found = row[PAGED_WIDTH:]
    if ordering.needed(query):
        return found
    types = [order.type for order in sorting.orders(query)]
    return [
        _READ[type](text) if text is not None else None
        for type, text in zip(types, found, strict=True)
    ]


def _moment(text):
    """Seconds; the ends of time stand where nothing bounds a period."""
    return _ENDS[text] if text in _ENDS else datetime.fromisoformat(text).timestamp()


_ENDS = {"infinity": math.inf, "-infinity": -math.inf}
_READ = {"bytea": str, "text": str, "float8": float, "timestamptz": _moment}
