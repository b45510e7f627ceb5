"""Histories over HTTP: the pages around a page, and what a List narrows them to."""

import pytest

from haidang.portals.gateway.tests.fhir_client import code_of, read, weight

pytestmark = pytest.mark.django_db


@pytest.fixture
def weights(hospital, patient):
    """Two weights, the first of seven versions, the second of one."""
    first, second = (read(hospital.post("Observation", weight(patient))) for _ in range(2))
    for n in range(6):
        changed = weight(patient, f"6{n}.0", id=first["id"])
        assert hospital.put(f"Observation/{first['id']}", changed).status_code == 200
    return first["id"], second["id"]


def versions(page):
    return [
        (e["resource"]["id"], e["resource"]["meta"]["versionId"]) for e in page.get("entry", ())
    ]


def links(page):
    return {one["relation"]: one["url"] for one in page["link"]}


@pytest.mark.parametrize("where", ["Observation/{}", "Observation", ""])
def test_pages_are_walked_to_their_end_and_back(hospital, patient, weights, where):
    where = where.format(weights[0])
    pages = [read(hospital.get(f"{where}/_history?_count=3&_since=2020".lstrip("/")))]
    while "next" in links(pages[-1]):
        pages.append(read(hospital.http.get(links(pages[-1])["next"])))
    hospital.put(
        f"Observation/{weights[0]}", weight(patient, "70", id=weights[0])
    )  # shifts nothing

    assert len(pages) > 2
    assert links(pages[0]).keys() == {"self", "next"}
    assert links(pages[-1]).keys() == {"self", "first", "previous"}
    for earlier, later in zip(pages[1:-1], pages[2:], strict=True):
        back = read(hospital.http.get(links(later)["previous"]))
        assert versions(back) == versions(earlier)
    back = read(hospital.http.get(links(pages[1])["previous"]))
    assert versions(back) == versions(pages[0])
    assert versions(read(hospital.http.get(links(back)["previous"])))[0][1] == "8"
    assert versions(read(hospital.http.get(links(pages[-1])["first"])))[0][1] == "8"


def test_a_list_narrows_a_history_to_what_it_names(hospital, weights, patient):
    first, second = weights
    named = [f"Observation/{first}/_history/2", f"Observation/{second}", f"Patient/{patient['id']}"]
    entries = [{"item": {"reference": ref}} for ref in named]
    entries += [{"item": {"reference": f"Observation/{first}/_history/4"}, "deleted": True}]
    made = {"resourceType": "List", "status": "current", "mode": "working", "subject": {"reference": f"Patient/{patient['id']}"}, "entry": entries}  # fmt: skip
    id = read(hospital.post("List", made))["id"]

    def found(where, list=id):
        page = read(hospital.get(f"{where}_history?_list={list}&_count=1"))
        told = versions(page)
        while "next" in links(page):
            page = read(hospital.http.get(links(page)["next"]))
            told += versions(page)
        return set(told)

    assert (
        found("Observation/")
        == found("Observation/", f"List/{id}")
        == {(first, "2"), (second, "1")}
    )
    assert found("") == found("Observation/") | {(patient["id"], "1")}
    assert found(f"Observation/{first}/") == {(first, "2")}
    assert found("Observation/", "none") == found("Observation/", "a/b") == set()
    strict = hospital.get(f"Observation/_history?_list={id}", Prefer="handling=strict")
    assert strict.status_code == 200
    assert read(hospital.get(f"Observation/{first}/_history?_list={id}"))["total"] == 1


def test_a_history_that_was_never_written_is_not_there_with_a_list_either(hospital):
    assert code_of(hospital.get("Patient/nobody/_history")) == "records.not_found"
