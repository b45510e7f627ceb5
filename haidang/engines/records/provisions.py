"""What a Consent forbids, read from its provisions; what could not be held to is refused (FHIR R4 Consent).

A person says no in `provision`: to one organisation or to all but some, for everything or for some
types and security labels, for a time. Nothing is half held: a Consent that says more than that is
refused with the expression that says it, so that nobody relies on what is not done.
"""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import kinds, reading
from haidang.engines.records.index import labels
from haidang.kernel import actor, dates, errors, systems

RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_IN_FORCE = "active"
_DENY, _PERMIT = "deny", "permit"
_HELD = {"type", "period", "actor", "class", "securityLabel", "provision", "id", "extension"}
#: Of a rule around a denial only this may be said: anything else would narrow the denial.
_AROUND = {"type", "period", "provision", "id", "extension"}
#: Scopes of a Consent that are about treating the person and not about who sees the record.
_OF_TREATMENT = {"treatment", "adr"}
_OPTED_OUT = {"OPTOUT", "OPTOUTE"}


def forbidden(resource):
    """The `access.Forbidden` of a Consent; none when it is not in force or forbids nothing.

    Raises    RuleBroken `records.consent_unfit` (facts: expression)
    """
    if resource.get("status") != _IN_FORCE or _codes(resource.get("scope")) & _OF_TREATMENT:
        return []
    root = resource.get("provision")
    root = root if isinstance(root, dict) else {}
    is_deny = root.get("type") == _DENY
    found = [*_of_deny(root, "Consent.provision")] if is_deny else [*_nested(root)]
    if not is_deny and _codes(resource.get("policyRule")) & _OPTED_OUT:
        raise unfit("Consent.policyRule")
    if found and "modifierExtension" in resource:
        raise unfit("Consent.modifierExtension")
    return found


def _nested(root):
    """The denials within a rule that allows, or that says nothing of its own."""
    where = "Consent.provision"
    inner = list(enumerate(root.get("provision", ())))
    denials = [(n, each) for n, each in inner if each.get("type", _DENY) == _DENY]
    permits = [(n, each) for n, each in inner if each.get("type", _DENY) != _DENY]
    for number, each in permits:
        _check_allows_alone(each, f"{where}.provision[{number}]")
    if denials and (unheld := sorted(root.keys() - _AROUND)):
        raise unfit(f"{where}.{unheld[0]}")
    since, until = _period(root.get("period", {}))
    for number, each in denials:
        if permits and "actor" not in each:
            # Beside a denial for everybody, a rule that allows some would have to win: it is said within.
            raise unfit(f"{where}.provision[{permits[0][0]}]")
        yield from _of_deny(each, f"{where}.provision[{number}]", since, until)


def _check_allows_alone(provision, where):
    """A rule that allows, with a denial somewhere within, would be a denial that is not read."""
    for number, each in enumerate(provision.get("provision", ())):
        inner = f"{where}.provision[{number}]"
        if each.get("type", _DENY) == _DENY:
            raise unfit(inner)
        _check_allows_alone(each, inner)


def _of_deny(provision, where, since=None, until=None):
    """The denials of one rule, within the time of the rule around it."""
    if unheld := sorted(provision.keys() - _HELD):
        raise unfit(f"{where}.{unheld[0]}")
    starts, ends = _period(provision.get("period", {}))
    scope = {
        "types": _types(provision, where),
        "labels": _labels(provision, where),
        "since": max(filter(None, (since, starts)), default=None),
        "until": min(filter(None, (until, ends)), default=None),
    }
    orgs = [*_orgs(provision, where)] or [access.EVERYBODY]
    but = tuple(org for each in _exceptions(provision, where) for org in each)
    if but and orgs != [access.EVERYBODY]:
        raise unfit(f"{where}.provision")
    return [access.Forbidden(org, but=but, **scope) for org in orgs]


def _exceptions(provision, where):
    """Organisations that a denial for everybody leaves alone: nothing but who they are."""
    for number, nested in enumerate(provision.get("provision", ())):
        inner = f"{where}.provision[{number}]"
        orgs = [*_orgs(nested, inner)]
        if nested.get("type") != _PERMIT or nested.keys() - {"type", "actor", "id"} or not orgs:
            raise unfit(inner)
        yield orgs


def _orgs(provision, where):
    for number, named in enumerate(_listed(provision, "actor", where)):
        yield _org(named.get("reference", {}), f"{where}.actor[{number}].reference")


def _org(reference, where):
    """The code of a facility, by its identifier or by the Organization that stands for it."""
    named = reference.get("reference", "")
    identifiers = [reference.get("identifier", {})]
    if named.startswith("Organization/"):
        # Whoever writes a Consent may not see organisations; which one is meant does not depend on it.
        with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
            found = reading.current(named)
        alive = found is not None and not found.deleted
        identifiers = found.resource.get("identifier", []) if alive else []
    for each in identifiers:
        if each.get("system") == systems.FACILITY and each.get("value"):
            return each["value"]
    raise unfit(where)


def _types(provision, where):
    if "class" not in provision:
        return None
    coded = [(c.get("system"), c.get("code")) for c in _listed(provision, "class", where)]
    if any(system != RESOURCE_TYPES or code not in kinds.CODES for system, code in coded):
        raise unfit(f"{where}.class")
    return tuple(sorted(kinds.CODES[code] for _system, code in coded))


def _labels(provision, where):
    if "securityLabel" not in provision:
        return None
    coded = [(c.get("system"), c.get("code")) for c in _listed(provision, "securityLabel", where)]
    if not all(system and code for system, code in coded):
        raise unfit(f"{where}.securityLabel")
    return tuple(sorted(labels.number(type, *pair) for type in kinds.NAMES for pair in coded))


def _listed(provision, name, where):
    """The entries of a list; one without any would forbid nothing, or everything, in silence."""
    if name in provision and not provision[name]:
        raise unfit(f"{where}.{name}")
    return provision.get(name, ())


def _codes(concept):
    return {each.get("code") for each in (concept or {}).get("coding", ())}


def _period(period):
    since = dates.parse_fhir(period["start"])[0] if "start" in period else None
    until = dates.parse_fhir(period["end"])[1] if "end" in period else None
    return since, until


def unfit(expression):
    """The refusal of a Consent for what stands at this expression."""
    return errors.RuleBroken(
        "records.consent_unfit",
        _(
            "Không giữ được điều từ chối này; hãy nêu cơ sở (mã cơ sở), loại tài nguyên, nhãn bảo mật và thời hạn."
        ),
        expression=expression,
    )
