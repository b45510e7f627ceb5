"""How much of a resource a search shows: `_summary` and `_elements`."""

import functools
from dataclasses import dataclass

from haidang.engines.records import r4

_SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
}
_ALWAYS = ("resourceType", "id", "meta")


@dataclass(frozen=True)
class Shape:
    """What `_summary` and `_elements` ask for."""

    summary: str | None = None
    elements: tuple[str, ...] = ()

    def of(self, stored):
        """The resource of a stored version in this shape, tagged when it is not whole."""
        resource = stored.resource
        if self.elements:
            return _subset(resource, self._named(stored.type) | _mandatory(stored.type))
        if self.summary == "true":
            return _subset(resource, _summary(stored.type))
        if self.summary == "text":
            return _subset(resource, {"text", *_mandatory(stored.type)})
        if self.summary == "data" and "text" in resource:
            return _subset(resource, set(resource) - {"text"})
        return resource

    def _named(self, type):
        """The elements asked for of a type: `birthDate` of any, `Patient.birthDate` of its own."""
        pairs = (name.rpartition(".") for name in self.elements)
        return {name for kind, _dot, name in pairs if kind in ("", type)}


def _subset(resource, names):
    shown = {
        key: value for key, value in resource.items() if key in _ALWAYS or key.lstrip("_") in names
    }
    meta = dict(resource["meta"])
    meta["tag"] = [*meta.get("tag", ()), _SUBSETTED]
    return shown | {"meta": meta}


@functools.cache
def _summary(type):
    return frozenset(key for key, (each, _) in r4.elements(type).items() if each.summary)


@functools.cache
def _mandatory(type):
    return frozenset(key for key, (each, _) in r4.elements(type).items() if each.least)
