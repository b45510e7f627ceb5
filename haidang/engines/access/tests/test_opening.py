"""Whose record may be opened, by whom, why; and that every look and refusal is written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.access import family
from haidang.engines.access.models import BrokenGlass, CareRelation
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors, ids

REASON = "Cấp cứu tai nạn, người bệnh hôn mê"


@pytest.fixture
def patient():
    """A person nobody else's test knows: the access book keeps its lines."""
    return ids.new_id()


@pytest.fixture
def open_as(patient):
    def opened(by, **more):
        more = {"patient_rid": 7, "what": "Trang người bệnh"} | more
        with access.open_person(by, f"Patient/{patient}", **more) as ground:
            return ground

    return opened


def looks(patient):
    return [
        (look.allowed, look.purpose, look.reason) for look in ledger.looks_at(f"Patient/{patient}")
    ]


def test_without_a_relationship_the_record_stays_shut(doctor, patient, open_as):
    with pytest.raises(errors.NotAllowed) as refused:
        open_as(doctor)

    assert refused.value.code == "access.no_relationship"
    assert refused.value.facts == {"can_break_glass": True}
    assert looks(patient) == [(False, "care", "relationship")]


def test_an_encounter_opens_it_for_the_hospital(doctor, patient, open_as):
    access.relate(7, "31001", basis="encounter")

    assert open_as(doctor) == "relation"
    assert looks(patient) == [(True, "care", "relation")]


def test_the_encounter_of_another_hospital_does_not(doctor, open_as):
    access.relate(7, "31002", basis="encounter")

    with pytest.raises(errors.NotAllowed):
        open_as(doctor)


def test_a_relationship_that_has_ended_does_not(doctor, open_as):
    access.relate(7, "31001", basis="referral", until=timezone.now() - timedelta(seconds=1))

    with pytest.raises(errors.NotAllowed):
        open_as(doctor)


def test_the_own_record_is_open(person, open_as, patient):
    own = access.actor_of(person("citizen.an", patient=patient))

    assert open_as(own) == "own"
    assert looks(patient) == [(True, "own", "own")]


def test_a_childs_record_is_open_to_its_guardian(citizen, patient, open_as, monkeypatch):
    monkeypatch.setattr(family, "_answer", lambda account, *, faces: {patient})

    assert open_as(citizen) == "family"


def test_a_strangers_record_is_shut_to_a_citizen(citizen, open_as, monkeypatch):
    monkeypatch.setattr(family, "_answer", lambda account, *, faces: {"somebody-else"})

    with pytest.raises(errors.NotAllowed) as refused:
        open_as(citizen)

    assert refused.value.facts == {"can_break_glass": False}


def test_a_purpose_belongs_to_the_roles_whose_work_it_is(clerk, doctor, open_as):
    assert open_as(clerk, purpose="records") == "records"
    with pytest.raises(errors.NotAllowed):
        open_as(doctor, purpose="records")


def test_broken_glass_opens_it_for_a_while_and_tells_the_person(doctor, patient, open_as):
    access.break_glass(doctor, f"Patient/{patient}", reason=REASON)

    assert open_as(doctor) == "emergency"
    assert looks(patient) == [(True, "emergency", "emergency"), (True, "emergency", REASON)]

    BrokenGlass.objects.update(until=timezone.now())
    with pytest.raises(errors.NotAllowed):
        open_as(doctor)


def test_broken_glass_is_the_breakers_alone(doctor, person, patient, open_as):
    other = access.actor_of(person("doctor.minh", ("doctor", "31001")))
    access.break_glass(doctor, f"Patient/{patient}", reason=REASON)

    with pytest.raises(errors.NotAllowed):
        open_as(other)


@pytest.mark.parametrize("reason", ["", "cấp cứu", "   a   b   c   d "])
def test_glass_does_not_break_without_a_real_reason(doctor, patient, reason):
    with pytest.raises(errors.Incorrect):
        access.break_glass(doctor, f"Patient/{patient}", reason=reason)


def test_a_citizen_breaks_no_glass(citizen, patient):
    with pytest.raises(errors.NotAllowed):
        access.break_glass(citizen, f"Patient/{patient}", reason=REASON)


def test_the_review_of_an_opening_is_final_and_not_ones_own(doctor, clerk, patient, open_as):
    opening = access.break_glass(doctor, f"Patient/{patient}", reason=REASON)
    verdict = {"verdict": "unjustified", "note": "Không có ca cấp cứu"}

    with pytest.raises(errors.NotAllowed):
        access.review_opening(opening.id, by=doctor, **verdict)
    reviewed = access.review_opening(opening.id, by=clerk, **verdict)
    with pytest.raises(errors.Conflict):
        access.review_opening(opening.id, by=clerk, **verdict)

    assert (reviewed.verdict, reviewed.reviewed_by) == ("unjustified", clerk.ref)
    assert opening.id in [o.id for o in access.openings(waiting=False)]
    with pytest.raises(errors.NotAllowed):
        open_as(doctor)


def test_consent_opens_the_record_until_it_is_withdrawn(doctor, citizen, patient, open_as):
    given = access.give_consent(citizen, f"Patient/{patient}", patient_rid=7, org="31001")
    assert open_as(doctor) == "relation"

    access.withdraw_consent(citizen, given.id)

    with pytest.raises(errors.NotAllowed):
        open_as(doctor)
    (shown,) = access.consents_of(f"Patient/{patient}")
    assert shown.withdrawn_at is not None


def test_many_relations_are_one_statement_and_repeat_safely(doctor, django_assert_num_queries):
    rows = [(rid, "31001", "encounter") for rid in range(100)] * 2

    with django_assert_num_queries(1):
        access.relate_many(rows)
    access.relate_many([access.Relation(5, "31001", "encounter", timezone.now())])

    assert CareRelation.objects.count() == 100
    assert CareRelation.objects.filter(until__isnull=False).count() == 1


def test_without_the_access_book_nothing_opens(doctor, open_as, monkeypatch):
    access.relate(7, "31001", basis="encounter")

    def closed(**_):
        raise errors.Unavailable("ledger.book_closed")

    monkeypatch.setattr(ledger, "looked", closed)

    with pytest.raises(errors.Unavailable):
        open_as(doctor)


def test_the_system_opens_for_its_own_work(db, open_as):
    assert open_as(actors.SYSTEM, purpose="records") == "system"
