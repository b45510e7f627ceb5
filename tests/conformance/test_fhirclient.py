"""fhirclient (PyPI, SMART): its strict models read what the server says."""

import pytest
from fhirclient import client as smart
from fhirclient.models import capabilitystatement, observation, patient


@pytest.fixture
def client(server):
    made = smart.FHIRClient(settings={"app_id": "haidang-tests", "api_base": server.base})
    made.server.session.headers["Authorization"] = f"Bearer {server.token}"
    return made


def _person():
    return patient.Patient(
        {"resourceType": "Patient", "name": [{"text": "Người Thử Hai"}], "gender": "male"}
    )


def test_the_statement_is_read_by_strict_models(client):
    statement = capabilitystatement.CapabilityStatement.read_from("metadata", client.server)

    kinds = {resource.type for resource in statement.rest[0].resource}
    assert statement.fhirVersion == "4.0.1"
    assert kinds >= {"Patient", "Encounter", "Observation", "Claim", "DocumentReference"}


def test_a_person_and_a_result_go_in_and_come_back(client):
    made = _person().create(client.server)
    weight = observation.Observation(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "Cân nặng"},
            "subject": {"reference": f"Patient/{made['id']}"},
            "valueQuantity": {"value": 61.5, "unit": "kg"},
        }
    ).create(client.server)

    found = observation.Observation.where({"patient": made["id"]}).perform_resources(client.server)

    assert [one.id for one in found] == [weight["id"]]
    assert found[0].valueQuantity.value == 61.5
