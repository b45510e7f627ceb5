"""What a reference points at, as `resolve()` in a discriminator asks (profiling.html#discriminator).

Looked for where R4 says: within the resource that holds the reference, among the entries of the
Bundle around it, and among the records in the asker's reach.
"""

import re

from haidang.engines.records import r4, reading
from haidang.engines.records.index import references
from haidang.engines.records.validation.profiles import values

_ID = r"[A-Za-z0-9\-.]{1,64}"
_ENTRY = re.compile(rf"Bundle(?:/{_ID})?\.entry\[(\d+)\]\.resource\b")
_RESTFUL = re.compile(rf"(https?://.+?)/[A-Z]\w+/{_ID}(/_history/.+)?\Z")
_TYPE = re.compile(rf"(?:\A|/)([A-Z]\w+)/{_ID}(/_history/.+)?\Z")


class Resolver:
    """Follows the references of one resource and of all that stands in it; each is looked up once."""

    def __init__(self, root):
        self.root, self._found, self._others = root, {}, {}

    def __call__(self, value):
        """The `Value` that a Reference, canonical or uri points at, or None.

        Where the resource is not to be had but its type is told, a Value without content has that
        type: senders write in any order, so a target may come later.
        """
        text, said = _written(value.value)
        entry = _ENTRY.match(value.where)
        key = int(entry[1]) if entry else None, text
        if key not in self._found:
            self._found[key] = self._look_up(text, key[0])
        if self._found[key] is not None:
            return self._found[key]
        name = said or _type_in(text)
        known = name in r4.catalogue().kinds
        return values.Value(None, name, f"{value.where}.resolve()") if known else None

    def of(self, value):
        """The resolver of what stands in a value that this one has found."""
        return self._others.get(id(value.value), self)

    def _look_up(self, text, place):
        if not text:
            return None
        if text.startswith("#"):
            return self._contained(text[1:], place)
        found = self._entry(text, place)
        target = references.here(text)
        return found or (self._record("/".join(target)) if target else None)

    def _contained(self, id, place):
        holder, where = self.root, self.root["resourceType"]
        if place is not None:
            holder, where = self.root["entry"][place]["resource"], f"Bundle.entry[{place}].resource"
        if not id:
            return _value(holder, where)
        for n, one in enumerate(holder.get("contained", ())):
            if one.get("id") == id:
                return _value(one, f"{where}.contained[{n}]")
        return None

    def _entry(self, text, place):
        """The entry of this address; a relative one is below the holder's own (bundle.html#references)."""
        if self.root["resourceType"] != "Bundle":
            return None
        wanted = text
        if ":" not in text and place is not None:
            base = _RESTFUL.match(self.root["entry"][place].get("fullUrl", ""))
            wanted = f"{base[1]}/{text}" if base else text
        for n, entry in enumerate(self.root.get("entry", ())):
            if entry.get("fullUrl") == wanted and "resource" in entry:
                return _value(entry["resource"], f"Bundle.entry[{n}].resource")
        return None

    def _record(self, ref):
        stored = reading.current(ref)
        if stored is None or stored.deleted:
            return None
        found = _value(stored.resource, ref)
        self._others[id(found.value)] = Resolver(found.value)
        return found


def _value(resource, where):
    return values.Value(resource, resource["resourceType"], where)


def _written(value):
    """(address, type that is said beside it) of a Reference, or of an address by itself."""
    if isinstance(value, dict):
        return value.get("reference") or "", value.get("type") or ""
    return (value if isinstance(value, str) else ""), ""


def _type_in(text):
    found = _TYPE.search(text)
    return found[1] if found else ""
