"""How much of a resource a search shows: `_summary` and `_elements`."""

import functools
from dataclasses import dataclass

from haidang.engines.terminology import api as terminology

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
            names = {name.split(".")[-1] for name in self.elements}
            return _subset(resource, names | set(_mandatory(stored.type)))
        if self.summary == "true":
            return _subset(resource, set(_summary(stored.type)))
        if self.summary == "text":
            return _subset(resource, {"text", *_mandatory(stored.type)})
        if self.summary == "data" and "text" in resource:
            return _subset(resource, set(resource) - {"text"})
        return resource


def _subset(resource, names):
    shown = {
        key: value for key, value in resource.items() if key in _ALWAYS or key.lstrip("_") in names
    }
    meta = dict(resource["meta"])
    meta["tag"] = [*meta.get("tag", ()), _SUBSETTED]
    return shown | {"meta": meta}


@functools.cache
def _elements():
    """{type: [(name, is summary, is mandatory)]} of the elements at the root of each type."""
    rows = {}
    for definition in terminology.definitions("profiles-resources"):
        if definition["resourceType"] == "StructureDefinition":
            for element in definition["snapshot"]["element"]:
                type, _, name = element["path"].partition(".")
                if name and "." not in name:
                    rows.setdefault(type, []).extend(_named(element, name))
    return rows


def _named(element, name):
    flags = element.get("isSummary", False), element.get("min", 0) > 0
    if not name.endswith("[x]"):
        return [(name, *flags)]
    stem = name[:-3]
    return [(stem + t["code"][0].upper() + t["code"][1:], *flags) for t in element["type"]]


def _summary(type):
    return [name for name, summary, _ in _elements()[type] if summary]


def _mandatory(type):
    return [name for name, _, mandatory in _elements()[type] if mandatory]
