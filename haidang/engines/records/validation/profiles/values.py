"""Values of a resource as profiles see them: each with its type, its place and what is beside it."""

import re
from dataclasses import dataclass

from haidang.engines.records import r4
from haidang.engines.records.validation import walking

_STEP = re.compile(r"""(\$this|\w+)(?![\w(])|(\w+)\((?:['"]([^'"]*)['"]|(\w*))\)""")


@dataclass(frozen=True)
class Value:
    """One value; `beside` holds the extensions of a primitive, whose value may then be None."""

    value: object
    type: str
    where: str
    beside: dict | None = None

    @property
    def is_resource(self):
        """True for a resource, at hand or not."""
        return self.is_absent or (isinstance(self.value, dict) and "resourceType" in self.value)

    @property
    def is_absent(self):
        """True for what a reference points at when only its type is known."""
        return self.where.endswith(".resolve()")

    @property
    def holder(self):
        """The object in which its children are."""
        return self.value if isinstance(self.value, dict) else self.beside or {}

    @property
    def kind(self):
        """The catalogue kind of that object."""
        return self.type if isinstance(self.value, dict) else "Element"


def of(parent, name):
    """The values of one element of a value, by the name of the element (`value` for `value[x]`)."""
    holder, found = parent.holder, []
    for form, (element, code) in r4.elements(parent.kind).items():
        if element.name == name and (form in holder or f"_{form}" in holder):
            found += _values(holder, form, element, element.inside or code, parent.where)
    return found


def _values(holder, form, element, type, where):
    own, beside = holder.get(form), holder.get(f"_{form}")
    if type == "Resource":
        return [
            Value(one, one["resourceType"], place)
            for one, place in walking.places(element, own, where)
            if isinstance(one, dict)
        ]
    if not isinstance(own, list) and not isinstance(beside, list):
        return [Value(own, type, f"{where}.{element.name}", beside)]
    count = max(len(own or ()), len(beside or ()))
    placed = walking.places(element, [None] * count, where)
    return [
        Value(_nth(own, n), type, place, _nth(beside, n)) for n, (_, place) in enumerate(placed)
    ]


def _nth(values, n):
    return values[n] if isinstance(values, list) and n < len(values) else None


def steps(path):
    """[(step, argument)] of a discriminator's path: `coding`, `$this`, `resolve()`, `extension()`."""
    found = []
    for name, function, quoted, plain in _STEP.findall(path):
        found.append((f"{function}()", quoted or plain) if function else (name, ""))
    return found


def at(value, path, resolve):
    """The values at a discriminator's path, such as `coding.code` or `item.resolve()`.

    resolve    gives the value that a reference points at, or None
    """
    found = [value]
    for step, argument in steps(path):
        found = [each for one in found for each in _next(one, step, argument, resolve)]
    return found


def _next(value, step, argument, resolve):
    if step == "$this":
        return [value]
    if step == "resolve()":
        target = resolve(value)
        return [] if target is None else [target]
    if step == "ofType()":
        return [value] if value.type == argument else []
    if step == "extension()":
        return [one for one in of(value, "extension") if one.value.get("url") == argument]
    return [] if step.endswith("()") else of(value, step)


def matches(value, pattern):
    """True when a value has at least what a pattern has (elementdefinition pattern[x])."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            key in value and matches(value[key], part) for key, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(
            any(matches(each, part) for each in value) for part in pattern
        )
    return type(value) is type(pattern) and value == pattern
