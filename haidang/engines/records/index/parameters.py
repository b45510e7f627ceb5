"""The published search parameters of R4, ready for the extractor and for queries."""

import functools
from dataclasses import dataclass

import msgspec

from haidang.engines.records import kinds
from haidang.engines.records.index import composites, expressions, hashing
from haidang.engines.records.index.elements import Elements
from haidang.engines.terminology import api as terminology

Key = str | tuple[str, tuple[str, str]]
_FROM_ROOT = "%resource."


class Path(msgspec.Struct, frozen=True, array_like=True):
    """One way to a value: number, expression and (keys, type) leaves.

    target  the only type it points at, if it is narrowed
    single  a resource has at most one value there
    outer   of a part of a composite: its keys go from the root, not from the element of the pair
    """

    number: int
    text: str
    leaves: tuple[tuple[tuple[Key, ...], str], ...]
    target: str | None = None
    single: bool = False
    outer: bool = False


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """A composite in one context: its keys from the root, and its parts (two, or three) from there."""

    number: int
    context: tuple[Key, ...]
    parts: tuple[tuple[Path, ...], ...]

    @property
    def outer(self):
        """True when some part is found from the root."""
        return any(path.outer for part in self.parts for path in part)


class Parameter(msgspec.Struct, frozen=True, array_like=True):
    """One search parameter of one resource type."""

    type: str
    code: str
    kind: str
    paths: tuple[Path, ...] = ()
    targets: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    part_kinds: tuple[str, ...] = ()
    url: str = ""
    computed: str = ""  # an expression that is more than a path (see `computed`)
    turned: bool = False  # a composite whose second value stands first in a search


@dataclass(frozen=True)
class Catalogue:
    """Every parameter by resource type and code.

    by_type  those that search answers by
    indexed  those that the index is kept by: also one's own that not every record was read for
    """

    by_type: dict[str, dict[str, Parameter]]
    indexed: dict[str, dict[str, Parameter]]

    def of(self, type):
        return self.by_type[type]

    def kept(self, type):
        return self.indexed[type]

    def find(self, type, code):
        return self.by_type[type].get(code)


@functools.cache
def _published():
    """The parameters of R4, compiled once in the life of a process."""
    rows = terminology.compiled("search-parameters", list[Parameter], _compile, layout=6)
    by_type = {name: {} for name in kinds.NAMES}
    for row in rows:
        by_type[row.type][row.code] = row
    return by_type


def published(type):
    """{code: Parameter} of what R4 itself defines for a type."""
    return _published()[type]


@functools.cache
def catalogue():
    """The parameters of R4, and those of one's own that `adopt` was given."""
    return Catalogue(dict(_published()), dict(_published()))


def adopt(kept, served):
    """Go by these parameters of one's own from now on, in place of those of before (see `own`)."""
    known = catalogue()
    for name in kinds.NAMES:
        for table, added in ((known.by_type, served), (known.indexed, kept)):
            more = {each.code: each for each in added if each.type == name}
            table[name] = published(name) | more if more else published(name)


def of_type(type):
    """The parameters by which one resource type is searched, in the order of their names."""
    return [found for _, found in sorted(catalogue().of(type).items())]


def _compile():
    profiles = terminology.definitions("profiles-resources")
    elements = Elements([*profiles, *terminology.definitions("profiles-types")])
    published = terminology.definitions("search-parameters")
    by_url = {definition["url"]: definition for definition in published}
    rows = [row for each in published for row in _rows(each, elements, by_url)]
    _check(rows)
    return rows


def _check(rows):
    """No two paths may agree in the bits above a record number (see `hashing`)."""
    numbers = {path.number for row in rows for path in row.paths}
    if len({number >> hashing.RID_BITS for number in numbers}) != len(numbers):
        raise RuntimeError("two search paths share their upper bits")


def _rows(definition, elements, by_url):
    bases = definition["base"]
    if {"Resource", "DomainResource"} & set(bases):
        bases = kinds.NAMES
    for base in bases:
        if base in kinds.CODES:
            row = _row(definition, base, elements, by_url)
            if row is not None:
                yield row


def _row(definition, base, elements, by_url):
    kind, code = definition["type"], definition["code"]
    common = {"type": base, "code": code, "kind": kind, "url": definition["url"]}
    if kind == "composite":
        components, turned = _components(definition)
        pairs = _pairs(definition["expression"], components, base, elements, by_url)
        parts = tuple(by_url[c["definition"]]["type"] for c in components)
        found = Parameter(**common, pairs=pairs, part_kinds=parts, turned=turned)
        return found if pairs else None
    if code == "deceased":
        return Parameter(**common, paths=_deceased())
    found = paths(definition.get("expression"), base, kind, elements)
    if not found:
        return None
    return Parameter(**common, paths=found, targets=_targets(definition, found))


def _deceased():
    """`Patient.deceased.exists() and Patient.deceased != false`, the one parameter that computes."""
    number = hashing.path("Patient.deceased:token")
    return (Path(number, "Patient.deceased", (((), "deceased"),)),)


def _targets(definition, paths):
    narrowed = {path.target for path in paths if path.target}
    return tuple(sorted(narrowed or set(definition.get("target", ()))))


def paths(expression, base, kind, elements):
    """The paths of an expression, as far as it speaks of `base`."""
    found = {}
    for part in expressions.parse(expression, base):
        leaves = tuple(elements.leaves(part.root, part.steps))
        number = hashing.path(f"{part.text}:{kind}")
        if leaves and part.steps:
            single = elements.single(part.root, part.steps)
            found[number] = Path(number, part.text, leaves, part.target, single)
    return tuple(found.values())


def _components(definition):
    """(the components of a composite, true when they are turned round).

    R4 says of `relationship` that its reference is the `code` and its token the `target`, which
    later releases mend. It is kept as the others are, the token first.
    """
    components = definition["component"]
    if not definition["url"].endswith("/DocumentReference-relationship"):
        return components, False
    reference, token = components
    return [
        {**token, "expression": reference["expression"]},
        {**reference, "expression": token["expression"]},
    ], True


def _pairs(expression, components, base, elements, by_url):
    """The contexts of a composite of which every part can be read."""
    pairs, kinds_of_parts = [], [by_url[c["definition"]]["type"] for c in components]
    for context in expressions.parse(expression, base):
        parts = [_part(c, context, elements, by_url) for c in components]
        if None in parts or not composites.kept(kinds_of_parts):
            continue
        text = "$".join([context.text, *("|".join(path.text for path in part) for part in parts)])
        spots = elements.leaves(base, context.steps)
        pairs += [Pair(hashing.path(f"{text}:composite"), keys, tuple(parts)) for keys, _ in spots]
    return tuple(pairs)


def _part(component, context, elements, by_url):
    kind, found = by_url[component["definition"]]["type"], []
    for text in map(str.strip, component["expression"].split("|")):
        outer, at = text.startswith(_FROM_ROOT), context.text.split(":")[0]
        full = f"{context.root}.{text[len(_FROM_ROOT) :]}" if outer else f"{at}.{text}"
        parsed = expressions.parse(full, context.root)
        if not parsed or "%" in full:
            return None
        found.append(_below(*parsed, kind, 0 if outer else len(context.steps), outer, elements))
    return tuple(found)


def _below(expression, kind, depth, outer, elements):
    """A path with its full number, and its keys from the element of the pair (or the root) on."""
    leaves = elements.leaves(expression.root, expression.steps)
    cut = tuple((keys[depth:], data_type) for keys, data_type in leaves)
    return Path(hashing.path(f"{expression.text}:{kind}"), expression.text, cut, outer=outer)
