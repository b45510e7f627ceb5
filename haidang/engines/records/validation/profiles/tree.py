"""The differential of a profile as a tree of elements, slices among them."""

from dataclasses import dataclass, field

from haidang.engines.records import r4
from haidang.kernel import fhirjson

_CORE = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True)
class Slicing:
    """How the values of an element are told apart: (type, path) of each discriminator."""

    discriminators: tuple[tuple[str, str], ...]
    rules: str = "open"
    ordered: bool = False


@dataclass
class Node:
    """What a profile says of one element, or of one slice of it; None where it says nothing.

    targets    addresses of the types or profiles that a reference may point at
    id         of the ElementDefinition that says it; empty where none does
    """

    name: str
    id: str = ""
    least: int | None = None
    most: int | None = None
    fixed: object = None
    pattern: object = None
    lowest: object = None
    highest: object = None
    longest: int | None = None
    types: tuple[str, ...] = ()
    type_profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    value_set: str = ""
    strength: str = ""
    rules: tuple[r4.Rule, ...] = ()
    must_support: bool = False
    slicing: Slicing | None = None
    slices: dict[str, "Node"] = field(default_factory=dict)
    children: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """A profile ready to be laid over resources of one type.

    base       canonical address of the profile it builds on; empty when that is R4 itself
    version    its own, empty when it has none
    places     (type, expression) of each context in which an extension may stand
    conditions what must be true of where it stands (contextInvariant)
    """

    url: str
    type: str
    title: str
    base: str
    root: Node
    version: str = ""
    places: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()


def profile(definition):
    """The tree of a StructureDefinition that constrains a type."""
    root = Node(definition["type"])
    for element in definition.get("differential", {}).get("element", ()):
        _write(_place(root, _steps(element), definition["type"]), element)
    base = definition.get("baseDefinition", "")
    is_core = base.removeprefix(_CORE) in r4.catalogue().kinds
    return Profile(
        url=definition["url"],
        type=definition["type"],
        title=definition.get("title") or definition.get("name", ""),
        base="" if is_core else base,
        root=root,
        version=definition.get("version", ""),
        places=tuple((each["type"], each["expression"]) for each in definition.get("context", ())),
        conditions=tuple(definition.get("contextInvariant", ())),
    )


def _steps(element):
    """[(name, slice name)] below the root, from the id, or from the path of older definitions."""
    text = element.get("id") or element["path"]
    steps = [part.partition(":")[::2] for part in text.split(".")[1:]]
    if "id" not in element and element.get("sliceName"):
        steps[-1] = steps[-1][0], element["sliceName"]
    return steps


def _place(node, steps, kind):
    """The node at the end of the steps; what is missing on the way is made."""
    for name, slice_name in steps:
        name, slice_name = _normal(name, slice_name, kind)
        node = node.children.setdefault(name, Node(name))
        if slice_name:
            types = _type_of_slice(kind, slice_name)
            node = node.slices.setdefault(slice_name, Node(name, types=types))
        kind = _inside(kind, name, slice_name)
    return node


def _type_of_slice(kind, slice_name):
    """The slices of a choice are named for their type: `valueQuantity`."""
    found = r4.elements(kind).get(slice_name) if kind else None
    return (found[1],) if found and found[0].choice else ()


def _normal(name, slice_name, kind):
    """`valueQuantity` is the slice of `value[x]` that has this type."""
    known = r4.elements(kind) if kind else {}
    if name in known and known[name][0].choice:
        return known[name][0].name, slice_name or name
    return name.removesuffix("[x]"), slice_name


def _inside(kind, name, slice_name):
    """The kind in which the next step is looked up; empty when nobody can tell yet."""
    for form, (element, code) in r4.elements(kind).items() if kind else ():
        if element.name == name and (not element.choice or form == slice_name):
            return element.inside or code
    return ""


def _write(node, element):
    node.id = element.get("id", "")
    node.least = element.get("min", node.least)
    if "max" in element:
        node.most = r4.MANY if element["max"] == "*" else int(element["max"])
    for key, value in element.items():
        if key.startswith("fixed"):
            node.fixed = value
        elif key.startswith("pattern"):
            node.pattern = value
        elif key.startswith("minValue"):
            node.lowest = value
        elif key.startswith("maxValue"):
            node.highest = value
    node.longest = element.get("maxLength", node.longest)
    _write_types(node, element.get("type", ()))
    bound = element.get("binding", {})
    if bound.get("valueSet"):
        node.value_set, node.strength = bound["valueSet"], bound["strength"]
    node.rules += tuple(
        r4.Rule(
            each["key"],
            each["severity"],
            each["expression"],
            each["human"],
            fhirjson.in_language(each, "human", "en"),
        )
        for each in element.get("constraint", ())
        if each.get("expression")
    )
    node.must_support = element.get("mustSupport", node.must_support)
    if "slicing" in element:
        node.slicing = _slicing(element["slicing"])


def _write_types(node, types):
    if not types:
        return
    node.types = tuple(dict.fromkeys(each["code"] for each in types))
    node.type_profiles = tuple(url for each in types for url in each.get("profile", ()))
    node.targets = tuple(url for each in types for url in each.get("targetProfile", ()))


def _slicing(said):
    return Slicing(
        tuple((each["type"], each["path"]) for each in said.get("discriminator", ())),
        said.get("rules", "open"),
        said.get("ordered", False),
    )
