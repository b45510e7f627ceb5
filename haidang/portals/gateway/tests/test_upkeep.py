"""`$reindex`, search parameters of one's own and `$purge` at the FHIR door."""

import pytest

from haidang.engines.ledger import api as ledger
from haidang.portals.gateway.fhir import bulk
from haidang.portals.gateway.tests.fhir_client import ALL, Fhir, code_of, read

ASYNC = {"Prefer": "respond-async"}
STRICT = {"Prefer": "handling=strict"}
PERSON = {"resourceType": "Patient", "name": [{"text": "Người Thử Một"}], "gender": "female"}
PARAMETER = {
    "resourceType": "SearchParameter", "url": "urn:own:mobile", "name": "mobile", "status": "active",
    "description": "Số di động", "code": "mobile", "base": ["Patient"], "type": "token",
    "expression": "Patient.telecom.where(system='phone')",
}  # fmt: skip


@pytest.fixture(autouse=True)
def afresh(own_database, monkeypatch, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    monkeypatch.setattr("haidang.engines.records.bulk.reindexing._SETTLED_S", 0)
    # Every search asks which parameters are stored, instead of once in two seconds.
    monkeypatch.setattr("haidang.engines.records.index.own.EVERY_S", -1)


@pytest.fixture
def hospital():
    return Fhir("31001", [*ALL, "gateway.reindex", "gateway.purge_people"])


@pytest.fixture
def patient(hospital):
    phone = {"telecom": [{"system": "phone", "value": "0912"}]}
    return read(hospital.post("Patient", {**PERSON, **phone}))


def _reindexed(hospital):
    where = hospital.post("$reindex", {"resourceType": "Parameters"}, **ASYNC)["Content-Location"]
    bulk.run_next()
    return read(hospital.get(where.partition("/fhir/")[2]))


def _names(client):
    rest = read(client.get("/fhir/metadata"))["rest"][0]
    patient = next(r for r in rest["resource"] if r["type"] == "Patient")
    return {p["name"] for p in patient["searchParam"]}


def test_a_parameter_of_ones_own_from_post_to_search_and_back(hospital, patient, client):
    made = hospital.post("SearchParameter", PARAMETER)
    assert code_of(hospital.get("Patient?mobile=0912", **STRICT)) == "records.search_unknown"

    told = _reindexed(hospital)

    assert {p["name"]: p["valueDecimal"] for p in told["parameter"]} == {"total": 2, "done": 2}
    assert "mobile" in _names(client)
    found = read(hospital.get("Patient?mobile=0912", **STRICT))
    assert [e["resource"]["id"] for e in found["entry"]] == [patient["id"]]
    hospital.delete(f"SearchParameter/{read(made)['id']}")
    assert "mobile" not in _names(client)


def test_a_wrong_expression_is_refused_with_its_place(hospital):
    answer = hospital.post(
        "SearchParameter", {**PARAMETER, "expression": "Patient.telecom.where(("}
    )

    assert (answer.status_code, code_of(answer)) == (400, "records.parameter_unfit")
    assert read(answer)["issue"][0]["expression"] == ["SearchParameter.expression"]


def test_a_purged_person_is_gone_with_all_versions(hospital, patient):
    path = f"Patient/{patient['id']}"
    hospital.put(path, {**patient, "gender": "male"})

    answer = hospital.post(f"{path}/$purge", _because("Theo yêu cầu"))

    assert answer.status_code == 200
    assert hospital.get(path).status_code == 410
    assert hospital.get(f"{path}/_history/1").status_code == 404
    (event,) = ledger.events(names=("records.person.purged",))
    assert (event.about, event.facts["reason"]) == (path, "Theo yêu cầu")


def test_a_purge_needs_permission_reach_and_a_reason(hospital, patient):
    path = f"Patient/{patient['id']}/$purge"
    elsewhere = Fhir("31002", [*ALL, "gateway.purge_people"])

    assert Fhir("31001").post(path, _because("x")).status_code == 403
    assert elsewhere.post(path, _because("x")).status_code == 404
    assert code_of(hospital.post(path, _because(None))) == "fhir.parameter_missing"
    assert hospital.get(f"Patient/{patient['id']}").status_code == 200


def test_what_is_held_by_law_stays(hospital, patient, settings):
    settings.HAIDANG_LEGAL_HOLD = ["all"]

    answer = hospital.post(f"Patient/{patient['id']}/$purge", _because("x"))

    assert (answer.status_code, code_of(answer)) == (422, "records.legal_hold")


def _because(reason):
    said = [{"name": "reason", "valueString": reason}] if reason else []
    return {"resourceType": "Parameters", "parameter": said}


@pytest.mark.parametrize("name", ["_text", "_content", "_filter", "_query"])
def test_searches_that_are_not_served_are_refused_when_strict(hospital, name):
    answer = hospital.get(f"Patient?{name}=an", **STRICT)

    assert (answer.status_code, code_of(answer)) == (400, "records.search_unknown")
