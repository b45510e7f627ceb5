"""Two records made one, and made two again byte for byte."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.people.models import Person
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from tests.threads import at_once

BY = actor.Actor(ref="Practitioner/clerk", name="Vũ Thị Hồ Sơ", kind="staff", org="31001")
MRN, SECOND_MRN = (systems.mrn("31001"), "BN1"), (systems.mrn("31002"), "77")
WHY = "Cùng thẻ căn cước, đã đối chiếu với người bệnh"


def an(*identifiers, **changes):
    known = {"name": "Nguyễn Văn An", "birth_date": "1970-05-14", "sex": "male"}
    return people.Candidate(**{**known, "identifiers": identifiers, **changes})


@pytest.fixture
def two(everything_open):
    """Two records of one person, each with a visit, and a pair that asks about them."""
    first, second = (people.resolve(an(number), by=BY) for number in (MRN, SECOND_MRN))
    records.save_all([*visit(first.patient_ref, "a"), *visit(second.patient_ref, "b")], by=BY)
    return first, second


def visit(ref, name):
    subject = {"reference": ref}
    stay = {"reference": f"Encounter/visit-{name}"}
    yield {
        "resourceType": "Encounter", "id": f"visit-{name}", "status": "finished",
        "class": {"code": "AMB"}, "subject": {**subject, "display": "Nguyễn Văn An"},
    }  # fmt: skip
    yield {
        "resourceType": "Observation", "id": f"sugar-{name}", "status": "final", "subject": subject,
        "code": {"text": "Glucose"}, "encounter": stay, "performer": [subject],
        "valueQuantity": {"value": 5.60, "unit": "mmol/L"},
    }  # fmt: skip


def everything_of(*resolved):
    found = {}
    for one in resolved:
        found |= {stored.ref: stored.body for stored in records.compartment(one.patient_rid)}
    return found


def test_a_merge_moves_the_whole_record(two):
    kept, dropped = two
    people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)

    moved = records.get("Observation/sugar-b")
    assert moved.patient == kept.patient_rid
    assert (
        moved.resource["subject"]
        == moved.resource["performer"][0]
        == {"reference": kept.patient_ref}
    )
    left = [one.ref for one in records.compartment(dropped.patient_rid)]
    assert left == [dropped.patient_ref]


def test_a_merge_leaves_a_way_from_the_dropped_record(two):
    kept, dropped = two
    people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)

    old, new = (records.get(ref).resource for ref in (dropped.patient_ref, kept.patient_ref))
    assert old["active"] is False
    assert old["link"] == [{"other": {"reference": kept.patient_ref}, "type": "replaced-by"}]
    assert new["link"] == [{"other": {"reference": dropped.patient_ref}, "type": "replaces"}]
    assert people.person(dropped.patient_ref).merged_into == kept.patient_ref
    assert people.person(kept.patient_ref).faces == (dropped.patient_ref,)


def test_the_numbers_of_both_find_the_kept_person(two):
    kept, dropped = two
    people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)

    assert people.resolve(an(SECOND_MRN), by=BY).patient_ref == kept.patient_ref
    assert {hit.ref for hit in people.find("nguyen van an", by=BY)} == {kept.patient_ref}


def test_undoing_restores_byte_for_byte(two):
    before = everything_of(*two)
    number = people.merge(two[0].patient_ref, two[1].patient_ref, by=BY, reason=WHY)

    people.unmerge(number, by=BY, reason="Nhầm người")

    assert everything_of(*two) == before
    assert people.person(two[1].patient_ref).merged_into is None
    assert people.resolve(an(SECOND_MRN), by=BY).patient_ref == two[1].patient_ref


def test_undoing_keeps_what_was_written_since(two):
    kept, dropped = two
    number = people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)
    sugar = {**records.get("Observation/sugar-b").resource, "note": [{"text": "đã gọi người bệnh"}]}
    new = {**sugar, "id": "sugar-c"}
    records.save_all([sugar, new], by=BY)
    people.resolve(an(MRN, phone="0912345678", said_at="2027-01-01"), by=BY)

    people.unmerge(number, by=BY)

    assert records.get("Observation/sugar-b").patient == dropped.patient_rid
    assert records.get("Observation/sugar-b").resource["note"][0]["text"] == "đã gọi người bệnh"
    assert records.get("Observation/sugar-c").patient == kept.patient_rid
    patient = records.get(kept.patient_ref).resource
    assert patient["telecom"][0]["value"] == "0912345678"
    assert "link" not in patient
    assert [i["value"] for i in patient["identifier"]] == ["BN1"]


def test_a_record_can_be_merged_undone_and_merged_again(two):
    before = everything_of(*two)
    for _ in range(2):
        number = people.merge(two[0].patient_ref, two[1].patient_ref, by=BY, reason=WHY)
        people.unmerge(number, by=BY)

    assert everything_of(*two) == before


def test_a_chain_of_merges_is_undone_from_its_end(two):
    first, second = two
    third = people.resolve(an((systems.mrn("31003"), "9")), by=BY)
    inner = people.merge(second.patient_ref, first.patient_ref, by=BY, reason=WHY)
    outer = people.merge(third.patient_ref, second.patient_ref, by=BY, reason=WHY)
    assert people.person(first.patient_ref).merged_into == third.patient_ref

    with pytest.raises(errors.Conflict, match="tách lượt gộp sau trước"):
        people.unmerge(inner, by=BY)
    people.unmerge(outer, by=BY)

    assert people.person(first.patient_ref).merged_into == second.patient_ref
    people.unmerge(inner, by=BY)
    assert not Person.objects.exclude(merged_into=None).exists()


def test_who_cares_on_several_grounds_goes_on_caring_when_one_of_them_has_ended(two):
    kept, dropped = two
    nurse = actor.Actor(ref="Practitioner/nurse", name="Đỗ Thị Y", kind="staff", org="31006")
    for basis in ("encounter", "referral"):
        access.relate(dropped.patient_rid, "31006", basis=basis)
    access.unrelate(dropped.patient_rid, "31006", basis="referral")

    people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)

    assert access.related(nurse, kept.patient_rid)


def test_who_cares_for_the_dropped_record_cares_for_the_kept_one(two):
    kept, dropped = two
    access.relate(dropped.patient_rid, "31002", basis="encounter")
    nurse = actor.Actor(ref="Practitioner/nurse", name="Đỗ Thị Y", kind="staff", org="31002")
    number = people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)
    assert access.related(nurse, kept.patient_rid)

    people.unmerge(number, by=BY)

    assert not access.related(nurse, kept.patient_rid)
    assert access.related(nurse, dropped.patient_rid)


def test_the_pair_is_answered_and_asked_again_after_undoing(two):
    (pair,) = people.duplicates()
    number = people.merge(two[0].patient_ref, two[1].patient_ref, by=BY, reason=WHY)
    assert people.duplicates() == []
    assert people.duplicate(pair.id).state == "merged"

    people.unmerge(number, by=BY)

    assert [one.id for one in people.duplicates()] == [pair.id]


def test_what_was_asked_of_the_dropped_person_is_asked_of_the_kept_one(two):
    kept, dropped = two
    third = people.resolve(an((systems.mrn("31003"), "9")), by=BY)
    people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)

    pairs = [{pair.left.rid, pair.right.rid} for pair in people.duplicates()]
    assert pairs == [{kept.patient_rid, third.patient_rid}]


def test_the_ledger_tells_both_of_it(two):
    number = people.merge(two[0].patient_ref, two[1].patient_ref, by=BY, reason=WHY)

    for one in two:
        event = ledger.events_about(one.patient_ref)[0]
        assert (event.name, event.facts["merge"]) == ("people.person.merged", number)


@pytest.mark.parametrize(
    ("which", "reason", "code"),
    [
        ("same", WHY, "people.same_record"),
        ("two", "  ", "people.reason_missing"),
        ("unknown", WHY, "people.no_person"),
    ],
)
def test_a_refused_merge_changes_nothing(two, which, reason, code):
    before = everything_of(*two)
    kept = two[0].patient_ref
    dropped = {"same": kept, "two": two[1].patient_ref, "unknown": "Patient/nobody"}[which]

    with pytest.raises(errors.HaidangError) as refusal:
        people.merge(kept, dropped, by=BY, reason=reason)

    assert refusal.value.code == code
    assert everything_of(*two) == before


def test_a_merged_record_is_not_merged_again(two):
    people.merge(two[0].patient_ref, two[1].patient_ref, by=BY, reason=WHY)

    with pytest.raises(errors.Conflict) as refusal:
        people.merge(two[1].patient_ref, two[0].patient_ref, by=BY, reason=WHY)

    assert refusal.value.code == "people.already_merged"


def test_a_description_that_comes_while_two_are_merged_is_not_lost(own_database):
    first, second = (people.resolve(an(number), by=BY) for number in (MRN, SECOND_MRN))
    later = an(SECOND_MRN, phone="0912345678", said_at="2026-01-01")

    at_once(
        lambda act: act(),
        [
            lambda: people.merge(first.patient_ref, second.patient_ref, by=BY, reason=WHY),
            lambda: people.resolve(later, by=BY),
        ],
    )

    assert people.person(second.patient_ref).merged_into == first.patient_ref
    assert people.resolve(later, by=BY).patient_ref == first.patient_ref
    assert Person.objects.count() == 2


def test_a_merge_is_undone_once(two):
    number = people.merge(two[0].patient_ref, two[1].patient_ref, by=BY, reason=WHY)
    people.unmerge(number, by=BY)

    with pytest.raises(errors.Conflict, match="đã được tách lại"):
        people.unmerge(number, by=BY)
    assert people.merges()[0].undone_name == BY.name


def forbid(ref):
    """The person of a record forbids the hospital 31001 everything."""
    hospital = {"identifier": {"system": systems.FACILITY, "value": BY.org}}
    part = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
    actor_ = {"role": {"coding": [{"system": part, "code": "IRCP"}]}, "reference": hospital}
    return {
        "resourceType": "Consent", "id": "no", "status": "active", "patient": {"reference": ref},
        "scope": {"text": "Riêng tư"}, "category": [{"text": "Riêng tư"}], "policyRule": {"text": "Luật"},
        "provision": {"type": "deny", "actor": [actor_]},
    }  # fmt: skip


def test_a_denial_closes_what_the_other_record_held_before_the_merge_too(two):
    """Old versions stay with the Patient that was merged, and the hospital had cared for that one."""
    kept, dropped = two
    for one in two:
        access.relate(one.patient_rid, BY.org, basis="referral")
    records.save_all([forbid(kept.patient_ref)], by=actor.SYSTEM)

    number = people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)
    with access.reach(BY, asker=BY.org):
        after = records.vread_many([("Observation/sugar-b", 1), ("Observation/sugar-b", 2)])
    people.unmerge(number, by=BY, reason="Nhầm người")
    with access.reach(BY, asker=BY.org):
        again = records.vread_many([("Observation/sugar-b", 1), ("Observation/sugar-a", 1)])

    assert after == {}
    assert set(again) == {("Observation/sugar-b", 1)}
