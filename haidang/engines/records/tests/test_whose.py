"""Whose record a resource becomes part of, when it names no Patient itself."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import compartments, kinds
from haidang.engines.records.index import parameters
from haidang.kernel import actor, errors

BY = actor.SYSTEM
CLIENT = actor.Actor(ref="Device/app", name="Hệ thống", kind=actor.CLIENT, org="31999")
#: What a person has in their record, and what each points at them with.
NAMING = {
    "Account": "subject", "Appointment": "participant.actor", "CarePlan": "subject", "Claim": "patient",
    "ClaimResponse": "patient", "Communication": "subject", "CommunicationRequest": "subject", "Composition": "subject",
    "Condition": "subject", "Device": "patient", "DocumentReference": "subject", "Encounter": "subject",
    "EnrollmentRequest": "candidate", "Media": "subject", "MedicationRequest": "subject", "Observation": "subject",
    "Procedure": "subject", "ServiceRequest": "subject", "Specimen": "subject", "SupplyRequest": "deliverTo",
    "EpisodeOfCare": "patient", "MedicationDispense": "subject",
}  # fmt: skip
CASES = [
    ("Appointment", "basedOn", "ServiceRequest"), ("Appointment", "reasonReference", "Condition"),
    ("Appointment", "supportingInformation", "Observation"), ("AppointmentResponse", "appointment", "Appointment"),
    ("AuditEvent", "entity.what", "Condition"), ("Basic", "subject", "Encounter"),
    ("CarePlan", "encounter", "Encounter"), ("CareTeam", "encounter", "Encounter"),
    ("ChargeItem", "context", "Encounter"), ("ChargeItem", "account", "Account"), ("ChargeItem", "service", "Procedure"),
    ("Claim", "item.encounter", "Encounter"), ("ClaimResponse", "request", "Claim"),
    ("ClinicalImpression", "encounter", "Encounter"),
    ("Communication", "encounter", "Encounter"), ("Communication", "about", "Condition"),
    ("Communication", "inResponseTo", "Communication"), ("Communication", "partOf", "Procedure"),
    ("Communication", "basedOn", "ServiceRequest"),
    ("CommunicationRequest", "encounter", "Encounter"), ("CommunicationRequest", "about", "Condition"),
    ("CommunicationRequest", "basedOn", "ServiceRequest"), ("CommunicationRequest", "replaces", "CommunicationRequest"),
    ("Composition", "encounter", "Encounter"), ("Composition", "section.entry", "Observation"),
    ("Composition", "relatesTo.targetReference", "Composition"),
    ("Condition", "encounter", "Encounter"), ("Contract", "subject", "Encounter"),
    ("DetectedIssue", "implicated", "MedicationRequest"), ("DeviceMetric", "source", "Device"), ("DeviceMetric", "parent", "Device"),
    ("DeviceRequest", "encounter", "Encounter"),
    ("DiagnosticReport", "encounter", "Encounter"), ("DiagnosticReport", "basedOn", "ServiceRequest"),
    ("DiagnosticReport", "result", "Observation"), ("DiagnosticReport", "specimen", "Specimen"), ("DiagnosticReport", "media.link", "Media"),
    ("DocumentManifest", "content", "DocumentReference"), ("DocumentManifest", "related.ref", "ServiceRequest"),
    ("DocumentReference", "context.encounter", "Encounter"), ("DocumentReference", "context.related", "Procedure"),
    ("DocumentReference", "relatesTo.target", "DocumentReference"),
    ("Encounter", "partOf", "Encounter"), ("Encounter", "episodeOfCare", "EpisodeOfCare"), ("Encounter", "appointment", "Appointment"),
    ("Encounter", "basedOn", "ServiceRequest"), ("Encounter", "diagnosis.condition", "Condition"),
    ("EnrollmentResponse", "request", "EnrollmentRequest"), ("ExplanationOfBenefit", "item.encounter", "Encounter"),
    ("Flag", "encounter", "Encounter"), ("GuidanceResponse", "encounter", "Encounter"),
    ("GuidanceResponse", "reasonReference", "Condition"), ("ImagingStudy", "encounter", "Encounter"), ("Invoice", "account", "Account"),
    ("Linkage", "item.resource", "Condition"), ("Linkage", "item.resource", "Patient"),
    ("List", "entry.item", "Condition"), ("List", "encounter", "Encounter"),
    ("Media", "encounter", "Encounter"), ("Media", "subject", "Specimen"), ("Media", "basedOn", "ServiceRequest"), ("Media", "partOf", "Procedure"),
    ("MedicationAdministration", "context", "Encounter"), ("MedicationDispense", "context", "Encounter"),
    ("MedicationDispense", "authorizingPrescription", "MedicationRequest"), ("MedicationDispense", "partOf", "Procedure"),
    ("MedicationRequest", "encounter", "Encounter"), ("MedicationStatement", "context", "Encounter"),
    ("MessageHeader", "focus", "Encounter"), ("MolecularSequence", "specimen", "Specimen"), ("NutritionOrder", "encounter", "Encounter"),
    ("Observation", "encounter", "Encounter"), ("Observation", "partOf", "Procedure"), ("Observation", "basedOn", "ServiceRequest"),
    ("Observation", "derivedFrom", "Media"), ("Observation", "hasMember", "Observation"), ("Observation", "specimen", "Specimen"),
    ("PaymentNotice", "request", "Claim"), ("PaymentNotice", "response", "ClaimResponse"), ("Procedure", "encounter", "Encounter"),
    ("Provenance", "target", "Condition"), ("Provenance", "entity.what", "Condition"),
    ("QuestionnaireResponse", "encounter", "Encounter"), ("QuestionnaireResponse", "partOf", "Procedure"),
    ("QuestionnaireResponse", "basedOn", "ServiceRequest"), ("RequestGroup", "encounter", "Encounter"),
    ("RiskAssessment", "encounter", "Encounter"), ("ServiceRequest", "encounter", "Encounter"),
    ("Specimen", "parent", "Specimen"), ("Specimen", "request", "ServiceRequest"),
    ("SupplyDelivery", "basedOn", "SupplyRequest"), ("SupplyDelivery", "partOf", "SupplyDelivery"),
    ("SupplyRequest", "reasonReference", "Condition"),
    ("Task", "focus", "ServiceRequest"), ("Task", "basedOn", "ServiceRequest"), ("Task", "encounter", "Encounter"), ("Task", "partOf", "Task"),
    ("VerificationResult", "target", "Condition"), ("VerificationResult", "target", "Patient"), ("VisionPrescription", "encounter", "Encounter"),
]  # fmt: skip
NAMING |= {"SupplyDelivery": "patient", "Task": "for"}


def at(path, ref):
    """The elements along a path, around one reference."""
    *outer, last = path.split(".")
    value = {last: {"reference": ref}}
    for name in reversed(outer):
        value = {name: [value]}
    return value


@pytest.fixture
def mai(db):
    """Mai, with one resource of each type in her record: her record number."""
    hers = [{"resourceType": type, "id": "hers", **at(path, "Patient/hers")} for type, path in NAMING.items()]  # fmt: skip
    with access.reach(BY, people="all"):
        return records.save_all([{"resourceType": "Patient", "id": "hers"}, *hers], by=BY)[0].rid


@pytest.mark.parametrize("together", [False, True])
def test_what_names_no_patient_belongs_to_whom_it_is_about(mai, together):
    """Of every type and way, whether what it points at stands already or comes with it."""
    about = [{"resourceType": type, "id": f"n{n}", **at(path, f"{target}/hers")} for n, (type, path, target) in enumerate(CASES)]  # fmt: skip
    again = [{"resourceType": "Encounter", "id": "hers", **at("subject", "Patient/hers")}]

    with access.reach(BY, people="all"):
        stored = records.save_all([*(again if together else ()), *about], by=BY)[-len(about) :]

    assert [case for case, one in zip(CASES, stored, strict=True) if one.patient != mai] == []


def test_every_way_of_the_table_is_walked():
    known = parameters.catalogue()
    walked = {(type, path.partition(".")[0]) for type, path, _ in CASES}

    ways = {
        (type, path.text.split(".")[1])
        for type in kinds.NAMES
        for code, parameter in known.of(type).items()
        if parameter.kind == "reference"
        and code in ("encounter", "context", *compartments.THROUGH.get(type, ()))
        for path in parameter.paths
    }
    ways |= {(type, name) for type, names in compartments.ELEMENTS.items() for name in names}

    assert ways - walked == set()


def test_nobody_else_sees_it_or_writes_it(mai):
    """Such a result is closed to a system that does not care for her; without a visit it is nobody's."""
    result = {"resourceType": "Observation", "encounter": {"reference": "Encounter/hers"}}
    with access.reach(BY, people="all"):
        records.save_all([{**result, "id": "visit"}, {"resourceType": "Observation", "id": "air"}], by=BY)  # fmt: skip

    with access.reach(CLIENT):
        assert [match.id for match in records.search("Observation").matches] == ["air"]
        with pytest.raises(errors.NotAllowed):
            records.save(result, by=CLIENT)


@pytest.mark.usefixtures("everything_open")
@pytest.mark.parametrize("turned", [False, True], ids=["sources first", "sources last"])
def test_within_one_set_it_is_passed_on_from_one_to_the_next(turned):
    chain = [
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/p"}},
        {"resourceType": "Observation", "id": "o", "encounter": {"reference": "Encounter/e"}},
        {"resourceType": "DiagnosticReport", "id": "d", "result": [{"reference": "Observation/o"}]},
        {"resourceType": "Provenance", "id": "v", "target": [{"reference": "DiagnosticReport/d"}]},
        {"resourceType": "Provenance", "id": "n", "target": [{"reference": "Provenance/n"}]},
    ]

    saved = records.save_all(chain[::-1] if turned else chain, by=BY)

    whose = {each.ref: each.patient for each in saved}
    rid = whose["Patient/p"]
    assert whose == {f"{r['resourceType']}/{r['id']}": rid for r in chain[:5]} | {
        "Provenance/n": None
    }
