"""What the oracle finds by going on from a resource: includes, and the order of values."""

import functools

from haidang.engines.records.tests import oracle


def included(data, matches, includes):
    """The references that `_include` and `_revinclude` bring along beside the matches.

    matches    references, `Type/id`
    includes   [(name, value)], such as ("_include:iterate", "Observation:subject:Patient")
    """
    asked = [(name.partition(":"), value.split(":")) for name, value in includes]
    found, fresh = set(), set(matches)
    wanted = asked
    while fresh and wanted:
        brought = set().union(*(_one(data, fresh, head[0], value) for head, value in wanted))
        fresh = brought - found - set(matches)
        found |= fresh
        wanted = [(head, value) for head, value in asked if head[2] == "iterate"]
    return found


def _one(data, refs, name, value):
    source, code, target = (*value, None)[:3]
    if name == "_include":
        return {
            end
            for ref in refs
            if ref.startswith(f"{source}/")
            for end in _ends(data.all[ref], code)
            if end in data.all and target in (None, end.split("/")[0])
        }
    return {
        ref
        for ref, resource in data.all.items()
        if resource["resourceType"] == source
        for end in _ends(resource, code)
        if end in refs and target in (None, end.split("/")[0])
    }


def _ends(resource, code):
    """The references in a parameter's values, of all reference parameters for `*`."""
    type = resource["resourceType"]
    codes = [code] if code != "*" else _references(type)
    values = [value for one in codes for value in oracle.values(resource, one)]
    return {
        oracle.target(value["reference"])
        for value in values
        if isinstance(value, dict) and "reference" in value
    }


@functools.cache
def _references(type):
    known = oracle.definitions()
    return [
        code
        for (base, code), definition in known.items()
        if definition["type"] == "reference" and base in (type, "DomainResource", "Resource")
    ]


def key(resource, order):
    """The value by which a resource stands in an order such as `-date`, or None."""
    code, descending = order.lstrip("-"), order.startswith("-")
    if code == "_id":
        return resource["id"]
    kind = oracle.definition(resource["resourceType"], code)["type"]
    found = [v for value in oracle.values(resource, code) for v in _KEYS[kind](value)]
    return (max if descending else min)(found, default=None)


def _dates(value):
    span = oracle._span(value)
    return [] if span is None else [span[0]]


def _strings(value):
    if isinstance(value, str):
        return [oracle.text.fold(value)]
    parts = [value.get("family", ""), *value.get("given", ()), value.get("city", "")]
    whole = value.get("text") or " ".join(parts)
    return [oracle.text.fold(whole)] if whole.strip() else []


def _numbers(value):
    low = oracle._amount(value)[0] if isinstance(value, dict) else value
    return [] if low is None else [float(low)]


def _tokens(value):
    """Codes in small letters; an identifier's value as it is."""
    if isinstance(value, dict) and "value" in value:
        return [value["value"]]
    return [code.lower() for _system, code in oracle._tokens(value) if code]


def _references_of(value):
    return [value["reference"]] if "reference" in value else []


_KEYS = {
    "date": _dates, "string": _strings, "number": _numbers, "quantity": _numbers, "token": _tokens,
    "reference": _references_of, "uri": lambda value: [value],
}  # fmt: skip


def ordered(values, orders):
    """Lists of keys as they have to stand: what has no value comes last, both ways."""

    def compared(one, other):
        for order, a, b in zip(orders, one, other, strict=True):
            if a != b:
                if a is None or b is None:
                    return 1 if a is None else -1
                return -1 if (a < b) != order.startswith("-") else 1
        return 0

    return sorted(values, key=functools.cmp_to_key(compared))
