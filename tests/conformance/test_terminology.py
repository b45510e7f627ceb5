"""fhirpy and fhirclient (PyPI) ask the terminology operations; fhirclient's strict models read the answers."""

import pytest
from fhirclient import client as smart
from fhirclient.models import parameters, terminologycapabilities, valueset
from fhirpy import SyncFHIRClient

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology.releases import FOLDER
from haidang.kernel import actor, systems

LIST = systems.codes("ethnic-group")
SET = f"{systems.BASE}/ValueSet/ethnic-group"


@pytest.fixture
def loaded(own_database):
    (folder,) = (FOLDER / "ethnic-group").iterdir()
    terminology.load_release(folder, actor.SYSTEM)


@pytest.fixture
def fhirpy_client(loaded, server):
    return SyncFHIRClient(server.base, authorization=f"Bearer {server.token}")


@pytest.fixture
def strict(loaded, server):
    made = smart.FHIRClient(settings={"app_id": "haidang-tests", "api_base": server.base})
    made.server.session.headers["Authorization"] = f"Bearer {server.token}"
    return made.server


def test_fhirpy_expands_and_validates(fhirpy_client):
    found = fhirpy_client.execute(
        "ValueSet/$expand", method="get", params={"url": SET, "filter": "tay", "count": 5}
    )
    code = found["expansion"]["contains"][0]["code"]
    asked = {"resourceType": "Parameters", "parameter": [
        {"name": "url", "valueUri": SET}, {"name": "coding", "valueCoding": {"system": LIST, "code": code}},
    ]}  # fmt: skip
    told = fhirpy_client.execute("ValueSet/$validate-code", method="post", data=asked)

    assert found["expansion"]["total"] >= 1
    assert told["parameter"][0] == {"name": "result", "valueBoolean": True}


def test_fhirpy_pages_through_a_value_set_to_the_end(fhirpy_client):
    seen, offset = [], 0
    while True:
        page = fhirpy_client.execute(
            "ValueSet/$expand", method="get", params={"url": SET, "offset": offset, "count": 20}
        )["expansion"]
        seen += [one["code"] for one in page.get("contains", [])]
        offset += 20
        if offset >= page["total"]:
            break

    assert len(seen) == len(set(seen)) == page["total"] > 50


def test_strict_models_read_every_kind_of_answer(strict):
    expanded = valueset.ValueSet.read_from(
        f"ValueSet/$expand?url={SET}&includeDesignations=true", strict
    )
    looked = parameters.Parameters.read_from(f"CodeSystem/$lookup?system={LIST}&code=01", strict)
    told = terminologycapabilities.TerminologyCapabilities.read_from(
        "metadata?mode=terminology", strict
    )
    none = parameters.Parameters.read_from(f"ConceptMap/$translate?system={LIST}&code=01", strict)

    assert expanded.expansion.contains[0].designation[0].language == "vi"
    assert looked.parameter[0].name == "name"
    assert LIST in {one.uri for one in told.codeSystem}
    assert none.parameter[0].valueBoolean is False
