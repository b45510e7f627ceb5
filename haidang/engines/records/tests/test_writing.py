"""Writing sets of resources."""

import pytest

from haidang.engines.records import api as records
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")
BY = actor.SYSTEM


def patient(**more):
    return {"resourceType": "Patient", "name": [{"text": "Nguyễn Văn An"}], **more}


def observation(subject, **more):
    return {
        "resourceType": "Observation", "status": "final", "subject": {"reference": subject},
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}, **more,
    }  # fmt: skip


def test_what_is_saved_is_read_back():
    saved = records.save(patient(birthDate="1980-02-29"), by=BY)

    read = records.get(saved.ref)

    assert read == saved
    assert read.resource["birthDate"] == "1980-02-29"
    assert read.resource["meta"]["versionId"] == "1"


def test_records_of_one_set_may_point_at_each_other_in_circles():
    first = {"resourceType": "Basic", "id": "a", "subject": {"reference": "Basic/b"}}
    second = {"resourceType": "Basic", "id": "b", "subject": {"reference": "Basic/a"}}

    saved = records.save_all([first, second], by=BY)

    assert [each.ref for each in saved] == ["Basic/a", "Basic/b"]


def test_a_resource_that_says_the_same_gets_no_new_version():
    once = records.save(patient(id="same"), by=BY)

    again = records.save({"id": "same", **patient()}, by=BY)

    assert again == once


def test_a_change_makes_a_version():
    records.save(patient(id="p"), by=BY)

    changed = records.save(patient(id="p", gender="male"), by=BY)

    assert changed.version == 2
    assert records.get("Patient/p").resource["gender"] == "male"


def test_the_record_of_a_person_is_one_read():
    one, other = records.save_all([patient(), patient()], by=BY)
    seen = records.save(observation(one.ref), by=BY)
    records.save(observation(other.ref), by=BY)

    assert [each.ref for each in records.compartment(one.rid)] == [one.ref, seen.ref]
    assert records.rid(one.ref) == one.rid


def test_what_is_pointed_at_before_it_is_written_keeps_its_number():
    records.save(observation("Patient/later"), by=BY)
    promised = records.rid("Patient/later")

    with pytest.raises(errors.NotFound):
        records.get("Patient/later")
    written = records.save(patient(id="later"), by=BY)

    assert written.rid == promised
    assert len(records.compartment(promised)) == 2


def test_a_deleted_record_is_gone_and_comes_back_with_its_number():
    first = records.save(patient(id="p"), by=BY)

    records.delete("Patient/p", by=BY)

    with pytest.raises(errors.Gone):
        records.get("Patient/p")
    back = records.save(patient(id="p"), by=BY)
    assert (back.version, back.rid) == (3, first.rid)


def test_a_version_somebody_else_changed_is_refused():
    records.save(patient(id="p"), by=BY)

    with pytest.raises(errors.PreconditionFailed):
        records.save(patient(id="p", gender="male"), by=BY, expected_version=2)

    assert records.get("Patient/p").version == 1


def test_one_bad_resource_writes_nothing():
    with pytest.raises(errors.Incorrect):
        records.save_all([patient(id="p"), patient(birthDate="1980-13-01")], by=BY)

    assert records.rids(["Patient/p"]) == {}
