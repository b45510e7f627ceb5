"""The mapping table of one resource: which field stands at which path, read and written from the same lines.

A path is written as people write it: `dosageInstruction[].route`. Its steps are

    name            a key
    name[]          the only element of a list
    name[slice]     the element of a list that a template tells apart: an extension by its url, others by `SLICES`

and its last step says how the value goes in: `name` sets it, `name[…]` appends it to a list (the codec knows its own
element again), `*` spreads a codec's dictionary over the node (`birthDate` with its time, `value[x]`).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.kernel import systems

_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<slice>[\w-]*)\])?\Z")
_OWN_URLS = {
    "patient-nationality": "http://hl7.org/fhir/StructureDefinition/patient-nationality",
    "birth-place": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
    "code": "code",
    "year": "year",
    "month": "month",
}

# (list, slice): what tells the element apart, and what a new one starts from.
SLICES: dict[tuple[str, str], dict] = {
    ("attester", "legal"): {"mode": "legal"},
    ("attester", "professional"): {"mode": "professional"},
    ("activity", "regimen"): {"detail": {"status": "in-progress"}},
}


# The ways in which a value goes into its node.
def _append(node, key, fit):
    node.setdefault(key, []).append(fit)


def _extend(node, key, fit):
    node.setdefault(key, []).extend(fit)


def _spread(node, key, fit):
    node.update(fit)


_set = dict.__setitem__


class Field(NamedTuple):
    """One field of a table and its home.

    implied   the text an absent element stands for; an empty field is then marked as empty
    """

    name: str
    path: str
    codec: codecs.Codec = codecs.text
    implied: str | None = None

    @property
    def element(self) -> str:
        """The path down to the element that holds the text, for the documentation."""
        if self.path.endswith("*"):
            return self.path[:-1] + self.codec.leaf
        return self.path + self.codec.leaf


def url_of(name: str) -> str:
    """The address of an extension named in a path."""
    return _OWN_URLS.get(name) or systems.extension(name)


class _Step:
    """One step of a path; steps with the same beginning are shared, so a node is made once for all its fields."""

    __slots__ = ("copy", "is_list", "key", "parent", "template")

    def __init__(self, parent, key, is_list, template):
        self.parent, self.key, self.is_list, self.template = parent, key, is_list, template
        is_flat = not any(type(value) in (dict, list) for value in template.values())
        self.copy = dict if is_flat else _fresh

    def node(self, made: dict) -> dict:
        found = made.get(self)
        if found is None:
            above = self.parent.node(made)
            found = made[self] = self._new(above)
        return found

    def _new(self, above):
        if not self.is_list:
            return above.setdefault(self.key, {})
        found = self.copy(self.template)
        above.setdefault(self.key, []).append(found)
        return found

    def nodes(self, resource: dict):
        """Every node of a stored resource that this path can mean."""
        if self.parent is None:
            return (resource,)
        above = [node[self.key] for node in self.parent.nodes(resource) if self.key in node]
        if not self.is_list:
            return above
        return [each for inside in above for each in inside if _holds(each, self.template)]


def _fresh(template):
    """A copy that nobody shares."""
    if type(template) is dict:
        return {k: _fresh(v) for k, v in template.items()}
    return [_fresh(each) for each in template] if type(template) is list else template


def _holds(node, template):
    """Is the template inside the node?"""
    return all(
        _holds(node.get(k, {}), v) if type(v) is dict else node.get(k) == v
        for k, v in template.items()
    )


class Shape:
    """The fields of one table that live in one resource (or one element that repeats)."""

    def __init__(self, resource: str, *fields: Field):
        self.resource = resource
        self.fields = fields
        self.names = frozenset(field.name for field in fields)
        self._root = _Step(None, "", False, {})
        self._steps: dict[str, _Step] = {"": self._root}
        self._plan = [self._compile(field) for field in fields]
        self._periods = [
            (field.name, self._step(field.path[:-4]))
            for field in fields
            if field.path.endswith(".end")
        ]

    def _compile(self, field):
        above, _, leaf = field.path.rpartition(".")
        key, bracket, _ = leaf.partition("[")
        way = _spread if leaf == "*" else _append if bracket else _set
        if field.codec.many:
            way = _extend
        codec = field.codec
        step = self._step(above)
        return field.name, key, way, step, codec.encode, codec.decode, codec.exact, field.implied

    def _step(self, path):
        if path not in self._steps:
            above, _, last = path.rpartition(".")
            name, piece = _STEP.match(last).group("name", "slice")
            parent = self._step(above)
            self._steps[path] = _Step(parent, name, piece is not None, self._template(name, piece))
        return self._steps[path]

    def _template(self, name, piece):
        if name == "extension":
            return {"url": url_of(piece)}
        return SLICES.get((name, piece or ""), {})

    def fill(self, resource: dict, values: Mapping[str, str], left: dict[str, str]) -> dict:
        """Put each field at its home; what does not fit exactly goes into `left` (field → text, "" for empty)."""
        made = {self._root: resource}
        get = values.get
        for name, key, way, step, encode, decode, exact, implied in self._plan:
            value = get(name)
            if not value or value == implied:
                if implied is not None and not value:
                    left[name] = ""
                continue
            fit = encode(value)
            if fit is None or (not exact and fit is not value and decode(fit) != value):
                left[name] = value
            if fit is None:
                continue
            node = made.get(step)
            if node is None:
                node = step.node(made)
            way(node, key, fit)
        for name, step in self._periods:
            if step in made:
                _straighten(made[step], name, values, left)
        return resource

    def read(self, resource: dict) -> dict[str, str]:
        """The fields that stand in this resource."""
        values = {}
        for name, key, way, step, _, decode, _, implied in self._plan:
            value = implied
            for node in step.nodes(resource):
                found = _found(node, key, way, decode)
                if found:
                    value = found
                    break
            if value:
                values[name] = value
        return values


def _found(node, key, way, decode):
    if way is _spread:
        return decode(node)
    if key not in node:
        return None
    if way is _append:
        return next(filter(None, map(decode, node[key])), None)
    return decode(node[key])


def _straighten(period, name, values, left):
    """FHIR refuses a period that ends before it starts; its end is then kept as text only."""
    if "end" in period and period.get("start", "") > period["end"]:
        del period["end"]
        left[name] = values[name]
