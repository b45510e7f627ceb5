"""A resource as fhirpathpy can read it.

It takes what stands beside a primitive for one more value of it, so that with a `_birthDate` there
are two birth dates, `gender = 'male'` is false of a man, and a rule about either is broken. Here a
primitive that has a value has nothing beside it; one without a value stays, by its extensions.
"""

#: What stands deeper is left as it is.
DEEPEST = 60


def has_besides(value):
    """True when somewhere something stands beside a primitive."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if any(key.startswith("_") for key in each):
                return True
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return False


class Plain:
    """One resource, and every object in it, without what stands beside values."""

    def __init__(self, resource):
        self.resource, self._made = resource, {}
        if has_besides(resource):
            self._of(resource, 0)

    def of(self, value):
        """The same value as fhirpathpy can read it."""
        return self._made.get(id(value), value)

    def _of(self, value, depth):
        if isinstance(value, list):
            return [self._of(each, depth) for each in value]
        if not isinstance(value, dict) or depth > DEEPEST:
            return value
        made = {}
        for key, each in value.items():
            inner = self._of(each, depth + 1)
            if not key.startswith("_"):
                made[key] = _filled(inner, value.get(f"_{key}"))
            elif key[1:] not in value:
                made[key] = inner
        self._made[id(value)] = made
        return made


def _filled(value, beside):
    """A list with the extensions of what has no value in the places of these."""
    if not isinstance(value, list) or not isinstance(beside, list):
        return value
    return [beside[n] if each is None and n < len(beside) else each for n, each in enumerate(value)]
