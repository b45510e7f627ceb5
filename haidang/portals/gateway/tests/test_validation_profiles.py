"""$validate and writes by profiles: those that are asked, those that are claimed, in their versions."""

from urllib.parse import quote

import pytest

from haidang.portals.gateway.tests.fhir_client import Fhir, read
from haidang.portals.gateway.tests.test_validation import told

pytestmark = pytest.mark.django_db
PERSON = {"resourceType": "Patient", "name": [{"text": "Người Thử Một"}], "gender": "female"}
CORE = "http://hl7.org/fhir/StructureDefinition"
VN_PATIENT = "https://haidang.vn/fhir/StructureDefinition/vn-patient"


@pytest.fixture
def hospital():
    return Fhir("31001")


def test_validate_by_a_profile_of_the_address(hospital):
    answer = hospital.post(f"Patient/$validate?profile={VN_PATIENT}", PERSON)

    assert set(told(answer)) == {
        ("error", "validation.missing", "Patient.identifier"),
        ("error", "validation.missing", "Patient.birthDate"),
    }
    assert VN_PATIENT in read(answer)["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Số định danh cá nhân gồm đúng 12 chữ số."),
        ("en", "A personal identification number has exactly 12 digits."),
    ],
)
def test_a_rule_of_ours_is_told_in_the_language_of_who_asks(hospital, language, said):
    number = {"system": "https://haidang.vn/fhir/sid/citizen-id", "value": "12345"}
    person = PERSON | {"identifier": [number], "birthDate": "1970-01-01"}

    answer = hospital.post(
        f"Patient/$validate?profile={VN_PATIENT}", person, **{"Accept-Language": language}
    )

    assert said in {one["details"]["text"] for one in read(answer)["issue"]}


def test_a_profile_that_is_asked_and_not_here_is_an_error_one_that_is_claimed_is_not(hospital):
    """resource-operation-validate.html: of the one that is nominated "it SHALL return an error"."""
    claimed = PERSON | {"meta": {"profile": ["https://example.vn/none"]}}

    nominated = hospital.post("Patient/$validate?profile=https://example.vn/none", PERSON)
    both = hospital.post("Patient/$validate?profile=https://example.vn/none", claimed)
    alone = hospital.post("Patient/$validate", claimed)

    where = "Patient.meta.profile[0]"
    assert told(nominated) == [("error", "validation.profile_unknown", "Patient")]
    assert told(both) == [("error", "validation.profile_unknown", where)]
    assert told(alone) == [("warning", "validation.profile_unknown", where)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", []),
        (" ", []),
        (f"{CORE}/Patient", []),
        (f"{CORE}/Patient|4.0.1", []),
        (f"{CORE}/DomainResource", []),
        (f"{CORE}/Observation", [("error", "validation.profile_type", "Patient")]),
        (f"{CORE}/HumanName", [("error", "validation.profile_type", "Patient")]),
        (f"{CORE}/Patient|3.0.2", [("error", "validation.profile_unknown", "Patient")]),
        (f"{CORE}/Patient.contact", [("error", "validation.profile_unknown", "Patient")]),
        ("Patient", [("error", "validation.profile_unknown", "Patient")]),
        (f"{VN_PATIENT}|9.9.9", [("error", "validation.profile_unknown", "Patient")]),
        ("|1.0.0", [("error", "validation.profile_unknown", "Patient")]),
    ],
)
def test_validate_by_an_address_of_r4_by_a_version_or_by_nothing(hospital, asked, found):
    """references.html#canonical: a version that is stated is the one that is meant."""
    answer = hospital.post(f"Patient/$validate?profile={quote(asked)}", PERSON)

    assert told(answer) == found


def test_validate_by_the_version_that_is_asked(hospital):
    answer = hospital.post(f"Patient/$validate?profile={VN_PATIENT}|1.0.0", PERSON)
    other = hospital.post(f"Patient/$validate?profile={VN_PATIENT}|2", PERSON)

    assert ("error", "validation.missing", "Patient.birthDate") in told(answer)
    assert "phiên bản" in read(other)["issue"][0]["details"]["text"]


@pytest.mark.parametrize(
    ("claimed", "status"),
    [("Patient", 201), ("Resource", 201), ("Observation", 422), ("Observation|4.0.1", 422)],
)
def test_a_claim_to_be_of_another_type_is_refused(hospital, claimed, status):
    made = hospital.post("Patient", PERSON | {"meta": {"profile": [f"{CORE}/{claimed}"]}})

    assert made.status_code == status


def test_validate_by_a_profile_that_a_client_has_stored(hospital):
    url = "https://example.vn/StructureDefinition/named"
    hospital.put("StructureDefinition/named", {
        "resourceType": "StructureDefinition", "id": "named", "url": url, "name": "Named", "status": "active",
        "kind": "resource", "abstract": False, "type": "Patient", "derivation": "constraint", "version": "2,1",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient.telecom", "path": "Patient.telecom", "min": 1}]},
    })  # fmt: skip

    for asked in (url, f"{url}|2,1"):
        answer = hospital.post(f"Patient/$validate?profile={asked}", PERSON)
        assert told(answer) == [("error", "validation.missing", "Patient.telecom")]

    for asked in (f"{url}|2", f"{url}|1", f"{url},{VN_PATIENT}"):
        answer = hospital.post(f"Patient/$validate?profile={asked}", PERSON)
        assert told(answer) == [("error", "validation.profile_unknown", "Patient")]
