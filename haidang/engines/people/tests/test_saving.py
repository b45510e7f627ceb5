"""The door by which Patients are written, and the follower of those that came by another."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.people.models import Person
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from tests.threads import at_once

BY = actor.SYSTEM
PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"system": systems.CITIZEN_ID, "value": "031070000001"}],
    "name": [{"text": "Nguyễn Văn An"}],
    "birthDate": "1970-05-14",
    "gender": "male",
}


def names(query):
    return [hit.name for hit in people.find(query, by=BY)]


def test_a_saved_patient_is_found_at_once(everything_open):
    people.save_patient(PATIENT, by=BY)

    assert names("031070000001") == names("nguyen van an") == ["Nguyễn Văn An"]


def test_a_replaced_patient_is_found_by_what_it_says_now(everything_open):
    stored = people.save_patient(PATIENT, by=BY)
    changed = {**stored.resource, "name": [{"text": "Nguyễn Văn Ân"}], "identifier": []}

    people.save_patient(changed, by=BY)

    assert names("031070000001") == []
    assert names("nguyen van an") == ["Nguyễn Văn Ân"]


def test_a_source_with_a_date_is_merged_instead(everything_open):
    stored = people.save_patient(PATIENT, by=BY, said_at="2026-01-01")
    old = {**PATIENT, "id": stored.id, "name": [{"text": "Nguyễn An"}], "gender": "male"}

    merged = people.save_patient(old, by=BY, said_at="2020-01-01")

    assert merged.resource["name"] == [{"text": "Nguyễn Văn An"}]


def test_somebody_else_wrote_in_between(everything_open):
    stored = people.save_patient(PATIENT, by=BY)
    people.save_patient({**stored.resource, "gender": "female"}, by=BY)

    with pytest.raises(errors.PreconditionFailed):
        people.save_patient(stored.resource, by=BY, expected_version=1)
    assert Person.objects.get().sex == "female"


def test_sources_that_speak_at_once_are_all_heard(own_database):
    stored = people.save_patient(PATIENT, by=BY, said_at="2026-01-01")
    told = [
        {"telecom": [{"system": "phone", "value": "0912345678"}]},
        {"maritalStatus": {"text": "Kết hôn"}},
        {"address": [{"text": "Phường Mẫu"}]},
        {"identifier": [{"system": systems.PASSPORT, "value": "B1234567"}]},
    ]

    at_once(
        lambda one: people.save_patient(
            {**PATIENT, "id": stored.id, **one}, by=BY, said_at="2026-02-01"
        ),
        told,
    )

    with access.reach(BY, people="all"):
        resource = records.get(stored.ref).resource
    assert {"telecom", "maritalStatus", "address"} <= set(resource)
    assert len(resource["identifier"]) == 2


def test_only_patients_pass(everything_open):
    with pytest.raises(errors.Incorrect):
        people.save_patient({"resourceType": "Practitioner"}, by=BY)


def test_patients_that_came_by_another_door_are_caught_up_with(everything_open):
    stored = records.save(PATIENT, by=BY)
    assert names("031070000001") == []

    while people.catch_up():
        pass
    assert names("031070000001") == ["Nguyễn Văn An"]

    records.delete(stored.ref, by=BY)
    while people.catch_up():
        pass
    assert names("031070000001") == []


def test_the_index_can_be_built_again(everything_open):
    people.save_patient(PATIENT, by=BY)
    Person.objects.all().delete()

    people.reindex()

    assert names("nguyen van an") == ["Nguyễn Văn An"]
