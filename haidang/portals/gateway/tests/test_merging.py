"""Patient/$merge and $unmerge through the door: who may, what is told, and what stands afterwards."""

import pytest

from haidang.engines.ledger import api as ledger
from haidang.kernel import systems
from haidang.portals.gateway.tests.fhir_client import ALL, Fhir, code_of, read

pytestmark = pytest.mark.django_db
MERGING = [*ALL, "gateway.merge_people"]


@pytest.fixture
def hospital():
    return Fhir("31001", MERGING)


def person(client, number):
    identifier = [{"system": systems.mrn("31001"), "value": number}]
    made = {"resourceType": "Patient", "name": [{"text": "Người Thử"}], "identifier": identifier}
    return read(client.post("Patient", made))


@pytest.fixture
def two(hospital):
    kept, dropped = person(hospital, "1"), person(hospital, "2")
    hospital.put(
        "Observation/sugar",
        {"resourceType": "Observation", "id": "sugar", "status": "final", "code": {"text": "Glucose"},
         "subject": {"reference": f"Patient/{dropped['id']}"}},
    )  # fmt: skip
    return kept, dropped


def asked(client, operation, source=None, target=None, **more):
    listed = [
        {"name": f"{side}-patient", "valueReference": {"reference": f"Patient/{one['id']}"}}
        for side, one in (("source", source), ("target", target))
        if one
    ]
    for name, value in more.items():
        kind = {bool: "Boolean", str: "String", dict: "Identifier"}[type(value)]
        listed.append({"name": name.replace("_", "-"), f"value{kind}": value})
    return client.post(f"Patient/${operation}", {"resourceType": "Parameters", "parameter": listed})


def result(answer):
    assert answer.status_code == 200, answer.content
    return {one["name"]: one["resource"] for one in read(answer)["parameter"]}


def subject(client):
    return read(client.get("Observation/sugar"))["subject"]["reference"]


def test_a_merge_moves_the_record_and_links_the_two(hospital, two):
    kept, dropped = two

    told = result(asked(hospital, "merge", dropped, kept, reason="Cùng thẻ"))

    assert told["result"]["id"] == kept["id"]
    assert told["result"]["link"][0]["type"] == "replaces"
    assert subject(hospital) == f"Patient/{kept['id']}"
    source = read(hospital.get(f"Patient/{dropped['id']}"))
    assert (source["active"], source["link"][0]["type"]) == (False, "replaced-by")
    assert [one["name"] for one in told["input"]["parameter"]] == [
        "source-patient", "target-patient", "reason",
    ]  # fmt: skip


def test_undoing_gives_everything_back(hospital, two):
    kept, dropped = two
    asked(hospital, "merge", dropped, kept)

    told = result(asked(hospital, "unmerge", dropped, kept))

    assert "link" not in told["result"]
    assert subject(hospital) == f"Patient/{dropped['id']}"
    assert "active" not in read(hospital.get(f"Patient/{dropped['id']}"))


def test_a_preview_says_what_would_happen_and_does_nothing(hospital, two):
    kept, dropped = two

    told = result(asked(hospital, "merge", dropped, kept, preview=True))

    assert "1 Observation" in told["outcome"]["issue"][0]["details"]["text"]
    assert subject(hospital) == f"Patient/{dropped['id']}"
    asked(hospital, "merge", dropped, kept)
    told = result(asked(hospital, "unmerge", dropped, preview=True))
    assert "1 Observation" in told["outcome"]["issue"][0]["details"]["text"]
    assert subject(hospital) == f"Patient/{kept['id']}"


def test_identifiers_name_people_too(hospital, two):
    numbers = [{"system": systems.mrn("31001"), "value": value} for value in ("2", "1")]

    told = result(
        asked(hospital, "merge", source_patient_identifier=numbers[0], target_patient_identifier=numbers[1])
    )  # fmt: skip

    assert told["result"]["id"] == two[0]["id"]


def test_both_people_are_told_of_it_and_of_the_look(hospital, two):
    asked(hospital, "merge", two[1], two[0], reason="Cùng thẻ")

    for one in two:
        ref = f"Patient/{one['id']}"
        assert ledger.events_about(ref)[0].name == "people.person.merged"
        assert ledger.looks_at(ref)[0].what == "fhir.merge"


@pytest.mark.parametrize(
    ("names", "more", "status", "code"),
    [
        (("source",), {}, 400, "fhir.patient_unclear"),
        (("source", "same"), {}, 400, "people.same_record"),
        (("source", "target"), {"result-patient": "x"}, 400, "fhir.parameter_unsupported"),
        (("source", "target"), {"source-patient-identifier": {"system": "x", "value": "1"}}, 409, "fhir.identifier_not_one"),
    ],
)  # fmt: skip
def test_a_merge_that_is_unclear_is_refused(hospital, two, names, more, status, code):
    people = {"source": two[1], "target": two[0], "same": two[1]}
    given = {
        "source": people["source"],
        "target": people.get(names[-1]) if len(names) > 1 else None,
    }

    refused = asked(hospital, "merge", **given, **more)

    assert (refused.status_code, code_of(refused)) == (status, code)
    assert subject(hospital) == f"Patient/{two[1]['id']}"


def test_merging_twice_or_undoing_nothing_is_refused(hospital, two):
    kept, dropped = two
    assert code_of(asked(hospital, "unmerge", dropped)) == "people.no_merge"
    asked(hospital, "merge", dropped, kept)

    assert code_of(asked(hospital, "merge", dropped, kept)) == "people.already_merged"
    third = person(hospital, "3")
    assert code_of(asked(hospital, "unmerge", dropped, third)) == "fhir.merged_elsewhere"


@pytest.mark.parametrize("operation", ["merge", "unmerge"])
def test_only_a_system_with_the_permission_and_the_scope_may(hospital, two, operation):
    refused = asked(Fhir("31001"), operation, two[1], two[0])
    assert (refused.status_code, code_of(refused)) == (403, "access.not_permitted")
    readers = ["gateway.use_fhir", "gateway.merge_people", "system/Patient.rs"]
    assert code_of(asked(Fhir("31001", readers), operation, two[1], two[0])) == "fhir.scope_missing"


def test_nobody_merges_people_of_others(two):
    stranger = Fhir("31002", MERGING)

    refused = asked(stranger, "merge", two[1], two[0])

    assert (refused.status_code, code_of(refused)) == (404, "records.not_found")
