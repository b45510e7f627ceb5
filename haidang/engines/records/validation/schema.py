"""The JSON schema of R4, made from the published elements.

Draft 4, in which 1.0 is no integer. Resources within a resource (`contained`, entries of a
bundle, parameters) are open here: `shape` visits them one by one by their own type.

What stands beside primitives (`_given`) is refused here as soon as it has to be laid over them
place by place, which a schema cannot: where a list has gaps, and where an id stands alone. Of
those few `shape` asks `explaining`.
"""

from haidang.engines.records.r4 import form_of
from haidang.engines.records.validation import presence, primitives

_WITHIN = {
    "type": "object",
    "required": ["resourceType"],
    "properties": {"resourceType": {"type": "string"}},
}
#: sqty-1 of SimpleQuantity: `comparator.empty()`.
_WITHOUT_COMPARATOR = {
    "not": {"anyOf": [{"required": ["comparator"]}, {"required": ["_comparator"]}]}
}
#: What stands beside a primitive and says something by itself.
_BESIDE = "_Element"
#: Attributes of XML, which have no extensions.
BARE = {"id", "Extension.url"}


def schema(catalogue, roots):
    """A schema for objects `{resource type: resource}`, so that one compilation serves all."""
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": {name: _ref(name) for name in roots},
        "definitions": definitions(catalogue),
    }


def definitions(catalogue):
    """{name: schema} of every kind, and of every listed value set."""
    made = {kind.name: _kind(kind, catalogue) for kind in catalogue.kinds.values()}
    for url, members in catalogue.codes.items():
        made[url] = {"enum": [code for code in members if "|" not in code]}
    made["Resource"] = _WITHIN
    if "Element" in made:
        made[_BESIDE] = made["Element"] | {"required": ["extension"]}
    return made


def _ref(name):
    return {"$ref": f"#/definitions/{name.replace('~', '~0').replace('/', '~1')}"}


def _kind(kind, catalogue):
    if kind.nature == "primitive-type":
        return primitives.schema(kind.name, kind.pattern)
    properties, names = {}, {}
    if kind.nature == "resource":
        properties["resourceType"] = {"enum": [kind.name]}
        names["resourceType"] = ["resourceType"]
    for element in kind.elements:
        names[element.name] = _add(properties, kind, element, catalogue)
    made = {
        "type": "object",
        "minProperties": 1,
        "properties": properties,
        "additionalProperties": False,
    }
    _demand(made, kind, names)
    _exclude(made, kind, names)
    return made


def _add(properties, kind, element, catalogue):
    """Write the properties of one element; return their names."""
    names = []
    for key, code in element.forms():
        own = _value(element, form_of(kind, key, code), catalogue)
        bare = catalogue.primitive(code)
        properties[key] = _listed(own) if element.is_list else own
        names.append(key)
        if bare and not {key, f"{kind.name}.{key}"} & BARE:
            beside = _ref(_BESIDE)
            properties[f"_{key}"] = _listed(beside) if element.is_list else beside
            names.append(f"_{key}")
    return names


def _value(element, code, catalogue):
    if element.inside:
        return _ref(element.inside)
    listed = element.strength == "required" and element.value_set in catalogue.codes
    if listed and code == "code":
        return _ref(element.value_set)
    if listed and code == "CodeableConcept":
        return {"allOf": [_ref(code), _one_coding_of(catalogue.codes[element.value_set])]}
    if code == "Quantity" and element.simple:
        return {"allOf": [_ref(code), _WITHOUT_COMPARATOR]}
    if code == "Reference":
        return {"allOf": [_ref(code), _pointing_at(element.targets)]}
    return _ref(code)


def _one_coding_of(members):
    """Draft 4 has no `contains`: not every coding may be another one."""
    pairs = [code.rpartition("|")[::2] for code in members if "|" in code]
    systems = {system: [c for s, c in pairs if s == system] for system, _ in pairs}
    fitting = [
        {
            "required": ["system", "code"],
            "properties": {"system": {"enum": [system]}, "code": {"enum": codes}},
        }
        for system, codes in systems.items()
    ]
    return {
        "required": ["coding"],
        "properties": {"coding": {"not": {"items": {"not": {"anyOf": fitting}}}}},
    }


def _pointing_at(targets):
    return {"properties": {"reference": {"pattern": primitives.reference(targets)}}}


def _listed(one):
    return {"type": "array", "minItems": 1, "items": one}


def _demand(made, kind, names):
    """What has to be there: required elements, and one of several by an invariant."""
    needs = [names[element.name] for element in kind.elements if element.least]
    needs += [["resourceType"]] if kind.nature == "resource" else []
    for _, clause in presence.of(kind):
        if all(literal.there for literal in clause):
            needs.append([name for literal in clause for name in names[literal.name]])
    alone = [name for each in needs if len(each) == 1 for name in each]
    several = [_any_of(each) for each in needs if len(each) > 1]
    made.update({"required": alone} if alone else {})
    made.update({"allOf": several} if several else {})


def _any_of(names):
    return {"anyOf": [{"required": [name]} for name in names]}


def _exclude(made, kind, names):
    """What must, or must not, stand beside what: looked at only where the first is there."""
    rules = {"id": [{"minProperties": 2}]} if is_no_value(kind, {"id"}) else {}
    for element in kind.elements:
        own = names[element.name]
        for key in own if element.choice else ():
            others = [each for each in own if each.lstrip("_") != key.lstrip("_")]
            rules.setdefault(key, []).append(_without(made["properties"], others))
    for _, clause in presence.of(kind):
        absent = next((literal for literal in clause if not literal.there), None)
        if absent is not None:
            rest = [_stands(made, literal, names) for literal in clause if literal is not absent]
            for key in names[absent.name]:
                rules.setdefault(key, []).append({"anyOf": rest})
    if rules:
        made["dependencies"] = {
            key: found[0] if len(found) == 1 else {"allOf": found} for key, found in rules.items()
        }


def _stands(made, literal, names):
    if literal.there:
        return _any_of(names[literal.name])
    return _without(made["properties"], names[literal.name])


def is_no_value(kind, keys):
    """ele-1: an element has a value or children, and an id is none. What stands beside a
    primitive may be an id alone: the value is the primitive.
    """
    return kind.nature in ("complex-type", "inside") and kind.name != "Element" and keys <= {"id"}


def _without(properties, others):
    """No other property than these: visits what is there, not all that might be."""
    left = {name: {} for name in properties if name not in others}
    return {"properties": left, "additionalProperties": False}
