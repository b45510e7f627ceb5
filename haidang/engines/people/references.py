"""References inside a resource, rewritten from one person to another and back (pure)."""


def moved(resource, old, new):
    """Return a copy of a resource in which references to `old` point to `new`.

    old, new  `Patient/<id>`; a versioned reference `Patient/<id>/_history/3` loses its version,
              for the version is the other record's
    """
    return _walk(resource, lambda reference, _: new if _is_to(reference, old) else reference)


def paths_to(resource, target):
    """Return the paths at which a resource refers to `target`, as a set of tuples."""
    found = set()

    def note(reference, path):
        if _is_to(reference, target):
            found.add(path)
        return reference

    _walk(resource, note)
    return found


def targets(resource):
    """Return every `Type/id` that a resource refers to."""
    found = set()

    def note(reference, _path):
        found.add(reference.partition("/_history/")[0])
        return reference

    _walk(resource, note)
    return found


def moved_at(resource, paths, old, new):
    """Return a copy in which references to `old` at these paths point to `new`."""

    def turn(reference, path):
        return new if path in paths and _is_to(reference, old) else reference

    return _walk(resource, turn)


def _is_to(reference, target):
    return reference == target or (
        isinstance(reference, str) and reference.startswith(f"{target}/_history/")
    )


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
