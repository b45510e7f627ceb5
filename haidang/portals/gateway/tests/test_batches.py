"""Batches at the FHIR door: each entry as it would be alone."""

import pytest

from haidang.portals.gateway.tests.fhir_client import (
    PERSON,
    Fhir,
    last_look,
    looks_since,
    read,
    weight,
)

pytestmark = pytest.mark.django_db


def _found(bundle):
    return [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]]


def _batch(*asked):
    entries = [{"request": {"method": method, "url": url}} for method, url in asked]
    return {"resourceType": "Bundle", "type": "batch", "entry": entries}


def test_in_a_batch_a_scope_that_lacks_refuses_its_entry_alone(hospital, patient):
    some = Fhir("31001", ["gateway.use_fhir", "system/Patient.rs"])
    path = f"Patient/{patient['id']}"

    answer = read(
        some.post(
            "",
            _batch(
                ("GET", path),
                ("DELETE", path),
                ("GET", "Observation"),
                ("GET", "?_type=Patient,Observation"),
            ),
        )
    )

    assert [e["response"]["status"][:3] for e in answer["entry"]] == ["200", "403", "403", "403"]
    assert hospital.get(path).status_code == 200


def test_in_a_batch_a_write_out_of_reach_is_refused_alone(hospital, other_hospital, patient):
    mine = read(other_hospital.post("Patient", PERSON))
    entries = [
        {"resource": weight(each), "request": {"method": "POST", "url": "Observation"}}
        for each in (patient, mine)
    ]
    batch = {"resourceType": "Bundle", "type": "batch", "entry": entries}

    answer = read(other_hospital.post("", batch))

    assert [e["response"]["status"][:3] for e in answer["entry"]] == ["403", "201"]
    assert read(hospital.get("Observation?_summary=count"))["total"] == 0
    assert read(other_hospital.get("Observation?_summary=count"))["total"] == 1


def test_who_may_only_search_searches_several_types_in_a_batch_too(patient):
    some = Fhir("31001", ["gateway.use_fhir", "system/Patient.s"])

    answer = read(some.post("", _batch(("GET", "?_type=Patient"))))

    assert _found(answer["entry"][0]["resource"]) == [f"Patient/{patient['id']}"]


def test_a_search_in_a_batch_is_answered_as_it_is_alone(hospital, patient):
    for kilograms in ("60.0", "61.0", "62.0"):
        hospital.post("Observation", weight(patient, kilograms))
    queries = [
        f"Observation?subject=Patient/{patient['id']}&_count=2&_total=accurate",
        "Observation?status=amended",
        "Observation?_summary=count",
        "Patient?color=red",
    ]

    answer = read(hospital.post("", _batch(*(("GET", each) for each in queries))))

    for query, entry in zip(queries, answer["entry"], strict=True):
        alone, inside = read(hospital.get(query)), entry["resource"]
        assert inside.get("entry") == alone.get("entry")
        assert inside.get("total") == alone.get("total")
        assert [one["relation"] for one in inside["link"]] == [one["relation"] for one in alone["link"]]  # fmt: skip
    following = answer["entry"][0]["resource"]["link"][-1]["url"].partition("/fhir/")[2]
    (rest,) = read(hospital.post("", _batch(("GET", following))))["entry"]
    assert len(rest["resource"]["entry"]) == 1


def test_one_resource_may_be_asked_for_in_part_in_a_batch_too(hospital, patient):
    queries = ["", "?_elements=gender", "?_summary=count"]
    entries = [{"request": {"method": "GET", "url": f"Patient/{patient['id']}{q}"}} for q in queries]  # fmt: skip

    answer = read(hospital.post("", {"resourceType": "Bundle", "type": "batch", "entry": entries}))

    whole, part, refused = answer["entry"]
    assert whole["resource"] == patient
    assert part["resource"].keys() == {"resourceType", "id", "meta", "gender"}
    assert refused["response"]["status"] == "400"


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize("more", [{}, {"entry": []}])
def test_a_bundle_of_nothing_is_answered_without_an_empty_list(hospital, kind, more):
    answer = hospital.post("", {"resourceType": "Bundle", "type": kind} | more)

    assert read(answer) == {"resourceType": "Bundle", "type": f"{kind}-response"}


def test_in_a_batch_strict_handling_holds_for_every_search(hospital):
    answer = read(hospital.post("", _batch(("GET", "Patient?color=red")), Prefer="handling=strict"))

    assert answer["entry"][0]["response"]["status"] == "400"


def test_what_a_batch_shows_is_noted(hospital, patient):
    ref = f"Patient/{patient['id']}"
    before = last_look(ref)

    hospital.post("", _batch(("GET", ref), ("GET", "Patient")))

    assert looks_since(before, ref) == ["fhir.bundle"]
