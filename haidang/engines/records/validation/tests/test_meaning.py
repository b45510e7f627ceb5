"""Invariants, bindings and references: what a well-shaped resource may still get wrong."""

import copy

import pytest

from haidang.engines.records.validation import (
    bindings,
    extensions,
    invariants,
    issues,
    membership,
    ordering,
    references,
)
from haidang.engines.records.validation.profiles import conforming, registry
from haidang.engines.records.validation.tests import samples

VITAL_SIGNS = "http://hl7.org/fhir/StructureDefinition/vitalsigns"
BLOOD_PRESSURE = "http://hl7.org/fhir/StructureDefinition/bp"
UCUM = "http://unitsofmeasure.org"


def rules(resource):
    return {(dict(each.facts)["rule"], each.expression) for each in invariants.faults(resource)}


BROKEN = [
    ({"resourceType": "Appointment", "status": "booked", "participant": [{"type": [{"text": "a"}], "status": "accepted"}]}, ("app-3", "Appointment")),
    ({"resourceType": "Organization", "name": "A", "telecom": [{"system": "phone", "value": "1", "use": "home"}]}, ("org-3", "Organization.telecom[0]")),
    ({"resourceType": "Patient", "contact": [{"name": {"text": "a"}, "period": {"start": "2026", "end": "2025"}}]}, ("per-1", "Patient.contact[0].period")),
    ({"resourceType": "Group", "type": "person", "actual": False, "member": [{"entity": {"display": "a"}}]}, ("grp-1", "Group")),
    ({"resourceType": "Linkage", "item": [{"type": "source", "resource": {"display": "a"}}]}, ("lnk-1", "Linkage")),
    ({"resourceType": "Patient", "contained": [{"resourceType": "Device", "id": "a"}]}, ("dom-3", "Patient")),
    ({"resourceType": "Condition", "subject": {"display": "a"}, "category": [{"coding": [{"code": "problem-list-item"}]}]}, ("con-3", "Condition")),
    ({"resourceType": "RiskAssessment", "status": "final", "subject": {"display": "a"}, "prediction": [{"probabilityRange": {"low": {"value": 2}, "high": {"value": 1}}}]}, ("rng-2", "RiskAssessment.prediction[0].probability")),
    ({"resourceType": "Questionnaire", "status": "draft", "item": [{"linkId": "a", "type": "string"}, {"linkId": "a", "type": "string"}]}, ("que-2", "Questionnaire")),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "expected"), BROKEN)
def test_a_broken_invariant_is_told_where_it_stands(resource, expected):
    assert expected in rules(resource)


def test_judging_leaves_the_resource_as_it_was():
    for resource in samples.all_of_them():
        before = copy.deepcopy(resource)
        invariants.faults(resource)
        assert resource == before


def test_a_rule_that_cannot_be_carried_out_is_told():
    team = {
        "resourceType": "CareTeam",
        "participant": [
            {
                "member": {"reference": "#inside"},
                "onBehalfOf": {"reference": "Organization/1"},
            }
        ],
    }

    (issue,) = invariants.faults(team)

    assert (issue.code, issue.severity) == ("validation.rule_not_judged", issues.INFORMATION)
    assert dict(issue.facts)["rule"] == "ctm-1"


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        ("2026-01-01", "2026-01-01", True),
        ("2026-01-02", "2026-01-01", False),
        ("2026", "2026-05", True),
        ("2026-06", "2026", True),
        ("2027", "2026-05-01", False),
        ("2026-01-01T10:00:00+07:00", "2026-01-01T04:00:00Z", True),
        ("2026-01-01T10:00:00+07:00", "2026-01-01T02:00:00Z", False),
        ("2026-01-01T23:00:00+07:00", "2026-01-01", True),
    ],
)
def test_periods_are_compared_as_far_as_they_are_told(start, end, holds):
    assert ordering.is_in_order({"start": start, "end": end}) is holds


CORE = "http://hl7.org/fhir/StructureDefinition"
SAID = [
    # (reference, code, element): Observation.subject allows Patient, Group, Device, Location
    ({"reference": "#meter"}, None, None),
    ({"reference": "#clinic"}, "reference_type", "reference"),
    ({"reference": "#"}, "reference_type", "reference"),
    ({"reference": "#lost"}, "reference_unresolved", "reference"),
    ({"reference": "#meter", "type": "Patient"}, "reference_type", "type"),
    ({"reference": "#meter", "type": "Device"}, None, None),
    ({"reference": "Patient/1", "type": "Patient"}, None, None),
    ({"reference": "Patient/1", "type": f"{CORE}/Patient"}, None, None),
    ({"reference": "Patient/1", "type": "Group"}, "reference_type", "type"),
    ({"reference": "Patient/1/_history/2", "type": "Group"}, "reference_type", "type"),
    ({"reference": "https://example.vn/fhir/Patient/1", "type": "Group"}, "reference_type", "type"),
    ({"reference": "https://example.vn/fhir/Patient/1", "type": "Patient"}, None, None),
    ({"reference": "https://example.vn/records?id=1", "type": "Group"}, None, None),
    ({"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "type": "Group"}, None, None),
    ({"reference": "https://example.vn/fhir/Patient/1"}, None, None),
    ({"reference": "https://example.vn/fhir/Practitioner/1"}, "reference_type", "reference"),
    ({"reference": "https://example.vn/pages/Practitioner"}, None, None),
    ({"type": "Group", "identifier": {"value": "1"}}, None, None),
    ({"type": "Practitioner", "identifier": {"value": "1"}}, "reference_type", "type"),
    ({"type": f"{CORE}/Practitioner", "display": "A"}, "reference_type", "type"),
    ({"type": "https://example.vn/Person", "display": "A"}, None, None),
]


@pytest.mark.parametrize(("subject", "code", "element"), SAID)
def test_what_a_reference_leads_to_is_what_it_says(subject, code, element):
    """references.html#Reference: "both SHALL be consistent"; #contained for the rest."""
    clinic = {"resourceType": "Organization", "id": "clinic"}
    resource = copy.deepcopy(samples.FULL) | {"subject": subject}
    resource["contained"].append(clinic)

    found = [(each.code, each.expression) for each in references.contained_faults(resource)]

    place = f"Observation.subject.{element}"
    assert found == ([(f"validation.{code}", place)] if code else [])


@pytest.mark.parametrize(
    ("owner", "codes"),
    [("#clinic", []), ("#", ["reference_type"]), ("#lost", ["reference_unresolved"])],
)
def test_what_is_contained_refers_to_what_is_beside_it_and_around_it(owner, codes):
    clinic = {"resourceType": "Organization", "id": "clinic"}
    device = {"resourceType": "Device", "id": "meter", "owner": {"reference": owner}}
    resource = samples.FULL | {"contained": [device, clinic]}

    found = references.contained_faults(device, resource)

    assert [each.code for each in found] == [f"validation.{code}" for code in codes]


def test_references_to_what_is_not_contained():
    lost = copy.deepcopy(samples.FULL)
    lost["device"]["reference"] = "#other"

    (issue,) = references.contained_faults(lost)

    assert issue.expression == "Observation.device.reference"


@pytest.mark.django_db
@pytest.mark.usefixtures("everything_open")
class TestWithTerminology:
    """Sets that the package does not list are asked of terminology."""

    def test_an_extensible_set_warns(self, monkeypatch):
        monkeypatch.setattr(membership, "is_member", lambda *asked: False)
        observation = {
            "resourceType": "Observation",
            "category": [{"coding": [{"system": "a", "code": "b"}]}],
        }

        found = bindings.faults(observation)

        assert {each.severity for each in found} <= {issues.WARNING}

    def test_what_nobody_can_tell_is_not_told(self):
        assert bindings.judge("https://example.vn/none", "required", "code", "a", "X.y") == []

    @pytest.mark.parametrize(
        ("name", "code", "belongs"),
        [
            ("mimetypes", "image/png", None),
            ("mimetypes", "text/plain; charset=UTF-8", None),
            ("mimetypes", "json", None),
            ("mimetypes", "picture", False),
            ("mimetypes", "image/", False),
            ("currencies", "VND", None),
            ("currencies", "đồng", False),
        ],
    )
    def test_a_set_that_nobody_lists_has_a_form(self, name, code, belongs):
        """BCP 13 and ISO 4217."""
        assert membership.is_member(f"http://hl7.org/fhir/ValueSet/{name}", None, code) is belongs

    @pytest.mark.parametrize(
        ("system", "belongs"),
        [("http://hl7.org/fhir/administrative-gender", True), ("", False), (None, True), ("urn:a", False)],
    )  # fmt: skip
    def test_a_coding_without_a_system_is_no_concept(self, system, belongs):
        gender = "http://hl7.org/fhir/ValueSet/administrative-gender"

        assert membership.is_member(gender, system, "female") is belongs

    def test_listed_sets_are_told_without_the_database(self):
        gender = "http://hl7.org/fhir/ValueSet/administrative-gender"

        assert membership.is_member(gender, None, "female") is True
        assert (
            membership.is_member(
                gender + "|4.0.1", "http://hl7.org/fhir/administrative-gender", "M"
            )
            is False
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("everything_open")
class TestProfilesOfOthers:
    """HL7's own profiles, which nobody here wrote: slices by value, fixed codes, profiles on profiles."""

    def test_a_blood_pressure_keeps_to_the_profile_and_its_base(self):
        assert _errors(_pressure(), BLOOD_PRESSURE) == set()

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (lambda o: o.pop("category"), ("validation.missing", "Observation.category")),
            (lambda o: o["component"].pop(), ("validation.missing", "Observation.component")),
            (lambda o: o["component"][0]["valueQuantity"].update(code="kPa"), ("validation.fixed", "Observation.component[0].value.code")),
            (lambda o: o.pop("effectiveDateTime"), ("validation.missing", "Observation.effective")),
            (lambda o: o["code"]["coding"][0].update(code="8480-6"), ("validation.missing", "Observation.code.coding")),
        ],
    )  # fmt: skip
    def test_what_breaks_it_is_told(self, change, expected):
        spoiled = _pressure()
        change(spoiled)

        assert expected in _errors(spoiled, BLOOD_PRESSURE)

    def test_an_extension_is_judged_by_its_definition(self):
        birth_place = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
        wrong = {"resourceType": "Patient", "extension": [{"url": birth_place, "valueString": "a"}]}

        (issue,) = extensions.faults(wrong)

        assert (issue.code, issue.expression) == ("validation.shape", "Patient.extension[0].value")

    def test_a_modifier_that_nobody_knows_is_told(self):
        odd = {
            "resourceType": "Patient",
            "extension": [{"url": "https://example.vn/a", "valueCode": "b"}],
            "modifierExtension": [{"url": "https://example.vn/c", "valueBoolean": True}],
        }

        (issue,) = extensions.faults(odd)

        assert (issue.code, issue.severity) == ("validation.modifier_unknown", issues.WARNING)

    def test_every_profile_of_the_package_can_be_read_and_laid_over(self):
        read = [registry.find(url) for url in registry._of_hl7()]

        assert all(read)
        assert len(read) > 300
        for profile in read:
            if profile.type == "Observation":
                conforming.faults(_pressure(), profile)


def _errors(resource, url):
    found = conforming.faults(resource, registry.find(url))
    return {(each.code, each.expression) for each in found if each.severity == issues.ERROR}


def _pressure():
    def part(code, value):
        quantity = {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}
        return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": quantity}  # fmt: skip

    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2026-01-01",
        "component": [part("8480-6", 120), part("8462-4", 80)],
    }  # fmt: skip
