"""Every element of a resource with its type, for the checks that look at meaning.

The walk takes the shape as given: what is not shaped as R4 says is passed over.
"""

from dataclasses import dataclass

from haidang.engines.records import plain, r4


@dataclass(frozen=True)
class Visit:
    """One value.

    kind      its catalogue kind, of which its own invariants are
    element   the element it is a value of; None for the resource itself
    type      its FHIR type, `Quantity`, or the path of its inside, `Patient.contact`
    where     `Patient.contact[0]`
    """

    kind: object
    element: object
    type: str
    value: object
    where: str


def visits(resource):
    """The resource and everything in it, outside in; resources within it are left out."""
    name = resource["resourceType"]
    yield from _walk(Visit(_kind(name), None, name, resource, name), 0)


def _kind(name):
    return r4.catalogue().kinds[name]


def _walk(visit, depth):
    yield visit
    if not isinstance(visit.value, dict) or depth > plain.DEEPEST:
        return
    known = r4.elements(visit.kind.name)
    for key, value in visit.value.items():
        found = known.get(key)
        if found is None:
            yield from _beside(visit, key, value, known, depth)
            continue
        element, code = found
        if code == "Resource":
            continue
        type = element.inside or code
        for one, where in places(element, value, visit.where):
            if one is not None:
                yield from _walk(Visit(_kind(type), element, type, one, where), depth + 1)


def _beside(visit, key, value, known, depth):
    """What stands beside a primitive: its extensions."""
    element, _ = known.get(key.removeprefix("_"), (None, None))
    if element is not None and key.startswith("_"):
        for one, where in places(element, value, visit.where):
            if isinstance(one, dict):
                yield from _walk(Visit(_kind("Element"), None, "Element", one, where), depth + 1)


def places(element, value, where):
    """(value, expression) of each value of an element."""
    here = f"{where}.{element.name}"
    if isinstance(value, list):
        return [(one, f"{here}[{n}]") for n, one in enumerate(value)]
    return [(value, here)]
