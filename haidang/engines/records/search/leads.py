"""How many resources have a code, counted from the index of what leads them (`index/leading`).

The index of numbers tells where the rows of a code stand, and each has to be looked at; here the
index alone answers. Codings behind the first are few and have numbers of their own.
"""

import math
import time

from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import binary, kinds, wire
from haidang.engines.records.index import hashing, leading
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import sql
from haidang.engines.records.search.sql import Sql

_REFRESH_S = 300
_MOST = 12  # codes; more are counted by their numbers, in one go
_LEADING = "(SELECT count(*) FROM records_key k WHERE k.lead BETWEEN %s::bytea AND %s::bytea)"
_FOLLOWING = """
(SELECT count(*) FROM records_key k WHERE k.h && %s::bigint[] AND k.type + 0 = %s AND k.live AND NOT EXISTS (
    SELECT FROM unnest(%s::bytea[], %s::bytea[]) AS counted(lo, hi) WHERE k.lead BETWEEN lo AND hi))
"""
_known = {}


def count(type, conditions):
    """How many resources of a type satisfy the conditions, or None where this cannot tell:
    something else than codes is asked for, not all is in reach, or leads are missing yet.
    """
    values = _values(type, conditions)
    if not values or not access.sees_everything() or kinds.code(type) not in _led():
        return None
    spans, further = _spans(leading.number(type), values)
    lows, highs = zip(*spans, strict=True)
    text = " + ".join([_LEADING] * len(spans) + [_FOLLOWING])
    following = [
        binary.int8s(sorted(further)),
        kinds.code(type),
        *map(binary.byteas, (lows, highs)),
    ]
    values = [*(bound for span in spans for bound in span), *following]
    ((found,),) = sql.rows(Sql(f"SELECT {text}", values), chosen=True)
    return found


def _values(type, conditions):
    """The (system or None, code) that are asked for; nothing where there is more to it."""
    if len(conditions) != 1 or not isinstance(conditions[0], queries.Condition):
        return []
    (asked,) = conditions
    if asked.modifier or asked.chain or asked.parameter != leading.parameter(type):
        return []
    values = {_value(each) for each in asked.values}
    return [] if None in values or len(values) > _MOST else values


def _value(text):
    parts = [queries.plain(part) for part in queries.split(text, "|")]
    if len(parts) > 2 or not parts[-1]:
        return None
    return (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])


def _spans(number, values):
    """Ranges of the column that do not meet, and the numbers of codings behind the first."""
    bare, whole = set(), set()
    for system, code in values:
        forms = hashing.token(number, system, code)
        if system is None:
            bare.add(forms[0])
        else:
            whole.add(forms[:2])
    alone = [pair for pair in whole if pair[0] not in bare]
    spans = [leading.span(each) for each in bare]
    spans += [(leading.packed(pair),) * 2 for pair in alone]
    return spans, {hashing.further(n) for n in (*bare, *(pair[1] for pair in alone))}


def _led():
    """The types (codes) of which every record has its lead, read again every few minutes."""
    name = connection.settings_dict["NAME"]
    read_at, found = _known.get(name, (-math.inf, frozenset()))
    if time.monotonic() - read_at > _REFRESH_S:
        found = frozenset(type for (type,) in wire.rows("SELECT type FROM records_led"))
        _known[name] = (time.monotonic(), found)
    return found


def forget():
    """Ask again which types they are."""
    _known.clear()
