"""To which slice a value belongs.

A discriminator's path is the part of FHIRPath that R4 allows there: elements, `$this`,
`extension('…')`, `ofType(…)` and `resolve()` (profiling.html#discriminator). It is walked twice:
over the value (`values.at`), and over what the slice says (`_descend`).
"""

from dataclasses import replace

from haidang.engines.records.validation import bindings, membership
from haidang.engines.records.validation.profiles import registry, tree, values


def slice_of(node, value, conforms, resolve):
    """The name of the slice that a value belongs to, or None.

    conforms   asks whether a value keeps to a profile, for discriminators of that type
    resolve    gives the value that a reference points at, or None
    """
    for name, each in node.slices.items():
        if all(_agrees(each, value, one, conforms, resolve) for one in _discriminators(node)):
            return name
    return None


def misplaced(node, names):
    """Places of the values that stand where they may not: before a slice that comes first
    (`ordered`), or outside all slices with one still to come (`openAtEnd`).
    """
    said = node.slicing
    if said is None or not (said.ordered or said.rules == "openAtEnd"):
        return []
    order, last, found = list(node.slices), -1, []
    for n, name in enumerate(names):
        place = len(order) if name is None else order.index(name)
        if name is None and said.rules != "openAtEnd":
            continue
        if place < last and (said.ordered or last == len(order)):
            found.append(n)
        last = max(last, place)
    return found


def _discriminators(node):
    """Those that are written down; extensions are told by their url, a choice by its type."""
    if node.slicing is not None and node.slicing.discriminators:
        return node.slicing.discriminators
    by_url = node.name in ("extension", "modifierExtension")
    return (("value", "url"),) if by_url else (("type", "$this"),)


def _agrees(node, value, discriminator, conforms, resolve):
    how, path = discriminator
    found, asked = values.at(value, path, resolve), _descend(node, path)
    if how == "exists":
        return bool(found) == all(each.most != 0 for each in asked)
    tests = {
        "type": lambda each, one: one.type in each.types,
        "profile": lambda each, one: any(conforms(one, url) for url in each.type_profiles),
    }
    test = tests.get(how, _has)
    return any(test(each, one) for each in asked for one in found)


def _descend(node, path):
    """What a slice says at a discriminator's path: in its elements, in slices of these, in a
    pattern further up, or in the profile of what it points at.
    """
    if path == "url" and node.type_profiles:
        return [tree.Node("url", fixed=node.type_profiles[0])]
    found = [node]
    for step, argument in values.steps(path):
        way = _WAYS.get(step)
        found = [
            each for one in found for each in (way(one, argument) if way else _below(one, step))
        ]
    return found


def _below(node, step):
    child = node.children.get(step)
    if child is not None:
        return [child, *child.slices.values()]
    inner = _part(node.fixed if node.fixed is not None else node.pattern, step)
    return [] if inner is None else [tree.Node(step, pattern=inner)]


def _extensions(node, url):
    """The slices of a node's extensions that have this address, and what its profile says."""
    slices = node.children.get("extension", tree.Node("extension")).slices.values()
    asked = [each for each in slices if url in _urls(each)]
    return [*asked, *(_rooted(url) if asked else ())]


def _urls(node):
    fixed = node.children.get("url", node).fixed
    return {*node.type_profiles, *([fixed] if isinstance(fixed, str) else [])}


def _rooted(url):
    profile = registry.find(url)
    return [] if profile is None else [profile.root]


def _of_type(node, name):
    slices = [each for each in node.slices.values() if each.types == (name,)]
    return slices or ([node] if not node.types or name in node.types else [])


def _pointed_at(node, _argument):
    """What a slice asks of the resources that it lets a reference point at."""
    found = []
    for url in node.targets:
        type = registry.core_type(url)
        if type:
            found.append(tree.Node(type, types=(type,), type_profiles=(url,)))
        elif (profile := registry.find(url)) is not None:
            found.append(replace(profile.root, types=(profile.type,), type_profiles=(url,)))
    return found


_WAYS = {
    "$this": lambda node, _argument: [node],
    "extension()": _extensions,
    "ofType()": _of_type,
    "resolve()": _pointed_at,
}


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
