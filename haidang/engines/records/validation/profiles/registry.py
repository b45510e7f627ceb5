"""Profiles by their canonical address: the house's own, HL7's, and those stored as records."""

import functools
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
_CORE = "http://hl7.org/fhir/StructureDefinition/"


def find(canonical):
    """The profile of an address (`|version` may follow), or None when nobody here knows it.

    The house's own come first, so that nobody changes their meaning by storing another one.
    """
    url = canonical.partition("|")[0]
    if url in _own():
        return _given(url)
    return _stored(url, int(time.monotonic() // _KEPT_SECONDS)) or _given(url)


def core_type(url):
    """The type that R4 itself defines at an address, or nothing."""
    name = url.removeprefix(_CORE)
    return name if name in r4.catalogue().kinds else ""


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
def _stored(url, minute):
    # What is found is kept for everybody, so it may not depend on what the asker's scopes show.
    try:
        with access.reach(actor.SYSTEM, people="all"):
            page = running.search("StructureDefinition", [("url", url), ("_count", "1")])
    except errors.HaidangError:
        return None
    definition = page.matches[0].resource if page.matches else None
    if definition is None or definition.get("type") is None:
        return None
    return tree.profile(definition)
