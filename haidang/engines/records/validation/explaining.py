"""The faults of a resource that the schema refuses, each where it is.

This walk follows the same elements as the schema and takes a hundred times as long; the tests
hold both to one verdict.
"""

import contextlib
import functools
import itertools
import re
import sys
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.records import r4
from haidang.engines.records.validation import issues, presence, primitives, schema

DEEPEST = 60
#: A list may be wrong at each of a million places; nobody reads on after so many.
MOST = 500


class _Enough(Exception):
    """There are as many faults as are told."""


class _Faults(list):
    """A list that takes no more than are told."""

    def append(self, issue):
        if len(self) >= MOST:
            raise _Enough
        super().append(issue)

    def __iadd__(self, some):
        for issue in some:
            self.append(issue)
        return self


def faults(resource, name):
    """Every fault of a resource's own shape, the first 500; resources within it are not visited."""
    found = _Faults()
    with contextlib.suppress(_Enough):
        _object(name, resource, name, found, 0)
    return list(found)


def _object(name, value, where, found, depth):
    if not isinstance(value, dict):
        found.append(issues.wrong_shape(where, _("một đối tượng")))
    elif not value or schema.is_no_value(r4.catalogue().kinds[name], value.keys()):
        found.append(issues.empty(where))
    elif depth > DEEPEST:
        found.append(issues.too_deep(where))
    else:
        kind = r4.catalogue().kinds[name]
        _unknown(kind, value, where, found)
        for element in kind.elements:
            _element(kind, element, value, where, found, depth)
        found += _presence(kind, value, where)


def _unknown(kind, value, where, found):
    known = r4.elements(kind.name)
    for key in value:
        entry = known.get(key.removeprefix("_"))
        if key == "resourceType" and kind.nature == "resource":
            continue
        if entry is None or (key.startswith("_") and not _has_sibling(kind, *entry)):
            found.append(issues.unknown_element(where, key, kind.name))


def _has_sibling(kind, element, code):
    bare = {element.name, f"{kind.name}.{element.name}"} & schema.BARE
    return r4.catalogue().primitive(code) and not bare


def _element(kind, element, value, where, found, depth):
    here = f"{where}.{element.name}"
    used = [(key, code) for key, code in element.forms() if key in value or f"_{key}" in value]
    if not used and element.least:
        found.append(issues.missing(where, element.name))
    if len(used) > 1:
        found.append(issues.several(here, [key for key, _ in used]))
    for key, code in used:
        if _is_primitive(code) and None in [value[n] for n in (key, f"_{key}") if n in value]:
            found.append(issues.empty(here))
        elif _is_primitive(code):
            beside = value.get(f"_{key}") if _has_sibling(kind, element, code) else None
            form = r4.form_of(kind, key, code)
            _primitives(element, form, value.get(key), beside, here, found, depth)
        elif key in value:
            for item, place in _items(element, value[key], here, found):
                _complex(element, code, item, place, found, depth)


def _is_primitive(code):
    return r4.catalogue().primitive(code)


def _items(element, value, here, found):
    """(item, place) for each value of an element; a fault when it is no list, or is one."""
    if not element.is_list:
        if isinstance(value, list):
            found.append(issues.wrong_shape(here, _("một giá trị, không phải danh sách")))
            return
        yield value, here
    elif not isinstance(value, list):
        found.append(issues.wrong_shape(here, _("một danh sách")))
    elif not value:
        found.append(issues.empty(here))
    else:
        for n, item in enumerate(value):
            yield item, f"{here}[{n}]"


def _primitives(element, code, value, beside, here, found, depth):
    if value is not None:
        for item, place in _items(element, value, here, found):
            if item is not None or beside is None:
                _primitive(element, code, item, place, found)
    if beside is not None:
        for item, place in _items(element, beside, here, found):
            if item is not None or not element.is_list:
                _object("Element", item, place, found, depth + 1)
        found += [issues.empty(place) for place in _valueless(element, value, beside, here)]


def _valueless(element, value, beside, here):
    """The places of a primitive that have neither a value nor extensions (ele-1)."""
    if not element.is_list:
        pairs = [(value, beside, here)]
    elif isinstance(beside, list) and isinstance(value, list | None):
        together = itertools.zip_longest(value or (), beside)
        pairs = [(*pair, f"{here}[{n}]") for n, pair in enumerate(together)]
    else:
        pairs = []
    for own, other, place in pairs:
        if own is None and (other is None or (isinstance(other, dict) and other.keys() == {"id"})):
            yield place


def _primitive(element, code, item, place, found):
    if item == "":
        found.append(issues.empty(place))
    elif isinstance(item, str) and len(item) > (
        longest := primitives.LONGEST.get(code, sys.maxsize)
    ):
        found.append(issues.too_long(place, longest))
    elif not is_value(code, item):
        found.append(issues.bad_value(place, code))
    elif code == "code" and not _is_code(element, item):
        found.append(issues.bad_code(place, element.value_set))


def _is_code(element, item):
    members = _members(element)
    return members is None or (item in members and "|" not in item)


def _members(element):
    """The listed codes that a required binding allows, or None when there is none."""
    codes = r4.catalogue().codes
    return codes.get(element.value_set) if element.strength == "required" else None


def is_value(code, item):
    """True when a JSON value has the form of a primitive type."""
    if code == "boolean":
        return isinstance(item, bool)
    if code == "decimal":
        return _is_decimal(item)
    if code in primitives.NUMBERS:
        least, most = primitives.NUMBERS[code]
        return type(item) is int and least <= item <= most
    return isinstance(item, str) and _form(code).fullmatch(item) is not None


def _is_decimal(item):
    is_number = isinstance(item, int | float | Decimal) and not isinstance(item, bool)
    return is_number and -primitives.LARGEST <= item <= primitives.LARGEST


@functools.cache
def _form(code):
    published = r4.catalogue().kinds[code].pattern
    return re.compile(primitives.pattern(code, published))


def _complex(element, code, item, place, found, depth):
    if code == "Resource":
        if not isinstance(item, dict):
            found.append(issues.wrong_shape(place, _("một đối tượng")))
        elif not isinstance(item.get("resourceType"), str):
            found.append(issues.missing(place, "resourceType"))
        return
    _object(element.inside or code, item, place, found, depth + 1)
    if not isinstance(item, dict):
        return
    if code == "CodeableConcept" and not _is_concept(element, item):
        found.append(issues.bad_code(place, element.value_set))
    if code == "Quantity" and element.simple and {"comparator", "_comparator"} & item.keys():
        found.append(issues.broken_rule(place, _NO_COMPARATOR))
    if code == "Reference" and not _is_target(element.targets, item):
        where = f"{place}.reference"
        is_malformed = not _is_target((), item) or not element.targets
        found.append(
            issues.bad_reference(where)
            if is_malformed
            else issues.wrong_target(where, element.targets)
        )


def _is_concept(element, item):
    members = _members(element)
    codings = _list(item.get("coding"))
    return members is None or any(_is_member(coding, members) for coding in codings)


def _is_target(targets, item):
    text = item.get("reference")
    if not isinstance(text, str) or not text:
        return True  # which is told where it stands
    return re.search(primitives.reference(targets), text) is not None


def _is_member(coding, members):
    return isinstance(coding, dict) and f"{coding.get('system')}|{coding.get('code')}" in members


def _list(value):
    return value if isinstance(value, list) else ()


def _presence(kind, value, where):
    """The invariants that ask only what is there."""
    names = {element.name: _names(element) for element in kind.elements}
    for rule, clause in presence.of(kind):
        if not any(bool(names[each.name] & value.keys()) == each.there for each in clause):
            yield issues.broken_rule(where, rule or _VALUE_OR_EXTENSION)


def _names(element):
    return {form for key, _ in element.forms() for form in (key, f"_{key}")}


_NO_COMPARATOR = r4.Rule(
    "sqty-1", issues.ERROR, "comparator.empty()",
    "The comparator is not used on a SimpleQuantity",
)  # fmt: skip
_VALUE_OR_EXTENSION = r4.Rule(
    "ext-1", issues.ERROR, "extension.exists() != value.exists()",
    "Must have either extensions or value[x], not both",
)  # fmt: skip
