"""PATCH at the FHIR door: both kinds of patch, alone and in a bundle."""

import pytest

from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db
PERSON = {"resourceType": "Patient", "name": [{"text": "Người Thử Một"}], "gender": "female"}


@pytest.fixture
def hospital():
    return Fhir("31001")


@pytest.fixture
def patient(hospital):
    return read(hospital.post("Patient", PERSON))


def _patch(path, **value):
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": path},
        {"name": "value", **value},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


def _send(hospital, patient, content, kind="application/fhir+json"):
    return hospital._send("patch", f"Patient/{patient['id']}", content, {}, kind)


def test_a_fhirpath_patch_makes_a_version(hospital, patient):
    answer = _send(hospital, patient, _patch("Patient.gender", valueCode="male"))

    assert (answer.status_code, read(answer)["gender"], answer["ETag"]) == (200, "male", 'W/"2"')


def test_in_a_bundle_the_parameters_are_the_resource(hospital, patient):
    entry = {
        "request": {"method": "PATCH", "url": f"Patient/{patient['id']}"},
        "resource": _patch("Patient.gender", valueCode="other"),
    }

    hospital.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})

    assert read(hospital.get(f"Patient/{patient['id']}"))["gender"] == "other"


def test_what_does_not_fit_changes_nothing(hospital, patient):
    answer = _send(hospital, patient, _patch("Patient.photo.title", valueString="x"))

    assert (answer.status_code, code_of(answer)) == (422, "records.patch_unfit")
    assert read(hospital.get(f"Patient/{patient['id']}"))["meta"]["versionId"] == "1"


def test_the_name_of_a_record_is_not_to_be_patched(hospital, patient):
    assert _send(hospital, patient, _patch("Patient.id", valueId="other")).status_code == 422


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PERSON, "application/fhir+json"),
        ([], "application/json"),
        ([], "application/merge-patch+json"),
    ],
)
def test_other_contents_are_not_taken(hospital, patient, content, kind):
    assert _send(hospital, patient, content, kind).status_code == 415
