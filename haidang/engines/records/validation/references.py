"""Where references lead: into the resource itself, and to records that are there.

Their types are the schema's business. A record out of the asker's reach looks as if it were not
there, so that asking tells nothing of other people.
"""

from haidang.engines.records import kinds, reading
from haidang.engines.records.validation import issues, walking
from haidang.kernel import errors


def contained_faults(resource):
    """References `#id` to nothing."""
    contained = resource.get("contained", ())
    there = {f"#{each.get('id')}" for each in contained if isinstance(each, dict)} | {"#"}
    return [
        issues.dangling(where)
        for text, where in literal(resource)
        if text.startswith("#") and text not in there
    ]


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
    for visit in walking.visits(resource):
        if visit.type == "Reference" and isinstance(visit.value.get("reference"), str):
            yield visit.value["reference"], f"{visit.where}.reference"


def _name(text):
    """`Type/id` of a reference to a record of this server, or None."""
    try:
        return "/".join(kinds.split(text))
    except errors.Incorrect:
        return None
