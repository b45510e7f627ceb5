"""Composite parameters: two values of one element, found together.

At the root of a resource both parts of a pair can only meet each other, so a search for the pair
is a search for both; only a code with a quantity gets rows of its own there, because one range
of one index then answers `code-value-quantity`. In an element that repeats, a pair is one number
(token with token or reference) or a row whose path is the token's number (token with quantity).
A token with two numbers is such a row too: from the one to the other.
"""

from haidang.engines.records.index import hashing, references, values
from haidang.engines.records.index.found import Found

_AMOUNT = {
    "Quantity": values.quantity(0), "Range": values.span(0), "SampledData": values.samples(0),
    "integer": values.number(0), "decimal": values.number(0),
}  # fmt: skip


_WITH_SPAN = ["token", "number", "number"]


def kept(kinds):
    """True when values of these kinds can be kept together."""
    return len(kinds) == 2 or list(kinds) == _WITH_SPAN


def action(pair, kinds):
    """What to do at the element of a pair, or None when its parts are enough."""
    if len(kinds) > 2:
        return _at_root(pair, _with_span(pair)) if pair.outer else _with_span(pair)
    first, second = kinds
    if second in ("quantity", "number"):
        return _with_amount(pair)
    if pair.context and second == "token":
        return _with_token(pair)
    if pair.context and second == "reference":
        return _with_reference(pair)
    return None


def first_numbers(pair, system, code):
    """The numbers under which the first part of a pair is kept: at the root its code alone."""
    if code is None:
        return ()
    return hashing.token(pair.number, system, code)[: 2 if pair.context else 1]


def _with_amount(pair):
    def emit(found, value):
        amounts = _amounts(value, pair.parts[1])
        if amounts:
            for number in _tokens(pair, value):
                found.quantities += [(number & ~1, *amount) for amount in amounts]

    return emit


def _amounts(value, part):
    """The rows of the second part, without a path number."""
    inner = Found()
    for kind, amount in _at(value, part):
        if kind in _AMOUNT:
            _AMOUNT[kind](inner, amount)
    return [row[1:] for row in inner.quantities]


def _with_span(pair):
    mark = hashing.present(pair.number)  # of three parts, two may stand in other elements

    def emit(found, value, resource=None):
        starts, ends = (_amounts(value, part) for part in pair.parts[1:])
        numbers = _tokens(pair, value, resource) if starts and ends else ()
        if numbers:
            found.hashes.append(mark)
        for number in numbers:
            found.quantities += [
                (number & ~1, start[0], end[0], 0, 0) for start in starts for end in ends
            ]

    return emit


def _at_root(pair, emit):
    """The same for a pair with a part that stands outside its element."""

    def emit_all(found, resource):
        for value in _follow(resource, pair.context):
            emit(found, value, resource)

    return emit_all


def _with_token(pair):
    def emit(found, value):
        for number in _tokens(pair, value):
            for kind, second in _at(value, pair.parts[1]):
                for system, code in _codings(kind, second):
                    found.hashes += hashing.token(number, system, code)

    return emit


def _with_reference(pair):
    def emit(found, value):
        for number in _tokens(pair, value):
            for _, second in _at(value, pair.parts[1]):
                references.reference(number)(found, second)

    return emit


def _tokens(pair, value, resource=None):
    """The numbers of the first part; each is the path number of the second."""
    numbers = set()
    for kind, first in _at(value, pair.parts[0], resource):
        for system, code in _codings(kind, first):
            numbers.update(first_numbers(pair, system, code))
    return numbers


def _codings(kind, value):
    if kind == "CodeableConcept":
        return [(each.get("system"), each.get("code")) for each in value.get("coding", ())]
    if kind == "Coding":
        return [(value.get("system"), value.get("code"))]
    if kind == "boolean":
        return [(None, "true" if value else "false")]
    return [(None, value)] if kind in ("code", "string") else []


def _at(value, part, resource=None):
    """Every (type, value) that a part's keys lead to from the element of the pair, or the root."""
    for path in part:
        for keys, kind in path.leaves:
            for each in _follow(resource if path.outer else value, keys):
                yield kind, each


def _follow(value, keys):
    if isinstance(value, list):
        for each in value:
            yield from _follow(each, keys)
    elif not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _follow(value[keys[0]], keys[1:])
