"""What R4 says of every element, compact: read once from the published definitions."""

import functools

import msgspec

from haidang.engines.records import codesets
from haidang.engines.terminology import api as terminology

MANY = 2**31
_REFERENCE = "http://hl7.org/fhir/StructureDefinition/"
_SIMPLE = "http://hl7.org/fhir/StructureDefinition/SimpleQuantity"
_REGEX = "http://hl7.org/fhir/StructureDefinition/regex"
#: Carried out by the schema itself: no element is empty; an extension has a value or extensions.
_IN_SCHEMA = {"ele-1", "ext-1"}


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """One invariant: a FHIRPath that has to be true where it stands.

    english    what `human` says, where its author translated it
    """

    key: str
    severity: str
    expression: str
    human: str
    english: str = ""


class Element(msgspec.Struct, frozen=True, array_like=True):
    """One element of a type (phần tử).

    types     FHIR types it may have; several only when `choice`
    inside    name of the kind that describes what is in it, when it has no type of its own
    targets   types that a reference may point at; empty when any may be
    strength  of the binding to `value_set`; both empty without one
    summary   True for what `_summary=true` shows
    simple    True when its Quantity is a SimpleQuantity, which has no comparator
    """

    name: str
    types: tuple[str, ...]
    least: int
    most: int
    choice: bool = False
    inside: str = ""
    targets: tuple[str, ...] = ()
    value_set: str = ""
    strength: str = ""
    rules: tuple[Rule, ...] = ()
    summary: bool = False
    simple: bool = False

    @property
    def is_list(self):
        return self.most > 1

    def forms(self):
        """The names it can have in JSON, each with its type."""
        if not self.choice:
            return [(self.name, self.types[0])]
        return [(self.name + code[0].upper() + code[1:], code) for code in self.types]


class Kind(msgspec.Struct, frozen=True, array_like=True):
    """A resource type, a data type, or the inside of an element such as `Patient.contact`."""

    name: str
    nature: str
    elements: tuple[Element, ...]
    rules: tuple[Rule, ...] = ()
    pattern: str = ""


class Catalogue(msgspec.Struct):
    """Every kind by name, and the codes of value sets that are listed in the package."""

    kinds: dict[str, Kind]
    codes: dict[str, tuple[str, ...]]

    def primitive(self, name):
        return self.kinds[name].nature == "primitive-type"


@functools.cache
def catalogue():
    """R4 as it is published, compiled once in the life of a process."""
    return terminology.compiled("elements", Catalogue, _compile, layout=7)


def form_of(kind, key, code):
    """The primitive type whose form a value has: the id of a resource is published as a string,
    and has the form of an id by its words alone.
    """
    return "id" if key == "id" and kind.nature == "resource" else code


@functools.cache
def elements(name):
    """{JSON key: (element, type)} of one kind."""
    kind = catalogue().kinds[name]
    return {key: (each, code) for each in kind.elements for key, code in each.forms()}


def _compile():
    return compiled(
        [
            definition
            for kind in ("profiles-types", "profiles-resources")
            for definition in terminology.definitions(kind)
            if _is_base(definition)
        ]
    )


def _is_base(definition):
    return (
        definition["resourceType"] == "StructureDefinition"
        and definition["kind"] in ("primitive-type", "complex-type", "resource")
        and definition.get("derivation") != "constraint"
    )


def compiled(definitions):
    """A catalogue of these structure definitions."""
    kinds = {kind.name: kind for each in definitions for kind in _kinds(each)}
    wanted = {
        element.value_set
        for kind in kinds.values()
        for element in kind.elements
        if element.strength == "required"
    }
    return Catalogue(kinds, codesets.listed(wanted))


def _kinds(definition):
    """The kind of a definition, and one for the inside of each of its elements."""
    root, *rest = definition["snapshot"]["element"]
    grouped = {root["path"]: (root, [])}
    for element in rest:
        grouped[element["path"].rpartition(".")[0]][1].append(element)
        grouped[element["path"]] = (element, [])
    for path, (element, below) in grouped.items():
        if path == root["path"] or below:
            own = path == root["path"]
            yield Kind(
                name=path,
                nature=definition["kind"] if own else "inside",
                elements=tuple(_element(each, grouped) for each in below),
                rules=_rules(element),
                pattern=_pattern(below) if definition["kind"] == "primitive-type" else "",
            )


def _pattern(below):
    value = next(each for each in below if each["path"].endswith(".value"))
    found = value["type"][0].get("extension", ())
    return next((each["valueString"] for each in found if each["url"] == _REGEX), "")


def _element(element, grouped):
    name = element["path"].rpartition(".")[2]
    bound = element.get("binding", {})
    return Element(
        name=name.removesuffix("[x]"),
        types=tuple(dict.fromkeys(_type(each) for each in element.get("type", ()))) or ("Element",),
        least=element["min"],
        most=MANY if element["max"] == "*" else int(element["max"]),
        choice=name.endswith("[x]"),
        inside=_inside(element, grouped),
        targets=_targets(element),
        value_set=bound.get("valueSet", "").partition("|")[0],
        strength=bound.get("strength", ""),
        rules=() if grouped[element["path"]][1] else _rules(element),
        summary=element.get("isSummary", False),
        simple=any(_SIMPLE in each.get("profile", ()) for each in element.get("type", ())),
    )


def _inside(element, grouped):
    if "contentReference" in element:
        return element["contentReference"].rpartition("#")[2]
    return element["path"] if grouped[element["path"]][1] else ""


def _type(entry):
    """The FHIR type; the types of FHIRPath stand for primitives of their own."""
    code = entry["code"]
    if not code.startswith("http://hl7.org/fhirpath/System."):
        return code
    named = (each.get("valueUrl") for each in entry.get("extension", ()))
    return next((url for url in named if url), code.rpartition(".")[2].lower())


def _targets(element):
    found = {
        url.removeprefix(_REFERENCE)
        for each in element.get("type", ())
        if each["code"] == "Reference"
        for url in each.get("targetProfile", ())
    }
    return () if "Resource" in found else tuple(sorted(found))


def _rules(element):
    return tuple(
        Rule(each["key"], each["severity"], each["expression"], each["human"])
        for each in element.get("constraint", ())
        if each["key"] not in _IN_SCHEMA and each.get("expression")
    )
