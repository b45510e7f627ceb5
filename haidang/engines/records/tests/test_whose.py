"""Whose record a resource becomes part of, when it names no Patient itself."""

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import compartments, keys, kinds, order
from haidang.engines.records.bulk import reindexing
from haidang.engines.records.index import parameters
from haidang.engines.records.models import BulkJob
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


#: What is about something that is about it in turn cannot all stand in one order.
AGAINST = {
    ("Encounter", "Appointment"), ("Encounter", "Condition"), ("Encounter", "ServiceRequest"),
    ("CommunicationRequest", "Communication"),
}  # fmt: skip


def test_what_something_is_about_is_locked_before_it():
    rank = dict(zip(kinds.NAMES, order.RANKS, strict=True))

    against = {(type, target) for type, _path, target in CASES if rank[target] > rank[type]}

    assert against <= AGAINST
    assert sorted(order.RANKS) == list(range(len(kinds.NAMES)))


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


# ── Of what came before what it is about ────────────────────────────────────────────────────

FIRST = [
    {"resourceType": "Provenance", "id": "v", "target": [{"reference": "DiagnosticReport/d"}]},
    {"resourceType": "DiagnosticReport", "id": "d", "result": [{"reference": "Observation/o"}]},
    {"resourceType": "Observation", "id": "o", "encounter": {"reference": "Encounter/e"}},
    {"resourceType": "DocumentReference", "id": "f", "context": {"encounter": [{"reference": "Encounter/e"}]},
     "content": [{"attachment": {"url": "Binary/b"}}]},
    {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "eA=="},
    {"resourceType": "Observation", "id": "air"},
    {"resourceType": "Observation", "id": "named", **at("encounter", "Encounter/e"), **at("subject", "Patient/other")},
]  # fmt: skip
FOLLOWING = ("Provenance/v", "DiagnosticReport/d", "Observation/o", "DocumentReference/f")
PEOPLE = [{"resourceType": "Patient", "id": "hers"}, {"resourceType": "Patient", "id": "other"}]


def visit_of(who):
    return {"resourceType": "Encounter", "id": "e", **at("subject", f"Patient/{who}")}


@pytest.fixture
def before_the_visit(db):
    """Hers and the other's record numbers, and a chain in two versions whose visit is not there yet."""
    with access.reach(BY, people="all"):
        hers, other = records.save_all(PEOPLE, by=BY)
        records.save_all([{**each, "language": "vi"} for each in FIRST], by=BY)
        records.save_all(FIRST, by=BY)
    return hers.rid, other.rid


def write_visit(who):
    with access.reach(BY, people="all"):
        records.save(visit_of(who), by=BY)


def test_what_came_before_its_visit_is_hers_as_soon_as_the_visit_is(before_the_visit):
    hers, other = before_the_visit
    assert set(whose(*FOLLOWING).values()) == {(None, 2)}

    write_visit("hers")

    assert whose(*FOLLOWING) == dict.fromkeys(FOLLOWING, (hers, 2))
    assert whose("Observation/air", "Observation/named") == {
        "Observation/air": (None, 2), "Observation/named": (other, 2),
    }  # fmt: skip
    versions = [(ref, number) for ref in (*FOLLOWING, "Binary/b") for number in (1, 2)]
    with access.reach(CLIENT):
        assert records.vread_many(versions) == {}
    with access.reach(CLIENT, people=[hers]):
        assert len(records.vread_many(versions)) == len(versions)


def test_a_visit_that_is_another_persons_takes_along_what_names_nobody(before_the_visit):
    hers, other = before_the_visit
    write_visit("hers")

    write_visit("other")

    assert whose(*FOLLOWING) == dict.fromkeys(FOLLOWING, (other, 2))
    with access.reach(CLIENT, people=[hers]):  # what was hers stays so in its old versions
        assert list(records.vread_many([("Observation/o", 1)])) == [("Observation/o", 1)]


def test_a_visit_that_names_nobody_any_more_opens_nothing(before_the_visit):
    hers, _other = before_the_visit
    write_visit("hers")
    with access.reach(BY, people="all"):
        records.save({"resourceType": "Encounter", "id": "e"}, by=BY)

    assert whose(*FOLLOWING) == dict.fromkeys(FOLLOWING, (hers, 2))


def test_a_writer_who_does_not_see_what_follows_closes_it_all_the_same(before_the_visit):
    hers, _other = before_the_visit
    with access.reach(CLIENT, people=[hers], lens=records.lens.of(frozenset({"system/Encounter.crs"}), "r")):  # fmt: skip
        records.save(visit_of("hers"), by=CLIENT)

    assert whose(*FOLLOWING) == dict.fromkeys(FOLLOWING, (hers, 2))


# ── By elements that no search parameter looks at, or by a narrower rule: a reindex ─────────────


@pytest.fixture
def early(own_database, monkeypatch):
    """A chain on an element that is not searched, written before its visit was: so far nobody's."""
    monkeypatch.setattr(reindexing, "_SETTLED_S", 0)
    chain = [
        {"resourceType": "Communication", "id": "m", "about": [{"reference": "Encounter/e"}],
         "payload": [{"contentAttachment": {"url": "Binary/b"}}]},
        {"resourceType": "Provenance", "id": "v", "target": [{"reference": "Communication/m"}]},
        {"resourceType": "Basic", "id": "x", "subject": {"reference": "Provenance/v"}},
        {"resourceType": "AuditEvent", "id": "a", "entity": [{"what": {"reference": "Basic/x"}}]},
        {"resourceType": "Binary", "id": "b", "contentType": "text/plain", "data": "eA=="},
        {"resourceType": "Observation", "id": "air"},
    ]  # fmt: skip
    with access.reach(BY, people="all"):
        records.save_all([{**each, "language": "vi"} for each in chain], by=BY)
        records.save_all(chain, by=BY)
        return records.save_all([PEOPLE[0], visit_of("hers")], by=BY)[0].rid


CHAIN = ("Communication/m", "Provenance/v", "Basic/x", "AuditEvent/a")


def read_anew(*types):
    job = records.bulk.ask_for_reindex(types, by=BY)
    assert records.bulk.run(job.number, records.bulk.Manner())
    return records.bulk.status(job.uid, by=BY)


def whose(*refs):
    with access.reach(BY, people="all"):
        return {one.ref: (one.patient, one.version) for one in records.get_many(refs)}


def test_a_reindex_gives_what_was_nobodys_to_its_person(early):
    assert set(whose(*CHAIN).values()) == {(None, 2)}

    done = read_anew()

    assert whose(*CHAIN) == dict.fromkeys(CHAIN, (early, 2))
    assert whose("Observation/air") == {"Observation/air": (None, 2)}
    assert done.done == done.total == 8
    with access.reach(BY, people="all"):
        assert {one.ref for one in records.compartment(early)} > set(CHAIN)


def test_afterwards_nobody_else_sees_it_in_old_versions_and_files_neither(early):
    versions = [(ref, number) for ref in (*CHAIN, "Binary/b") for number in (1, 2)]
    with access.reach(CLIENT):
        assert len(records.vread_many(versions)) == len(versions)

    read_anew()

    with access.reach(CLIENT):
        assert records.vread_many(versions) == {}
        left = records.get_many([*CHAIN, "Binary/b", "Observation/air"])
    assert [one.ref for one in left] == ["Observation/air"]


def test_a_second_reindex_changes_nothing(early):
    read_anew()
    with access.reach(BY, people="all"):
        before = records.changes(0, 1000)

    read_anew()

    with access.reach(BY, people="all"):
        assert records.changes(0, 1000) == before


def test_a_reindex_goes_on_in_the_round_in_which_it_stopped(early):
    job = records.bulk.ask_for_reindex([], by=BY)
    BulkJob.objects.filter(pk=job.number).update(stage={"at": [0, 0, 2, 0]})

    assert records.bulk.run(job.number, records.bulk.Manner())

    assert whose(*CHAIN) == dict.fromkeys(CHAIN, (early, 2))
    assert records.bulk.status(job.uid, by=BY).done == 0


def test_a_visit_that_got_another_person_takes_what_happened_in_it_along(early):
    read_anew()
    other = {"resourceType": "Patient", "id": "other"}
    with access.reach(BY, people="all"):
        records.save_all([other, {"resourceType": "Encounter", "id": "e", **at("subject", "Patient/other")}], by=BY)  # fmt: skip
        theirs = records.rid("Patient/other")
        seen_by_hers = [("Communication/m", 1)]

    read_anew()

    assert {patient for patient, _version in whose(*CHAIN).values()} == {theirs}
    with access.reach(CLIENT, people=[early]):
        assert records.vread_many(seen_by_hers)


def test_what_names_no_source_any_more_is_not_opened_to_everybody(early):
    read_anew()
    with access.reach(BY, people="all"), connection.cursor() as run:
        run.execute("UPDATE records_resource SET patient = %s WHERE id = %s", [early, keys.pack("air")])  # fmt: skip

    read_anew()

    assert whose("Observation/air") == {"Observation/air": (early, 2)}
