"""The codes of value sets that the published package lists in full.

Those of other sets (languages, units, media types, currencies) are asked of terminology.
"""

from haidang.engines.terminology import api as terminology


def listed(urls):
    """{value set: its members, `code` and `system|code`} for those that can be listed."""
    found = [r for kind in ("valuesets", "v3-codesystems") for r in terminology.definitions(kind)]
    systems = {r["url"]: r for r in found if r["resourceType"] == "CodeSystem"}
    sets = {r["url"]: r for r in found if r["resourceType"] == "ValueSet"}
    members = {url: _members(url, sets, systems) for url in urls}
    return {url: tuple(sorted(codes)) for url, codes in members.items() if codes}


def _members(url, sets, systems):
    """The members of a set, or None when one part of it is not listed."""
    if url not in sets:
        return None
    members = set()
    for part in sets[url].get("compose", {}).get("include", ()):
        codes = _part(part, sets, systems)
        if codes is None:
            return None
        members |= codes
    return members


def _part(part, sets, systems):
    if part.get("filter"):
        return None
    if part.get("valueSet"):
        (url,) = part["valueSet"]
        return _members(url, sets, systems)
    concepts = part.get("concept")
    if concepts is None:
        system = systems.get(part["system"], {})
        concepts = _flat(system.get("concept", ())) if system.get("content") == "complete" else None
    if concepts is None:
        return None
    codes = [each["code"] for each in concepts]
    return {*codes, *(f"{part['system']}|{code}" for code in codes)}


def _flat(concepts):
    return [found for each in concepts for found in (each, *_flat(each.get("concept", ())))]
