"""Order by codes, references and addresses, which the tables hold as numbers that have no order.

The matches are read and put in order here, every key of the order then, so only so many may
match: beyond, the search is refused and says so. Each page is computed anew from the values of
the last row before it.
"""

import functools

from django.utils.translation import gettext as _

from haidang.engines.records import compression, keys, wire
from haidang.engines.records.index import extractor
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.common import PAGED, PAGED_WIDTH
from haidang.kernel import errors, fhirjson

MOST = 5000
_TEXTS = {"token", "reference", "uri"}


def needed(query):
    """True when some key of a query's order has no column."""
    return any(kind(query.type, code) in _TEXTS for code, _descending in query.sorts)


def take(query, tables, where, position, limit):
    """Rows of PAGED and the values of the keys, from a position on.

    Raises    TooLarge `records.sort_too_wide`
    """
    text = f"SELECT {PAGED} FROM {tables} WHERE {where.text} LIMIT {MOST + 1}"  # noqa: S608
    rows = wire.rows(text, where.values, prepare=False)
    if len(rows) > MOST:
        raise errors.TooLarge(
            "records.sort_too_wide",
            _("Quá nhiều kết quả để sắp theo mã, tham chiếu hay địa chỉ; hãy thêm điều kiện."),
            most=MOST,
        )
    before = functools.cmp_to_key(functools.partial(compared, [d for _, d in query.sorts]))
    read = compression.reader()
    known = [(*row, *_values(query, row, read)) for row in rows]
    known.sort(key=lambda row: before((*row[PAGED_WIDTH:], row[0])))
    if position:
        last = before(tuple(position))
        known = [row for row in known if last < before((*row[PAGED_WIDTH:], row[0]))]
    return known[:limit]


def compared(descending, one, other):
    """Below zero when `one` comes first; what has no value comes last, then the record number."""
    for down, mine, yours in zip(descending, one, other, strict=False):
        if mine == yours:
            continue
        if mine is None or yours is None:
            return 1 if mine is None else -1
        return -1 if (mine < yours) != down else 1
    return (one[-1] > other[-1]) - (one[-1] < other[-1])


def kind(type, code):
    found = queries.find(type, code)
    return code if code in ("_id", "_lastUpdated") else found.kind


def _values(query, row, read):
    _rid, code, id, _version, at, *_rest, body, _newest = row
    resource, found = fhirjson.loads(read(code, body)), None
    values = []
    for name, descending in query.sorts:
        form = kind(query.type, name)
        if form == "_id":
            values.append(keys.unpack(id))
        elif form == "_lastUpdated":
            values.append(at.isoformat())
        else:
            found = found or extractor.extract(resource)
            parameter = queries.find(query.type, name)
            held = list(_held(form, parameter, resource, found))
            values.append((max if descending else min)(held, default=None))
    return values


def _held(kind, parameter, resource, found):
    """The values of one key, as the tables would hold them."""
    numbers = {path.number for path in parameter.paths}
    if kind == "date":
        return [low for number, low, _high in found.dates if number & ~1 in numbers]
    if kind == "string":
        return [text for number, text in found.strings if number in numbers]
    if kind in ("number", "quantity"):
        return [low for number, low, *_more in found.quantities if number in numbers]
    return (
        text
        for path in parameter.paths
        for way, type in path.leaves
        for value in _follow(resource, way)
        for text in _texts(type, value)
        if path.target is None or text.startswith(f"{path.target}/")
    )


def _follow(value, way):
    if isinstance(value, list):
        for each in value:
            yield from _follow(each, way)
    elif not way:
        yield value
    elif isinstance(value, dict):
        name, condition = way[0] if isinstance(way[0], tuple) else (way[0], None)
        for each in _listed(value.get(name)):
            if condition is None or each.get(condition[0]) == condition[1]:
                yield from _follow(each, way[1:])


def _listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(type, value):
    """The words by which one value is put in order: a code before its system, a number, an address."""
    if type == "deceased":
        dead = value.get("deceasedBoolean") or "deceasedDateTime" in value
        return ["true" if dead else "false"]
    if type == "CodeableConcept":
        return [each["code"].lower() for each in value.get("coding", ()) if "code" in each]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, dict):
        name = {"Coding": "code", "Reference": "reference", "Attachment": "url"}.get(type, "value")
        return (
            [str(value[name]).lower() if type == "Coding" else str(value[name])]
            if name in value
            else []
        )
    return [str(value)]
