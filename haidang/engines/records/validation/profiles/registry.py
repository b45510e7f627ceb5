"""Profiles by their canonical address: the house's own, HL7's, and those stored as records."""

import functools
import re
import time
from pathlib import Path

from haidang.engines.access import api as access
from haidang.engines.records import r4, writing
from haidang.engines.records.search import running
from haidang.engines.records.validation.profiles import tree
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, errors, fhirjson

PUBLISHED = Path(__file__).with_name("published")
_KEPT_SECONDS = 60
_R4 = "4.0.1"
#: What means something in the value of a search (search.html#escaping).
_MARKS = re.compile(r"([\\,$|])")
_CORE = "http://hl7.org/fhir/StructureDefinition/"


def find(canonical):
    """The profile of an address, or None when nobody here knows it; of `address|version` that
    version and no other (references.html#canonical).

    The house's own come first, so that nobody changes their meaning by storing another one.
    """
    url, _bar, version = canonical.partition("|")
    if not url:
        return None
    given = _given(url) if url in _own() or url in _of_hl7() else None
    if url not in _own():
        kept = _stored(url, version, int(time.monotonic() // _KEPT_SECONDS))
        given = kept or given
    return given if given is not None and version in ("", given.version) else None


def core_type(canonical):
    """The type that R4 itself defines at an address, or nothing."""
    url, _bar, version = canonical.partition("|")
    kind = r4.catalogue().kinds.get(url.removeprefix(_CORE)) if url.startswith(_CORE) else None
    is_type = kind is not None and kind.nature != "inside" and version in ("", _R4)
    return kind.name if is_type else ""


def is_of_core(name, core):
    """Whether a type is what R4 defines at an address: itself, or what it is built on."""
    abstract = {"Resource"} | ({"DomainResource"} if "contained" in r4.elements(name) else set())
    return core == name or core in abstract


def published():
    """The StructureDefinitions that this server publishes, in the order of their names."""
    return [fhirjson.loads(path.read_bytes()) for path in sorted(PUBLISHED.glob("*.json"))]


@functools.cache
def published_for(type):
    """The addresses of the published profiles of one resource type."""
    return tuple(each["url"] for each in _own().values() if each["type"] == type)


def publish():
    """Store what is published, so that it is read and searched as every record is.

    Unchanged definitions are skipped; the id of each is its name.
    """
    with access.reach(actor.SYSTEM, people="all"):
        return writing.save_all(published(), by=actor.SYSTEM)


@functools.cache
def _given(url):
    definition = _own().get(url) or _of_hl7().get(url)
    return tree.profile(definition) if definition else None


@functools.cache
def _own():
    return {each["url"]: each for each in published()}


@functools.cache
def _of_hl7():
    """Constraints only, and of each only what is read of it: the package is large."""
    found = {}
    for kind in ("profiles-others", "extensions"):
        for each in terminology.definitions(kind):
            if each["resourceType"] == "StructureDefinition":
                found[each["url"]] = {k: v for k, v in each.items() if k not in _LARGE}
    return found


_LARGE = {"snapshot", "text", "mapping", "contact"}


@functools.lru_cache(maxsize=500)
def _stored(url, version, minute):
    # What is found is kept for everybody, so it may not depend on what the asker's scopes show.
    try:
        with access.reach(actor.SYSTEM, people="all"):
            page = running.search("StructureDefinition", _query(url, version))
    except errors.HaidangError:
        return None
    definition = page.matches[0].resource if page.matches else None
    if definition is None or definition.get("type") is None:
        return None
    return tree.profile(definition)


def _query(url, version):
    found = {"url": url, "version": version, "_count": "1"}
    return [(name, _MARKS.sub(r"\\\1", value)) for name, value in found.items() if value]
