"""Whose record a resource is part of."""

import functools

from haidang.engines.records import kinds
from haidang.engines.records.index import parameters, references
from haidang.engines.terminology import api as terminology

_FIRST = ("patient", "subject")
# What happened in a visit is part of the record of whoever was visited, whatever type it is.
_VISIT = ("encounter", "context")
#: The search parameters by which a resource that names no Patient itself belongs to one, after `_VISIT`.
#: Reports and payments about many people at once (MeasureReport, PaymentReconciliation) are nobody's.
THROUGH = {
    "Appointment": ("based-on", "reason-reference", "supporting-info"),
    "AppointmentResponse": ("appointment",),
    "AuditEvent": ("entity",),
    "Basic": ("subject",),
    "ChargeItem": ("account", "service"),
    "ClaimResponse": ("request",),
    "Communication": ("part-of", "based-on"),
    "CommunicationRequest": ("based-on", "replaces"),
    "Composition": ("related-ref", "entry"),
    "Contract": ("subject",),
    "DetectedIssue": ("implicated",),
    "DeviceMetric": ("source", "parent"),
    "DiagnosticReport": ("based-on", "result", "specimen", "media"),
    "DocumentManifest": ("item", "related-ref"),
    "DocumentReference": ("related", "relatesto"),
    "Encounter": ("part-of", "episode-of-care", "appointment", "based-on", "diagnosis"),
    "EnrollmentResponse": ("request",),
    "Invoice": ("account",),
    "Linkage": ("item",),
    "List": ("item",),
    "Media": ("subject", "based-on"),
    "MedicationDispense": ("prescription",),
    "MessageHeader": ("focus",),
    "Observation": ("part-of", "based-on", "derived-from", "has-member", "specimen"),
    "PaymentNotice": ("request", "response"),
    "Provenance": ("target", "entity"),
    "QuestionnaireResponse": ("part-of", "based-on"),
    "Specimen": ("parent",),
    "Task": ("focus", "based-on", "part-of"),
    "VerificationResult": ("target",),
}
#: The same, by elements at the top that no search parameter of R4 looks at.
ELEMENTS = {
    "Communication": ("about", "inResponseTo"),
    "CommunicationRequest": ("about",),
    "GuidanceResponse": ("encounter", "reasonReference"),
    "Media": ("partOf",),
    "MedicationDispense": ("partOf",),
    "MolecularSequence": ("specimen",),
    "Specimen": ("request",),
    "SupplyDelivery": ("basedOn", "partOf"),
    "SupplyRequest": ("reasonReference",),
}


@functools.cache
def _criteria():
    (definition,) = terminology.definitions("compartments")
    return {row["code"]: row.get("param", []) for row in definition["resource"]}


@functools.cache
def paths(type):
    """The path numbers that may name the Patient of a resource, the most telling first."""
    known = parameters.catalogue().of(type)
    listed = _criteria().get(type, [])
    codes = [c for c in _FIRST if c in known and known[c].kind == "reference"]
    codes += [code for code in listed if code in known and code not in codes]
    return _numbers(known, codes)


@functools.cache
def criteria():
    """The path numbers by which anything is in the compartment of a Patient, as R4 defines it."""
    known = parameters.catalogue()
    found = {number for type in kinds.NAMES for number in _listed(known.of(type), type)}
    return tuple(sorted(found))


@functools.cache
def listed(type):
    """The path numbers by which a resource of one type is in the compartment of a Patient."""
    return _listed(parameters.catalogue().of(type), type)


@functools.cache
def types():
    """The types of which something may be in the compartment of a Patient, by R4's criteria."""
    return frozenset({"Patient", *(type for type in kinds.NAMES if listed(type))})


def _listed(known, type):
    return _numbers(known, [code for code in _criteria().get(type, ()) if code in known])


@functools.cache
def through(type):
    """The path numbers of what a resource without a Patient inherits its Patient from."""
    known = parameters.catalogue().of(type)
    codes = (*_VISIT, *THROUGH.get(type, ()))
    return _numbers(known, [c for c in codes if c in known and known[c].kind == "reference"])


@functools.cache
def following(type):
    """The path numbers by which a resource of any type may inherit its Patient from one of this type."""
    known = parameters.catalogue()
    ways = (
        parameter
        for each in kinds.NAMES
        for code in (*_VISIT, *THROUGH.get(each, ()))
        if (parameter := known.of(each).get(code)) and parameter.kind == "reference"
        if not parameter.targets or type in parameter.targets
    )
    return tuple(sorted({path.number for way in ways for path in way.paths if path.target in (None, type)}))  # fmt: skip


def _numbers(known, codes):
    numbers = [path.number for code in codes for path in known[code].paths]
    return tuple(dict.fromkeys(numbers))


def patient(type, found):
    """("Patient", id) named by the resource itself, or None."""
    for number in paths(type):
        for path, target in found.references:
            if path == number and target[0] == "Patient":
                return target
    return None


def sources(resource, found):
    """The (type, id) whose Patient is inherited when none is named, the most telling first."""
    type = resource["resourceType"]
    by_path = [
        target for number in through(type) for path, target in found.references if path == number
    ]
    return [*by_path, *_at_elements(resource, ELEMENTS.get(type, ()))]


def _at_elements(resource, names):
    for name in names:
        value = resource.get(name, ())
        for each in value if isinstance(value, list) else [value]:
            text = each.get("reference") if isinstance(each, dict) else None
            target = references.here(text) if isinstance(text, str) else None
            if target:
                yield target
