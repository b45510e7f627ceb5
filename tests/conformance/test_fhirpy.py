"""fhirpy (PyPI): create, search with a chain, page to the end, update by version, delete."""

import pytest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

PERSON = {"name": [{"text": "Người Thử Một"}], "gender": "female", "birthDate": "1990-02-03"}


@pytest.fixture
def client(server):
    return SyncFHIRClient(server.base, authorization=f"Bearer {server.token}")


@pytest.fixture
def patient(client):
    made = client.resource("Patient", **PERSON)
    made.save()
    return made


def _weigh(client, patient, kilograms, on):
    weight = client.resource(
        "Observation",
        status="final",
        code={"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        subject=patient.to_reference(),
        effectiveDateTime=on,
        valueQuantity={"value": kilograms, "unit": "kg"},
    )
    weight.save()
    return weight


def test_what_is_saved_is_fetched(client, patient):
    fetched = client.reference("Patient", patient.id).to_resource()

    assert fetched.get_by_path(["name", 0, "text"]) == "Người Thử Một"


def test_a_search_goes_through_every_page(client, patient):
    days = [f"2026-03-{day:02d}" for day in range(1, 8)]
    for day in days:
        _weigh(client, patient, 60, day)

    found = client.resources("Observation").search(patient__Patient__name="nguoi").sort("date")

    assert [one["effectiveDateTime"] for one in found.limit(3)] == days


def test_an_update_keeps_what_another_wrote(client, patient):
    again = client.reference("Patient", patient.id).to_resource()
    again["birthDate"] = "1990-02-04"
    again.save()

    assert client.reference("Patient", patient.id).to_resource()["birthDate"] == "1990-02-04"
    assert client.reference("Patient", patient.id).to_resource()["meta"]["versionId"] == "2"


def test_what_is_deleted_is_gone(client, patient):
    weight = _weigh(client, patient, 61, "2026-03-01")

    weight.delete()

    with pytest.raises((ResourceNotFound, OperationOutcome)):
        client.reference("Observation", weight.id).to_resource()
