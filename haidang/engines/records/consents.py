"""What a Consent resource forbids, made into denials that row-level security holds (FHIR R4 Consent).

A person says no in `provision`: to one organisation or to all but some, for everything or for some
types and security labels, for a time. What could not be held to what it says is refused at
writing, so that nobody relies on a Consent that does nothing.
"""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import kinds, reading
from haidang.engines.records.index import hashing
from haidang.kernel import actor, dates, errors, systems

KIND = "Consent"
RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
_IN_FORCE = "active"
_HELD = {"type", "period", "actor", "class", "securityLabel", "provision", "id", "extension"}


def follow(written):
    """Bring the denials up to what the Consents just written say, in the same transaction.

    Raises    RuleBroken `records.consent_unfit` (facts: expression)
    """
    for stored in written:
        if stored.type == KIND:
            found = () if stored.deleted else forbidden(stored.resource)
            access.set_denials(stored.ref, _faces(stored.patient) if found else (), found)


def follow_people(*rids):
    """Bring the denials of these persons up to their Patients, after a merge or its undoing."""
    for rid in rids:
        follow(reading.compartment(rid, types=[KIND]))


def _faces(rid):
    """The record numbers of a person: that of the Patient, and of those which it replaces.

    What was written before a merge stands in the history of the Patient that was merged.
    """
    found, asked = set(), {rid} - {None}
    with access.reach(actor.SYSTEM, people="all", asker=""):
        while asked:
            found |= asked
            patients = reading.get_many(reading.refs(asked).values())
            asked = set(reading.rids(_replaced(patients)).values()) - found
    return found


def _replaced(patients):
    links = [link for one in patients for link in one.resource.get("link", ())]
    named = [link["other"].get("reference", "") for link in links if link.get("type") == "replaces"]
    return [ref for ref in named if ref.startswith("Patient/")]


def forbidden(resource):
    """The `access.Forbidden` of a Consent; none when it is not in force or forbids nothing.

    Raises    as `follow`
    """
    provision = resource.get("provision")
    if resource.get("status") != _IN_FORCE or not isinstance(provision, dict):
        return []
    if provision.get("type") == "deny":
        return list(_of_deny(provision, "Consent.provision"))
    found = []
    for number, nested in enumerate(provision.get("provision", ())):
        if nested.get("type", "deny") == "deny":
            found += _of_deny(nested, f"Consent.provision.provision[{number}]")
    return found


def forbids(stored, org):
    """True when a version of a Consent closes something to an organisation."""
    found = [] if stored.deleted else forbidden(stored.resource)
    return any(
        org == each.org or (each.org == access.EVERYBODY and org not in each.but) for each in found
    )


def _of_deny(provision, where):
    if unknown := sorted(provision.keys() - _HELD):
        raise _unfit(f"{where}.{unknown[0]}")
    since, until = _period(provision.get("period", {}))
    scope = {
        "types": _types(provision, where),
        "labels": _labels(provision, where),
        "since": since,
        "until": until,
    }
    orgs = [*_orgs(provision, where)] or [access.EVERYBODY]
    but = tuple(org for each in _exceptions(provision, where) for org in each)
    if but and orgs != [access.EVERYBODY]:
        raise _unfit(f"{where}.provision")
    return [access.Forbidden(org, but=but, **scope) for org in orgs]


def _exceptions(provision, where):
    """Organisations that a denial for everybody leaves alone: nothing but who they are."""
    for number, nested in enumerate(provision.get("provision", ())):
        inner = f"{where}.provision[{number}]"
        orgs = [*_orgs(nested, inner)]
        if nested.get("type") != "permit" or nested.keys() - {"type", "actor"} or not orgs:
            raise _unfit(inner)
        yield orgs


def _orgs(provision, where):
    for number, named in enumerate(provision.get("actor", ())):
        yield _org(named.get("reference", {}), f"{where}.actor[{number}].reference")


def _org(reference, where):
    """The code of a facility, by its identifier or by the Organization that stands for it."""
    named = reference.get("reference", "")
    identifiers = [reference.get("identifier", {})]
    if named.startswith("Organization/"):
        found = reading.current(named)
        alive = found is not None and not found.deleted
        identifiers = found.resource.get("identifier", []) if alive else []
    for each in identifiers:
        if each.get("system") == systems.FACILITY and each.get("value"):
            return each["value"]
    raise _unfit(where)


def _types(provision, where):
    if "class" not in provision:
        return None
    coded = [(each.get("system"), each.get("code")) for each in provision["class"]]
    if any(system != RESOURCE_TYPES or code not in kinds.CODES for system, code in coded):
        raise _unfit(f"{where}.class")
    return tuple(kinds.CODES[code] for _system, code in coded)


def _labels(provision, where):
    if "securityLabel" not in provision:
        return None
    coded = [(each.get("system"), each.get("code")) for each in provision["securityLabel"]]
    if not all(system and code for system, code in coded):
        raise _unfit(f"{where}.securityLabel")
    return tuple(_number(type, *pair) for type in kinds.NAMES for pair in coded)


def _number(type, system, code):
    number = hashing.token(hashing.path(f"{type}.meta.security:token"), system, code)[1]
    return number - (1 << 64) if number >> 63 else number


def _period(period):
    since = dates.parse_fhir(period["start"])[0] if "start" in period else None
    until = dates.parse_fhir(period["end"])[1] if "end" in period else None
    return since, until


def _unfit(expression):
    return errors.RuleBroken(
        "records.consent_unfit",
        _(
            "Không giữ được điều từ chối này; hãy nêu cơ sở (mã cơ sở), loại tài nguyên, nhãn bảo mật và thời hạn."
        ),
        expression=expression,
    )
