"""A denial as the Consent that says it (FHIR R4)."""

from haidang.kernel import systems
from haidang.rooms.health_record.domain import denials

RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_ROLE = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_LAW = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"


def to_fhir(denial, *, patient, by, at):
    """Denial → Consent.

    patient   `Patient/<id>` whose record it is
    by        `Patient/<id>` of who says it: the person, or who acts for them
    at        the moment it is said, aware
    """
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": _SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": systems.LOINC, "code": "59284-0"}]}],
        "patient": {"reference": patient},
        "dateTime": at.isoformat(timespec="seconds"),
        "performer": [{"reference": by}],
        "policyRule": {"text": _LAW},
        "provision": _provision(denial),
    }


def _provision(denial):
    found = {"type": "deny"}
    if denial.until:
        found["period"] = {"end": denial.until.isoformat()}
    if denial.org:
        found["actor"] = [_facility(denial.org)]
    if denial.what == denials.SENSITIVE:
        found["securityLabel"] = [
            {"system": system, "code": code} for system, code in denials.LABELS
        ]
    if denial.types:
        found["class"] = [{"system": RESOURCE_TYPES, "code": kind} for kind in denial.types]
    if denial.but:
        found["provision"] = [
            {"type": "permit", "actor": [_facility(org) for org in sorted(denial.but)]}
        ]
    return found


def _facility(code):
    return {
        "role": {"coding": [{"system": _ROLE, "code": "IRCP"}]},
        "reference": {"identifier": {"system": systems.FACILITY, "value": code}},
    }


def said_at(resource):
    """When a Consent was given, as it says itself, or ""."""
    return resource.get("dateTime", "")
