"""References inside a resource, rewritten from one person to another and back (pure).

A reference under our own address is the same as one without it, and keeps its address.
"""

from haidang.kernel import systems

_OURS = f"{systems.BASE}/"


def moved(resource, old, new):
    """Return a copy of a resource in which references to `old` point to `new`.

    old, new  `Patient/<id>`; a versioned reference `Patient/<id>/_history/3` loses its version,
              for the version is the other record's
    """
    return _walk(resource, lambda reference, _path: _turned(reference, old, new))


def places_of(resource, target):
    """Return where a resource refers to `target`, and in which words: {path: reference}."""
    found = {}

    def note(reference, path):
        if _is_to(reference, target):
            found[(*path, "reference")] = reference
        return reference

    _walk(resource, note)
    return found


def targets(resource):
    """Return every `Type/id` that a resource refers to."""
    found = set()

    def note(reference, _path):
        found.add(reference.removeprefix(_OURS).partition("/_history/")[0])
        return reference

    _walk(resource, note)
    return found


def turned_back(resource, places, new):
    """Return a copy in which references to `new` at these places say again what they said before.

    places    {path: reference}, as `places_of` gives them
    """

    def turn(reference, path):
        said = places.get((*path, "reference"))
        return said if said is not None and _is_to(reference, new) else reference

    return _walk(resource, turn)


def _turned(reference, old, new):
    if not _is_to(reference, old):
        return reference
    return f"{_OURS}{new}" if reference.startswith(_OURS) else new


def _is_to(reference, target):
    if not isinstance(reference, str):
        return False
    named = reference.removeprefix(_OURS)
    return named == target or named.startswith(f"{target}/_history/")


def _walk(value, change, path=()):
    if isinstance(value, list):
        return [_walk(item, change, (*path, place)) for place, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    return {
        name: change(item, path)
        if name == "reference" and isinstance(item, str)
        else _walk(item, change, (*path, name))
        for name, item in value.items()
    }
