"""FHIRPath Patch: a Parameters resource whose operations name elements by FHIRPath.

Source: FHIR R4, fhirpatch.html. A path is evaluated by fhirpathpy on a copy in which every object
says where it stands, so that what was found can be changed in the resource itself. The last step
of a path to a simple value (`Patient.name[0].given[1]`) is taken here, since a simple value
cannot say where it stands.
"""

import copy
import functools
import re
from dataclasses import dataclass

import fhirpathpy
from django.utils.translation import gettext as _
from fhirpathpy.models import models

from haidang.engines.records import r4
from haidang.engines.records.index import computed
from haidang.kernel import errors

_PLACE = "haidangPlace"
_LAST = re.compile(r"(?:(?P<before>.+)\.)?(?P<name>[A-Za-z]\w*)(?:\[(?P<index>\d+)\])?\Z")
_LONGEST_PATH, _MOST_OPERATIONS = 1000, 1000
_RESOURCE = "Resource"


def applied(resource, parameters):
    """The resource after all operations, in their order; what was given is not changed.

    Raises    Incorrect `records.patch_unreadable` (facts: operation); RuleBroken
              `records.patch_unfit` when an operation cannot be carried out
    """
    fresh = copy.deepcopy(resource)
    listed = parameters.get("parameter")
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_OPERATIONS:
        raise unreadable(0)
    for number, entry in enumerate(listed):
        _Operation(fresh, entry, number).carry_out()
    return fresh


@dataclass
class _Spot:
    """An element: the object that holds it, its key there, and its index when it is one of many."""

    holder: dict
    key: str | None
    index: int | None = None

    @property
    def exists(self):
        held = self.holder.get(self.key)
        if self.index is None:
            return held is not None
        return isinstance(held, list) and self.index < len(held)


class _Operation:
    """One operation on its way into the resource."""

    def __init__(self, resource, entry, number):
        self.resource, self.number = resource, number
        if not isinstance(entry, dict) or entry.get("name") != "operation":
            raise unreadable(number)
        self.parts = {p["name"]: p for p in _parts(entry, number)}
        self.path = self._value("path", str)
        if len(self.path) > _LONGEST_PATH:
            raise unreadable(number)

    def carry_out(self):
        acts = {
            "add": self._add, "insert": self._insert, "delete": self._delete,
            "replace": self._replace, "move": self._move,
        }  # fmt: skip
        act = acts.get(self._value("type", str))
        if act is None:
            raise unreadable(self.number)
        act()

    # ── The five operations ────────────────────────────────────────────────────────────────

    def _add(self):
        keys = self._object(self.path)
        holder, name = _at(self.resource, keys), self._value("name", str)
        element = _element(_kind(self.resource, keys), name)
        if element is None:
            raise self._unfit()
        key, value = self._new(element)
        if element.is_list:
            held = holder.setdefault(key, [])
            if not isinstance(held, list):
                raise self._unfit()
            held.append(value)
        elif any(form in holder for form, _type in element.forms()):
            raise self._unfit()
        else:
            holder[key] = value

    def _insert(self):
        spot = self._list()
        index = self._value("index", int)
        element = _element(_kind(self.resource, self._place(spot.holder)), spot.key)
        if element is None or not 0 <= index <= len(spot.holder[spot.key]):
            raise self._unfit()
        _key, value = self._new(element)
        for held, each in _with_sibling(spot, value):
            held.insert(index, each)

    def _delete(self):
        spot = self._spot()
        if spot is None or not spot.exists:
            return  # R4: deleting what is not there is no error
        if spot.key is None:
            raise self._unfit()
        held = spot.holder[spot.key]
        if spot.index is None and isinstance(held, list) and len(held) > 1:
            raise self._unfit()
        _remove(spot)

    def _replace(self):
        spot = self._spot()
        if spot is None or spot.key is None or not spot.exists:
            raise self._unfit()
        element = _element(_kind(self.resource, self._place(spot.holder)), spot.key)
        if element is None:
            raise self._unfit()
        key, value = self._new(element)
        if spot.index is not None:
            spot.holder[spot.key][spot.index] = value
            sibling = spot.holder.get(f"_{spot.key}")
            if isinstance(sibling, list) and spot.index < len(sibling):
                sibling[spot.index] = None
            return
        if isinstance(spot.holder[spot.key], list):
            if len(spot.holder[spot.key]) != 1:
                raise self._unfit()
            value = [value]
        _rename(spot.holder, spot.key, key, value)

    def _move(self):
        spot = self._list()
        source, target = self._value("source", int), self._value("destination", int)
        length = len(spot.holder[spot.key])
        if not (0 <= source < length and 0 <= target < length):
            raise self._unfit()
        for held, _each in _with_sibling(spot, None):
            held.insert(target, held.pop(source))

    # ── Finding ────────────────────────────────────────────────────────────────────────────

    def _spot(self):
        """Where the path leads, or None when nothing stands there.

        A last step by name alone is taken in the object before it, so that it may also lead to
        what is not there yet or is a simple value.
        """
        found = _LAST.match(self.path)
        if found is None or (found["before"] is None and found["name"] == self._root):
            return self._named(self._objects(self.path))
        places = self._objects(found["before"] or self._root)
        if len(places) > 1:
            raise self._unfit()
        if not places:
            return None
        return self._step(_at(self.resource, places[0]), places[0], found)

    @property
    def _root(self):
        return self.resource["resourceType"]

    def _step(self, holder, keys, found):
        element = _element(_kind(self.resource, keys), found["name"])
        forms = [form for form, _type in element.forms()] if element else [found["name"]]
        key = next((form for form in forms if form in holder), None)
        if key is None:
            return None
        index = int(found["index"]) if found["index"] else None
        many = isinstance(holder[key], list)
        if index is None and many and len(holder[key]) == 1:
            index = 0
        if index is not None and not many:
            if index:
                return None
            index = None
        return _Spot(holder, key, index)

    def _named(self, places):
        """The spot of the one object that was found."""
        if len(places) > 1:
            raise self._unfit()
        if not places:
            return None
        keys = places[0]
        if not keys:
            return _Spot(self.resource, None)
        if isinstance(keys[-1], int):
            return _Spot(_at(self.resource, keys[:-2]), keys[-2], keys[-1])
        return _Spot(_at(self.resource, keys[:-1]), keys[-1])

    def _list(self):
        """The list that the path names as a whole."""
        found = _LAST.match(self.path)
        if found is None or found["index"]:
            raise self._unfit()
        holder = _at(self.resource, self._object(found["before"] or self._root))
        if not isinstance(holder.get(found["name"]), list):
            raise self._unfit()
        return _Spot(holder, found["name"])

    def _object(self, path):
        """The keys to the one object that a path names."""
        places = self._objects(path)
        if len(places) != 1:
            raise self._unfit()
        return places[0]

    def _objects(self, path):
        marked, places = _marked(self.resource)
        try:
            found = _compiled(path)(marked)
        except Exception as why:  # fhirpathpy tells of a wrong path in many ways
            raise unreadable(self.number) from why
        marks = [each.get(_PLACE) for each in found if isinstance(each, dict)]
        if len(marks) != len(found) or None in marks:
            raise self._unfit()
        return [places[mark] for mark in dict.fromkeys(marks)]

    def _place(self, holder):
        """The keys to an object of the resource."""
        return next(keys for keys, each in _walk(self.resource, ()) if each is holder)

    # ── Values ─────────────────────────────────────────────────────────────────────────────

    def _value(self, name, kind):
        part = self.parts.get(name, {})
        values = [value for key, value in part.items() if key.startswith("value")]
        if len(values) != 1 or type(values[0]) is not kind:
            raise unreadable(self.number)
        return values[0]

    def _new(self, element):
        """(key, value) of what is to be put into an element."""
        part = self.parts.get("value")
        if part is None:
            raise unreadable(self.number)
        return self._read(element, part)

    def _read(self, element, part):
        if "part" in part:
            return element.name, self._built(element, part)
        keys = [key for key in part if key.startswith("value") and key != "value"]
        if len(keys) != 1:
            raise unreadable(self.number)
        value, suffix = part[keys[0]], keys[0].removeprefix("value")
        if not element.choice:
            return element.name, value
        key = element.name + suffix
        if key not in [form for form, _type in element.forms()]:
            raise self._unfit()
        return key, value

    def _built(self, element, part):
        """An object put together from parts, each named as an element of it."""
        kind, made = element.inside or element.types[0], {}
        for each in _parts(part, self.number):
            inner = _element(kind, each["name"])
            if inner is None:
                raise self._unfit()
            key, value = self._read(inner, each)
            if inner.is_list:
                made.setdefault(key, []).append(value)
            else:
                made[key] = value
        return made

    def _unfit(self):
        return unfit(self.number)


def _parts(entry, number):
    found = entry.get("part")
    if not isinstance(found, list) or not all(
        isinstance(p, dict) and isinstance(p.get("name"), str) for p in found
    ):
        raise unreadable(number)
    return found


@functools.lru_cache(512)
def _compiled(path):
    computed.check(path)
    return fhirpathpy.compile(path, model=models["r4"])


def _marked(resource):
    """A copy in which every object has a number, and {number: keys that lead to it}."""
    marked, places = copy.deepcopy(resource), []
    for keys, each in list(_walk(marked, ())):
        each[_PLACE] = len(places)
        places.append(keys)
    return marked, places


def _walk(value, keys):
    """(keys, object) of every object in a value."""
    if isinstance(value, dict):
        yield keys, value
        for key, each in value.items():
            yield from _walk(each, (*keys, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _walk(each, (*keys, index))


def _at(resource, keys):
    for key in keys:
        resource = resource[key]
    return resource


def _kind(resource, keys):
    """The name of the kind of what stands at some keys: a type, or the inside of an element."""
    kind, holder = resource["resourceType"], resource
    for key in keys:
        holder = holder[key]
        if isinstance(key, int):
            continue
        element = _element(kind, key)
        if element is None:
            return None
        kind = element.inside or dict(element.forms()).get(key) or element.types[0]
        if kind == _RESOURCE and isinstance(holder, dict):
            kind = holder.get("resourceType")
    return kind


def _element(kind, name):
    """The element of a kind by its name, or by one of the names a choice has in JSON."""
    known = r4.catalogue().kinds.get(kind)
    for element in known.elements if known else ():
        if element.name == name or any(form == name for form, _type in element.forms()):
            return element
    return None


def _with_sibling(spot, value):
    """The list of a spot, and that of the extensions of its simple values when there is one."""
    held, sibling = spot.holder[spot.key], spot.holder.get(f"_{spot.key}")
    if not isinstance(sibling, list):
        return [(held, value)]
    sibling += [None] * (len(held) - len(sibling))
    return [(held, value), (sibling, None)]


def _remove(spot):
    """Take an element away, and its list with the last of it: FHIR allows no empty one."""
    if spot.index is None:
        spot.holder.pop(spot.key)
        spot.holder.pop(f"_{spot.key}", None)
        return
    for held, _each in _with_sibling(spot, None):
        del held[spot.index]
    if not spot.holder[spot.key]:
        spot.holder.pop(spot.key)
        spot.holder.pop(f"_{spot.key}", None)


def _rename(holder, old, new, value):
    """Put a value in the place of another, in whose order it also stands."""
    items = [
        (new if key == old else key, value if key == old else each) for key, each in holder.items()
    ]
    holder.clear()
    holder.update((key, each) for key, each in items if key != f"_{old}")


def unreadable(number):
    return errors.Incorrect(
        "records.patch_unreadable",
        _("Nội dung PATCH không đúng dạng FHIRPath Patch."),
        operation=number,
    )


def unfit(number):
    return errors.RuleBroken(
        "records.patch_unfit",
        _("Không áp dụng được thay đổi này lên bản ghi hiện tại."),
        operation=number,
    )
