"""A candidate as a Patient resource, and two descriptions of one person made one.

Every element is a register: of two sources the better known, then the newer one wins, whatever
the order in which they arrive, so that late and repeated messages end in the same Patient.
"""

import msgspec

from haidang.engines.people import keys
from haidang.engines.people.candidate import Candidate
from haidang.kernel import dates, identity, systems, text

COMMUNE = systems.extension("commune")
#: Why a Patient is out of use; `corrected`: made for a mistake (see `retiring`).
RETIRED = systems.extension("retired")
_LISTED = ("identifier", "extension", "meta", "id", "resourceType", "link", "active")
_order = msgspec.json.Encoder(order="sorted", decimal_format="number")


def resource_of(candidate, patient_id=None):
    """Return the Patient that a candidate alone describes."""
    resource = {"resourceType": "Patient", **({"id": patient_id} if patient_id else {})}
    return merge(resource, candidate, {})[0]


def merge(resource, candidate, said):
    """Lay a candidate over a Patient; return (Patient, said), and change neither argument.

    said    {element: rank} of what stands in the Patient now, as returned by the last merge
    """
    merged, said = dict(resource), dict(said)
    for element, value in _elements(candidate).items():
        rank = [_quality(element, value), candidate.said]
        if element not in merged or _outranks(element, value, rank, merged, said):
            merged[element], said[element] = value, rank
    _merge_extensions(merged, candidate, said)
    _merge_meta(merged, candidate)
    identifiers = _identifiers(resource, candidate)
    if identifiers:
        merged["identifier"] = identifiers
    return merged, said


def _outranks(element, value, rank, merged, said):
    before = said.get(element, [_quality(element, merged[element]), ""])
    if rank != before:
        return rank > before
    return _order.encode(value) > _order.encode(merged[element])


def _elements(candidate):
    """The elements of a candidate that hold something, plain fields and details together."""
    built = {
        "name": [_name(candidate.name)] if candidate.name else None,
        "birthDate": candidate.birth_date,
        "gender": candidate.sex,
        "telecom": _telecom(candidate.phone),
        "address": _address(candidate),
    }
    built |= {k: v for k, v in candidate.details.items() if k not in _LISTED}
    return {element: value for element, value in built.items() if value}


def _name(name):
    """Vietnamese order: family name first, given name last."""
    words = text.tidy(name).split()
    built = {"use": "official", "text": " ".join(words), "family": words[0]}
    return built | ({"given": words[1:]} if words[1:] else {})


def _telecom(phone):
    number = identity.phone(phone) or (phone or "").strip()
    return [{"system": "phone", "value": number}] if number else None


def _address(candidate):
    if not candidate.address and not candidate.commune:
        return None
    built = {"use": "home", "country": "VN"}
    if candidate.address:
        built["text"] = text.tidy(candidate.address)
    if candidate.commune:
        coding = {"system": systems.COMMUNE, "code": candidate.commune}
        built["extension"] = [{"url": COMMUNE, "valueCoding": coding}]
    return [built]


def _quality(element, value):
    """How much a value knows, before its age is asked: marks in a name, days in a birth date."""
    if element == "name":
        written = (value[0] or {}).get("text", "")
        return 2 * text.has_marks(written) + (not written.isupper())
    if element == "birthDate":
        return len(value)
    if element == "gender":
        return value in ("male", "female")
    return 0


def _merge_extensions(merged, candidate, said):
    found = {one["url"]: one for one in merged.get("extension", ())}
    for one in candidate.details.get("extension", ()):
        element, rank = f"extension {one['url']}", [0, candidate.said]
        before = found.get(one["url"])
        ours = (rank, _order.encode(one))
        if before is None or ours > (said.get(element, [0, ""]), _order.encode(before)):
            found[one["url"]], said[element] = one, rank
    if found:
        merged["extension"] = [found[url] for url in sorted(found)]


def _merge_meta(merged, candidate):
    tags = {(t.get("system"), t.get("code")): t for t in merged.get("meta", {}).get("tag", ())}
    new = candidate.details.get("meta", {}).get("tag", ())
    tags |= {(t.get("system"), t.get("code")): t for t in new}
    if tags:
        merged["meta"] = {**merged.get("meta", {}), "tag": [tags[k] for k in sorted(tags, key=str)]}


def _identifiers(resource, candidate):
    found = {}
    for one in candidate.details.get("identifier", ()):
        found[one.get("system"), one.get("value")] = one
    for one in resource.get("identifier", ()):
        found[one.get("system"), one.get("value")] = one
    for system, value in candidate.identifiers:
        if value:
            found.setdefault((system, value), {"system": system, "value": value})
    return [found[key] for key in sorted(found, key=str)]


def candidate_of(resource, said_at=None):
    """Return the Candidate that a Patient describes, all its elements in `details`."""
    kept = {k: v for k, v in resource.items() if k not in ("id", "resourceType")}
    return Candidate(
        name=name_of(resource),
        birth_date=resource.get("birthDate"),
        sex=resource.get("gender"),
        identifiers=tuple(
            (one["system"], one["value"])
            for one in resource.get("identifier", ())
            if one.get("system") and one.get("value")
        ),
        phone=phone_of(resource),
        address=address_of(resource),
        commune=commune_of(resource),
        said_at=said_at,
        details=kept,
    )


def said_now(resource, at):
    """The `said` of a Patient that somebody has just written as a whole."""
    now = Candidate("", said_at=at).said
    said = {k: [_quality(k, v), now] for k, v in resource.items() if k not in _LISTED}
    return said | {f"extension {one['url']}": [0, now] for one in resource.get("extension", ())}


def name_of(resource):
    """The name as a person reads it; the official one when there are several."""
    names = sorted(resource.get("name", ()), key=lambda n: n.get("use") != "official")
    for one in names:
        whole = one.get("text") or " ".join([one.get("family", ""), *one.get("given", ())])
        if whole.strip():
            return text.tidy(whole)
    return ""


def phone_of(resource):
    for one in resource.get("telecom", ()):
        if one.get("system") == "phone" and one.get("value"):
            return one["value"]
    return None


def address_of(resource):
    home = _home(resource)
    parts = [*home.get("line", ()), home.get("district"), home.get("city"), home.get("state")]
    return home.get("text") or ", ".join(part for part in parts if part)


def commune_of(resource):
    """Code of the commune of residence, from the address or one of its extensions."""
    for one in _home(resource).get("extension", ()):
        coding = one.get("valueCoding") or {}
        if one.get("url") == COMMUNE and coding.get("code"):
            return coding["code"]
    return None


def _home(resource):
    addresses = [a for a in resource.get("address", ()) if a.get("use") != "old"]
    return min(addresses, key=lambda a: a.get("use") != "home", default={})


def is_retired(resource):
    """Whether a Patient is out of use because its sender corrected what made it."""
    return any(one.get("url") == RETIRED for one in resource.get("extension", ()))


def is_deceased(resource):
    return bool(resource.get("deceasedDateTime") or resource.get("deceasedBoolean"))


def death_of(resource):
    """The day of death as far as known, or None."""
    at = resource.get("deceasedDateTime")
    return dates.show(at) if at else None


def number_keys(resource):
    """The keys of every identifier that a Patient holds."""
    pairs = [(i.get("system"), i.get("value")) for i in resource.get("identifier", ())]
    return keys.keys_of((s, v) for s, v in pairs if s and v)
