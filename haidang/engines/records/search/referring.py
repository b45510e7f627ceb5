"""Conditions on references."""

from haidang.engines.records import kinds, reading
from haidang.engines.records.index import hashing, references
from haidang.engines.records.search import query as queries
from haidang.kernel import ids


def numbers(condition):
    """The numbers under which the wanted references stand."""
    if condition.modifier == "identifier":
        for value in condition.values:
            yield from _by_identifier(condition.parameter, value)
    else:
        yield from _by_values(condition)


def _by_identifier(parameter, value):
    parts = [queries.plain(part) for part in queries.split(value, "|")]
    for path in parameter.paths:
        number = hashing.below(path.number, hashing.IDENTIFIER)
        system, code = parts if len(parts) == 2 else (None, parts[0])
        forms = hashing.token(number, system or None, code or None)
        yield forms[0] if len(parts) == 1 or not code else forms[1]


def _by_values(condition):
    """References `Type/id`, ids alone, or addresses, however many: asked for in one go."""
    parameter, values = condition.parameter, [queries.plain(each) for each in condition.values]
    candidates = {
        ref for value in values for ref in _candidates(parameter, value, condition.modifier)
    }
    found = reading.rids(candidates)
    addresses = [value for value in values if "/" in value or ":" in value]
    for path in parameter.paths:
        for ref, rid in found.items():
            if path.target in (None, ref.split("/")[0]):
                yield path.number ^ rid
        for value in addresses:
            yield hashing.value(path.number, value)


def _candidates(parameter, value, type):
    local = references.here(value)
    if local:
        allowed = _allowed(parameter, type)
        return [f"{local[0]}/{local[1]}"] if local[0] in allowed else []
    if ids.is_fhir_id(value):
        return [f"{target}/{value}" for target in _allowed(parameter, type)]
    return []


def _allowed(parameter, type):
    if type:
        return [type]
    if not parameter.targets or "Resource" in parameter.targets:
        return kinds.NAMES
    return [target for target in parameter.targets if target in kinds.CODES]
