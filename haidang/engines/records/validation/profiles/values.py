"""Values of a resource as profiles see them: each with its type, its place and what is beside it."""

from dataclasses import dataclass

from haidang.engines.records.validation import catalogue, walking


@dataclass(frozen=True)
class Value:
    """One value; `beside` holds the extensions of a primitive, whose value may then be None."""

    value: object
    type: str
    where: str
    beside: dict | None = None

    @property
    def holder(self):
        """The object in which its children are."""
        return self.value if isinstance(self.value, dict) else self.beside or {}

    @property
    def kind(self):
        """The catalogue kind of that object."""
        if not isinstance(self.value, dict):
            return "Element"
        return self.value.get("resourceType", self.type) if self.type == "Resource" else self.type


def of(parent, name):
    """The values of one element of a value, by the name of the element (`value` for `value[x]`)."""
    holder, found = parent.holder, []
    for form, (element, code) in catalogue.elements(parent.kind).items():
        if element.name == name and (form in holder or f"_{form}" in holder):
            found += _values(holder, form, element, element.inside or code, parent.where)
    return found


def _values(holder, form, element, type, where):
    own, beside = holder.get(form), holder.get(f"_{form}")
    if not isinstance(own, list) and not isinstance(beside, list):
        return [Value(own, type, f"{where}.{element.name}", beside)]
    count = max(len(own or ()), len(beside or ()))
    placed = walking.places(element, [None] * count, where)
    return [
        Value(_nth(own, n), type, place, _nth(beside, n)) for n, (_, place) in enumerate(placed)
    ]


def _nth(values, n):
    return values[n] if isinstance(values, list) and n < len(values) else None


def at(value, path):
    """The values at a discriminator's path: `$this`, `coding.code`; None for paths that leave it."""
    found = [value]
    for step in [] if path == "$this" else path.split("."):
        if "(" in step:
            return None
        found = [each for one in found for each in of(one, step)]
    return found


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
