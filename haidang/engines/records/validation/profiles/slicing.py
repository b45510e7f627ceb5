"""To which slice a value belongs."""

from haidang.engines.records.validation import bindings, membership
from haidang.engines.records.validation.profiles import tree, values


def slice_of(node, value, conforms):
    """The name of the slice that a value belongs to, or None.

    conforms   asks whether a value keeps to a profile, for discriminators of that type
    """
    for name, each in node.slices.items():
        if all(_agrees(each, value, one, conforms) for one in _discriminators(node)):
            return name
    return None


def _discriminators(node):
    """Those that are written down; extensions are told by their url, a choice by its type."""
    if node.slicing is not None and node.slicing.discriminators:
        return node.slicing.discriminators
    by_url = node.name in ("extension", "modifierExtension")
    return (("value", "url"),) if by_url else (("type", "$this"),)


def _agrees(node, value, discriminator, conforms):
    how, path = discriminator
    found, asked = values.at(value, path), _descend(node, path)
    if found is None:
        return False
    if how == "exists":
        return bool(found) == all(each.most != 0 for each in asked)
    tests = {
        "type": lambda each, one: one.type in each.types,
        "profile": lambda each, one: any(conforms(one, url) for url in each.type_profiles),
    }
    test = tests.get(how, _has)
    return any(test(each, one) for each in asked for one in found)


def _descend(node, path):
    """What a slice says at a discriminator's path: in its elements, in slices of these, or in a
    pattern further up.
    """
    if path == "url" and node.type_profiles:
        return [tree.Node("url", fixed=node.type_profiles[0])]
    found = [node]
    for step in [] if path == "$this" else path.split("."):
        found = [each for one in found for each in _below(one, step)]
    return found


def _below(node, step):
    child = node.children.get(step)
    if child is not None:
        return [child, *child.slices.values()]
    inner = _part(node.fixed if node.fixed is not None else node.pattern, step)
    return [] if inner is None else [tree.Node(step, pattern=inner)]


def _part(value, name):
    first = value[0] if isinstance(value, list) and value else value
    return first.get(name) if isinstance(first, dict) else None


def _has(asked, one):
    """True when a value is what a slice asks for at this place."""
    if asked.fixed is not None:
        return one.value == asked.fixed
    if asked.pattern is not None:
        first = asked.pattern
        return values.matches(one.value, first) or (
            isinstance(first, list) and any(values.matches(one.value, part) for part in first)
        )
    if asked.value_set:
        pairs = bindings.codes_of(one.type, one.value)
        return any(membership.is_member(asked.value_set, *pair) for pair in pairs)
    return False
