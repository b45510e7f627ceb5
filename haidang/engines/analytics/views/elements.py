"""What an element may hold, from HL7's structure definitions: its types, and whether it repeats."""

import functools
from dataclasses import dataclass

import msgspec

from haidang.engines.terminology import definitions

# FHIR types, by how their values are compared.
NUMBERS = frozenset({"integer", "positiveInt", "unsignedInt", "integer64", "decimal"})
WHOLE = NUMBERS - {"decimal"}
MOMENTS = frozenset({"date", "dateTime", "instant", "time"})
TEXTS = frozenset(
    [
        "string",
        "code",
        "id",
        "uri",
        "url",
        "canonical",
        "oid",
        "uuid",
        "markdown",
        "base64Binary",
        "xhtml",
    ]
)
PRIMITIVES = NUMBERS | MOMENTS | TEXTS | {"boolean"}

# What FHIRPath calls primitives; `Instant` is none of them, but is written as if it were.
SYSTEM = ("String", "Boolean", "Integer", "Decimal", "Date", "DateTime", "Time", "Instant")

# Restricted kinds of Quantity are read as what they restrict.
_ALIASES = dict.fromkeys(
    ("Age", "Count", "Distance", "Duration", "SimpleQuantity", "MoneyQuantity"), "Quantity"
)


@dataclass(frozen=True)
class Element:
    """One element of a type.

    types    what it may hold: `string`, `HumanName`, or the path of a part such as `Patient.contact`
    many     True when it repeats
    choice   True for `value[x]`: in JSON its name carries its type
    """

    name: str
    types: tuple[str, ...]
    many: bool
    choice: bool


def family(type):
    """number, moment, text, boolean; or None for what is no primitive."""
    if type in NUMBERS:
        return "number"
    if type in MOMENTS:
        return "moment"
    if type in TEXTS:
        return "text"
    return "boolean" if type == "boolean" else None


def named(type):
    """A type by the name that a path or a reference gives it, or None when there is none such."""
    bare = type.removeprefix("FHIR.").removeprefix("System.")
    if bare in SYSTEM:
        bare = bare[0].lower() + bare[1:]
    bare = _ALIASES.get(bare, bare)
    return bare if bare in PRIMITIVES or bare in _r4().types else None


def is_looped(type):
    """True for a part that holds itself, such as `Questionnaire.item`."""
    return type in _r4().looped


def is_resource(type):
    return type in _r4().resources or type in ("Resource", "DomainResource")


def resources():
    """The names of all resource types."""
    return _r4().resources


def child(type, name):
    """The element `name` of a type, or None."""
    return children(type).get(name)


def children(type):
    return _r4().types.get(_ALIASES.get(type, type), {})


class _R4(msgspec.Struct):
    """{type or path: {name: Element}}, names of resource types, paths that hold themselves."""

    types: dict[str, dict[str, Element]]
    resources: frozenset[str]
    looped: frozenset[str]


@functools.cache
def _r4():
    return definitions.compiled("view-elements", _R4, _made, layout=1)


def _made():
    types, kinds = {}, set()
    for kind in ("profiles-types", "profiles-resources"):
        for definition in definitions.definitions(kind):
            if definition["resourceType"] != "StructureDefinition":
                continue
            if definition.get("derivation") == "constraint" or definition["kind"] == "logical":
                continue
            if definition["kind"] == "resource" and not definition["abstract"]:
                kinds.add(definition["type"])
            if definition["kind"] != "primitive-type":
                _add(types, definition.get("snapshot", {}).get("element", ()))
    looped = {
        type
        for owner, held in types.items()
        for element in held.values()
        for type in element.types
        if f"{owner}.".startswith(f"{type}.") and "." in type
    }
    return _R4(types, frozenset(kinds), frozenset(looped))


def _add(types, elements):
    for element in elements:
        owner, _, name = element["path"].rpartition(".")
        if not owner:
            types[element["path"]] = {}
            continue
        name = name.removesuffix("[x]")
        types.setdefault(owner, {})[name] = Element(
            name=name,
            types=tuple(_types(element)),
            many=element["max"] not in ("0", "1"),
            choice=element["path"].endswith("[x]"),
        )


def _types(element):
    if "contentReference" in element:
        yield element["contentReference"].lstrip("#")
    for one in element.get("type", ()):
        code = one["code"]
        if code.startswith("http://hl7.org/fhirpath/"):
            yield "string"
        elif code in ("BackboneElement", "Element"):
            yield element["path"]
        else:
            yield _ALIASES.get(code, code)
