"""One walk over a resource that visits only the keys it has and search knows."""

import functools

from django.utils.translation import gettext as _

from haidang.engines.records.index import (
    composites,
    computed,
    hashing,
    leading,
    parameters,
    references,
    tokens,
    values,
)
from haidang.engines.records.index.found import Found
from haidang.kernel import errors

_TOKEN = {
    "CodeableConcept": tokens.codeable, "Coding": tokens.coding,
    "Identifier": tokens.identifier, "ContactPoint": tokens.contact, "boolean": tokens.plain,
    "code": tokens.plain, "string": tokens.plain, "id": tokens.plain, "uri": tokens.plain,
    "deceased": tokens.deceased,
}  # fmt: skip
_URI = dict.fromkeys(("uri", "url", "canonical"), tokens.uri)
_REFERENCE = {
    "Reference": references.reference, "canonical": references.canonical,
    "uri": references.canonical, "Attachment": references.attachment,
}  # fmt: skip
_DATE = {
    "date": values.moment, "dateTime": values.moment, "instant": values.moment,
    "Period": values.period, "Timing": values.timing,
}  # fmt: skip
_QUANTITY = {
    "Quantity": values.quantity, "Age": values.quantity, "Duration": values.quantity,
    "Money": values.money, "Range": values.span, "SampledData": values.samples,
}  # fmt: skip
_NUMBER = {"integer": values.number, "decimal": values.number, "Range": values.span}
_STRING = {
    "string": values.string, "markdown": values.string,
    "HumanName": values.name, "Address": values.address,
}  # fmt: skip
EMITTERS = {
    "token": _TOKEN, "uri": _URI, "reference": _REFERENCE, "date": _DATE,
    "quantity": _QUANTITY, "number": _NUMBER, "string": _STRING,
    "special": {"BackboneElement": values.position},
}  # fmt: skip
# Answered from the row itself, so no number is needed for them.
_OF_THE_ROW = {"_id", "_lastUpdated"}


class Node:
    """What to do at one element, and the elements below it that matter."""

    __slots__ = ("below", "actions", "marks")

    def __init__(self):
        self.below = {}
        self.actions = []
        self.marks = []


def extract(resource):
    """Everything that search finds a resource by.

    Raises    Incorrect `records.value_unreadable` (facts: type): a value has the wrong shape
    """
    found = Found()
    type = resource["resourceType"]
    tree = _tree(type)
    try:
        _walk(resource, tree.below, found)
        found.hashes += tree.marks
        for action in tree.actions:
            action(found, resource)
    except (errors.Incorrect, AttributeError, TypeError, ValueError, KeyError) as why:
        raise errors.Incorrect(
            "records.value_unreadable",
            _("Có giá trị không đúng dạng FHIR (ngày, số hoặc mã); hãy kiểm tra lại."),
            type=type,
            why=why.__class__.__name__,
        ) from why
    return found


def _walk(holder, known, found):
    for key, value in holder.items():
        node = known.get(key)
        if node is None:
            continue
        if type(value) is list:
            for each in value:
                if each is not None:
                    _visit(each, node, found)
        elif value is not None:
            _visit(value, node, found)


def _visit(value, node, found):
    found.hashes += node.marks
    for action in node.actions:
        action(found, value)
    if node.below:
        _walk(value, node.below, found)


@functools.cache
def _tree(type):
    root, seen, lead = Node(), set(), leading.number(type)
    for parameter in parameters.catalogue().kept(type).values():
        if parameter.code in _OF_THE_ROW:
            continue
        if parameter.computed:
            root.actions.append(computed.action(parameter, EMITTERS[parameter.kind]))
            continue
        for path in parameter.paths:
            for keys, kind in path.leaves:
                _plant(root, parameter.kind, path.number, keys, kind, seen, lead)
        for pair in parameter.pairs:
            if pair.number not in seen:
                seen.add(pair.number)
                _plant_pair(root, pair, parameter.part_kinds)
    return root


def forget():
    """Make the trees anew: the parameters have changed."""
    _tree.cache_clear()


def _plant(root, kind, number, keys, data_type, seen, lead):
    emitter = tokens.leading if number == lead else EMITTERS[kind].get(data_type)
    if emitter is None or (number, keys) in seen:
        return
    seen.add((number, keys))
    node, condition = _descend(root, keys)
    node.actions.append(_guarded(emitter(number), condition))
    if condition:
        node.actions.append(_guarded(_marker(number), condition))
    else:
        node.marks.append(hashing.present(number))


def _descend(root, keys):
    node, condition = root, None
    for key in keys:
        name, condition = key if isinstance(key, tuple) else (key, None)
        node = node.below.setdefault(name, Node())
    return node, condition


def _guarded(action, condition):
    if condition is None:
        return action
    key, wanted = condition

    def emit(found, value):
        if value.get(key) == wanted:
            action(found, value)

    return emit


def _marker(number):
    mark = hashing.present(number)

    def emit(found, value):
        found.hashes.append(mark)

    return emit


def _plant_pair(root, pair, kinds):
    action = composites.action(pair, kinds)
    if action is not None:
        node, _ = _descend(root, () if pair.outer else pair.context)
        node.actions.append(action)
