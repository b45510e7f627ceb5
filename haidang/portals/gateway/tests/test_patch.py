"""PATCH at the FHIR door: both kinds of patch, alone and in a bundle."""

import pytest

from haidang.portals.gateway.tests.fhir_client import PERSON, Fhir, code_of, read

pytestmark = pytest.mark.django_db


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


def _send_where(hospital, query, content=None, **headers):
    content = content or _patch("Patient.gender", valueCode="other")
    return hospital._send("patch", f"Patient?{query}", content, headers)


def test_a_patch_under_a_condition_changes_the_one_that_matches(hospital, patient):
    hospital.post("Patient", PERSON | {"gender": "male"})

    answer = _send_where(hospital, "gender=female", **{"If-Match": 'W/"1"'})

    assert (answer.status_code, read(answer)["id"], read(answer)["gender"]) == (200, patient["id"], "other")  # fmt: skip


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [("gender=unknown", {}, 404), ("gender=female", {"If-Match": 'W/"7"'}, 412), ("gender=female,male", {}, 412),
     ("colour=red", {}, 400), ("_sort=name", {}, 400)],
)  # fmt: skip
def test_a_patch_that_fits_none_or_several_changes_nothing(hospital, patient, query, headers, status):  # fmt: skip
    hospital.post("Patient", PERSON | {"gender": "male"})

    assert _send_where(hospital, query, **headers).status_code == status
    assert read(hospital.get(f"Patient/{patient['id']}"))["meta"]["versionId"] == "1"


def test_in_a_bundle_too(hospital, patient):
    entry = {"request": {"method": "PATCH", "url": "Patient?gender=female"}, "resource": _patch("Patient.gender", valueCode="other")}  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}

    first, again = hospital.post("", bundle), hospital.post("", bundle)

    assert (first.status_code, again.status_code) == (200, 404)
    assert read(hospital.get(f"Patient/{patient['id']}"))["gender"] == "other"


def test_another_facility_patches_nothing_by_a_condition(hospital, patient):
    assert _send_where(Fhir("31002"), "gender=female").status_code == 404


def test_what_was_patched_is_shown_as_it_is_preferred(hospital, patient):
    answer = _send_where(hospital, "gender=female", Prefer="return=minimal")

    assert (answer.status_code, answer.content, answer["ETag"]) == (200, b"", 'W/"2"')
