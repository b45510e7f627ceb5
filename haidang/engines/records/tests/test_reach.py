"""Row-level security: what a reach shows, and that nothing else gets round it."""

from dataclasses import replace

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, errors

NURSE = actor.Actor(ref="Practitioner/n", name="Điều dưỡng", kind=actor.STAFF, org="31001")
STRANGER = replace(NURSE, org="31999")


@pytest.fixture
def people(db):
    with access.reach(actor.SYSTEM, people="all"):
        one, other, _ = records.save_all(
            [
                {"resourceType": "Patient", "id": "one", "name": [{"text": "Lê Một"}]},
                {"resourceType": "Patient", "id": "other", "name": [{"text": "Lê Hai"}]},
                {"resourceType": "Organization", "id": "ward", "name": "Trạm"},
            ],
            by=actor.SYSTEM,
        )
        records.save_all(
            [
                {"resourceType": "Condition", "id": f"c-{who}", "subject": {"reference": f"Patient/{who}"},
                 "code": {"coding": [{"system": "urn:icd", "code": "B20"}]}, "asserter": {"reference": "Practitioner/doctor"}}
                for who in ("one", "other")
            ],
            by=actor.SYSTEM,
        )  # fmt: skip
        records.save({"resourceType": "Practitioner", "id": "doctor"}, by=actor.SYSTEM)
        records.save(
            {
                "resourceType": "Provenance",
                "id": "from",
                "target": [{"reference": "Condition/c-one"}],
            },
            by=actor.SYSTEM,
        )
        access.relate(one.rid, NURSE.org, basis="encounter")
    return one, other


def seen(type, query=""):
    return sorted(match.id for match in records.search(type, query).matches)


def test_without_a_reach_no_person_is_seen(people):
    one, _ = people

    assert seen("Patient") == []
    assert seen("Condition", "code=B20") == []
    assert records.count("Condition") == 0
    assert records.compartment(one.rid) == []
    assert records.get_many(["Patient/one", "Condition/c-one"]) == []
    assert records.history(type="Condition").entries == []
    with pytest.raises(errors.NotFound):
        records.get("Patient/one")
    with pytest.raises(errors.NotFound):
        records.history("Patient/one")


def test_what_belongs_to_nobody_is_seen_by_everybody(people):
    assert records.get("Organization/ward").resource["name"] == "Trạm"


def test_a_care_relationship_shows_one_person_and_no_other(people):
    with access.reach(NURSE):
        assert seen("Patient") == ["one"]
        assert seen("Condition", "code=B20") == ["c-one"]
        assert seen("Condition", "subject=Patient/other") == []
        assert seen("Condition", "patient.name=le") == ["c-one"]
    with access.reach(STRANGER):
        assert seen("Patient") == []


def test_an_opened_person_is_seen(people):
    _, other = people

    with access.reach(STRANGER, people=[other.rid]):
        assert seen("Patient") == ["other"]
        assert len(records.compartment(other.rid)) == 2


def test_what_points_at_a_record_is_part_of_it(people):
    """A Provenance names no Patient, yet its target tells whose it is."""
    one, _ = people

    assert seen("Provenance") == []
    with access.reach(NURSE):
        assert seen("Provenance") == ["from"]
        assert records.get("Provenance/from").patient == one.rid


def test_what_points_at_a_record_out_of_reach_is_refused(people):
    """Taken in, it would belong to nobody and be seen by everybody."""
    tale = {"resourceType": "Provenance", "target": [{"reference": "Condition/c-one"}]}

    with access.reach(STRANGER), pytest.raises(errors.NotAllowed):
        records.save(tale, by=STRANGER)
    with access.reach(NURSE):
        assert records.save(tale, by=NURSE).patient == people[0].rid


def test_a_chain_does_not_tell_of_records_out_of_reach(people):
    with access.reach(STRANGER):
        assert seen("Practitioner", "_has:Condition:asserter:code=B20") == []
        page = records.search("Practitioner", "_revinclude=Condition:asserter")
        assert page.included == []
    with access.reach(NURSE):
        assert seen("Practitioner", "_has:Condition:asserter:code=B20") == ["doctor"]


def test_what_is_out_of_reach_cannot_be_changed(people):
    with access.reach(NURSE), pytest.raises(errors.NotAllowed):
        records.save({"resourceType": "Patient", "id": "other", "gender": "male"}, by=NURSE)
    with access.reach(NURSE), pytest.raises(errors.NotAllowed):
        records.delete("Condition/c-other", by=NURSE)

    with access.reach(actor.SYSTEM, people="all"):
        assert records.get("Patient/other").version == 1


def test_a_new_person_can_be_written_without_a_reach(people):
    saved = records.save({"resourceType": "Patient", "gender": "male"}, by=NURSE)

    with access.reach(NURSE, people=[saved.rid]):
        assert records.get(saved.ref).version == 1
