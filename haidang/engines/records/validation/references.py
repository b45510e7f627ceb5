"""Where references lead: into the resource itself, and to records that are there.

The types of records they name are the schema's business; those of what is contained, and what a
reference says of its type by itself, are told here. A record out of the asker's reach looks as if it were not
there, so that asking tells nothing of other people.
"""

import re

from haidang.engines.records import kinds, r4, reading
from haidang.engines.records.validation import issues, walking
from haidang.kernel import errors

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_LITERAL = re.compile(
    r"(?:^|^https?://.*/)([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?\Z"
)


def contained_faults(resource, around=None):
    """References `#id` to nothing or to another type than allowed, and those that say another
    type than they lead to (references.html#Reference: "both SHALL be consistent").

    around   the resource in which this one is contained: `#` is that one
    """
    outer = around or resource
    there = {"#": outer["resourceType"]}
    for each in outer.get("contained", ()):
        if isinstance(each, dict):
            there[f"#{each.get('id')}"] = each.get("resourceType")
    return [issue for visit in _references(resource) for issue in _faults(visit, there)]


def _faults(visit, there):
    text, where = visit.value["reference"], f"{visit.where}.reference"
    found = there.get(text) if text.startswith("#") else _type_of(text)
    targets = visit.element.targets if visit.element is not None else ()
    said = str(visit.value.get("type") or "").removeprefix(_CORE)
    if text.startswith("#") and found is None:
        yield issues.dangling(where)
    elif text.startswith("#") and targets and found not in targets:
        yield issues.wrong_target(where, targets)
    if found and said and said != found:
        yield issues.other_type_said(f"{visit.where}.type", found, said)


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
    try:
        return "/".join(kinds.split(text))
    except errors.Incorrect:
        return None
