"""Where references lead: into the resource itself, and to records that are there.

The types of records they name by `Type/id` are the schema's business; those of what is contained,
of addresses elsewhere and of entries of a Bundle, and what a reference says of its type by itself,
are told here. A record out of the asker's reach looks as if it were not
there, so that asking tells nothing of other people.
"""

import re

from haidang.engines.records import r4, reading
from haidang.engines.records.index import references
from haidang.engines.records.validation import issues, shape, walking

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_LITERAL = re.compile(
    r"(?:^|^https?://.*/)([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?\Z"
)


def contained_faults(resource, around=None, beside=None):
    """References `#id` to nothing, those to another type than allowed, and those that say another
    type than they lead to (references.html#Reference: "both SHALL be consistent").

    around   the resource in which this one is contained: `#` is that one
    beside   {fullUrl: type} of the Bundle in which this one is an entry
    """
    there = {**(beside or {}), **_inner(around or resource)}
    visits = [visit for visit in walking.visits(resource) if visit.type == "Reference"]
    return [issue for visit in visits for issue in _faults(visit, there)]


def _faults(visit, there):
    text = visit.value.get("reference")
    targets = visit.element.targets if visit.element is not None else ()
    said = str(visit.value.get("type") or "").removeprefix(_CORE)
    if not isinstance(text, str):
        if targets and said in shape.roots() and said not in targets:
            yield issues.wrong_target(f"{visit.where}.type", targets)
        return
    found, where = there.get(text) or _type_of(text), f"{visit.where}.reference"
    if text.startswith("#") and found is None:
        yield issues.dangling(where)
    elif found and targets and found not in targets and (text.startswith("#") or ":" in text):
        yield issues.wrong_target(where, targets)
    if found and said and said != found:
        yield issues.other_type_said(f"{visit.where}.type", found, said)


def type_said(reference):
    """The type that a Reference tells of what it points at, `#` of what is contained, or nothing."""
    text = reference.get("reference") or ""
    said = str(reference.get("type") or "").removeprefix(_CORE)
    return "#" if text.startswith("#") else _type_of(text) or said


def type_told(reference, holder):
    """As `type_said`, and the type of what is contained in the resource that holds it, or nothing."""
    found = type_said(reference)
    return _inner(holder).get(reference["reference"], "") if found == "#" else found


def _inner(resource):
    """{reference: type} of a resource itself and of what is contained in it."""
    held = [each for each in resource.get("contained", ()) if isinstance(each, dict)]
    there = {f"#{each.get('id')}": each.get("resourceType") for each in held}
    return there | {"#": resource["resourceType"]}


def _type_of(text):
    """The type of record that a literal reference names, here or on another server, or None."""
    named = _LITERAL.search(text)
    return named[1] if named and named[1] in r4.catalogue().kinds else None


def is_all_used(resource):
    """dom-3: what is contained is referred to, or refers to what contains it."""
    contained = [each for each in resource.get("contained", ()) if isinstance(each, dict)]
    said = set(_texts(resource))
    return all(f"#{each.get('id')}" in said or "#" in set(_texts(each)) for each in contained)


def _texts(value):
    """Every text in a value that may be a reference within it."""
    if isinstance(value, str):
        if value.startswith("#"):
            yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def unresolved(resources, *, severity=issues.ERROR):
    """For each resource the references to records of this server that are not there.

    References from one resource of the set to another one lead somewhere.
    """
    own = {f"{r['resourceType']}/{r['id']}" for r in resources if r.get("id")}
    asked = [[(_name(text), where) for text, where in literal(r)] for r in resources]
    wanted = {name for pairs in asked for name, _ in pairs if name} - own
    there = own | {each.ref for each in reading.get_many(wanted)}
    return [
        [
            issues.dangling(where, severity=severity)
            for name, where in pairs
            if name and name not in there
        ]
        for pairs in asked
    ]


def literal(resource):
    """(reference, where) of every literal reference."""
    for visit in _references(resource):
        yield visit.value["reference"], f"{visit.where}.reference"


def _references(resource):
    for visit in walking.visits(resource):
        if visit.type == "Reference" and isinstance(visit.value.get("reference"), str):
            yield visit


def _name(text):
    """`Type/id` of a reference to a record of this server, or None."""
    target = references.here(text)
    return "/".join(target) if target else None
