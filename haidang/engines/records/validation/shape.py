"""Has a resource the shape that R4 gives it? The schema decides, in microseconds.

What the schema refuses is walked again by `explaining`, which finds every fault and its place.
"""

import functools
import itertools
import threading

import jsonschema_rs

from haidang.engines.records import plain, r4
from haidang.engines.records.validation import explaining, issues, schema


def faults(resource, where=None):
    """Every fault of a resource's shape, with those of the resources in it, the first 500.

    where   the expression under which it stands in another resource
    """
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    if where and not isinstance(name, str):
        return []  # what holds it has told that it is no resource
    if not is_type(name):
        found = [issues.unknown_type(name)]
    elif is_sound(resource, name):
        found = []
    else:
        found = explaining.faults(resource, name) or [issues.wrong_shape(name, name)]
    found = [each.below(where) for each in found] if where else found
    inner = within(resource, where or name) if is_type(name) else ()
    rest = (each for place, one in inner for each in faults(one, place))
    return [*found, *itertools.islice(rest, explaining.MOST - len(found))]


def is_type(name):
    return isinstance(name, str) and name in roots()


def is_sound(resource, name):
    """True when the schema has nothing to say of the resource itself, or refuses only what stands
    beside primitives, of which the walk is the judge.
    """
    if _validator().is_valid({name: resource}):
        return True
    return plain.has_besides(resource) and not explaining.faults(resource, name)


@functools.cache
def roots():
    """The resource types that R4 defines."""
    found = r4.catalogue().kinds.values()
    abstract = {"Resource", "DomainResource"}
    return frozenset(k.name for k in found if k.nature == "resource" and k.name not in abstract)


def within(resource, where):
    """(place, resource) for the resources that stand in this one, one floor down."""
    contained = resource.get("contained")
    for n, each in enumerate(contained if isinstance(contained, list) else ()):
        yield f"{where}.contained[{n}]", each
    if resource.get("resourceType") == "Bundle":
        yield from _entries(resource, where)
    if resource.get("resourceType") == "Parameters":
        yield from _parameters(resource, where, "parameter")


def _entries(bundle, where):
    for n, entry in enumerate(_dictionaries(bundle.get("entry"))):
        if "resource" in entry:
            yield f"{where}.entry[{n}].resource", entry["resource"]


def _parameters(holder, where, name):
    for n, each in enumerate(_dictionaries(holder.get(name))):
        if "resource" in each:
            yield f"{where}.{name}[{n}].resource", each["resource"]
        yield from _parameters(each, f"{where}.{name}[{n}]", "part")


def _dictionaries(value):
    return (
        [each if isinstance(each, dict) else {} for each in value or ()]
        if isinstance(value, list)
        else []
    )


def warm():
    """Make the validator beforehand, so that no request has to wait for it."""
    _validator()


def _validator():
    """Made once in a process, whichever thread asks first: it takes a third of a second."""
    if _made:
        return _made[0]
    with _making:
        if not _made:
            _made.append(_compiled())
    return _made[0]


def _compiled():
    made = schema.schema(r4.catalogue(), sorted(roots()))
    return jsonschema_rs.Draft4Validator(made, pattern_options=jsonschema_rs.RegexOptions())


_made, _making = [], threading.Lock()
