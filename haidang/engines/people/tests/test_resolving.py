"""From descriptions to people, on the real record store."""

import itertools
import threading
import time

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.people import index
from haidang.engines.people.models import Person, Review
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from tests.threads import at_once

BY = actor.SYSTEM
ID = (systems.CITIZEN_ID, "031070000001")
OTHER_ID = (systems.CITIZEN_ID, "031070000002")
CARD = (systems.INSURANCE_CARD, "GD4313199000001")
MRN = (systems.mrn("31001"), "BN0001")
SECOND_MRN = (systems.mrn("31002"), "77")


def an(*identifiers, **changes):
    known = {"name": "Nguyễn Văn An", "birth_date": "1970-05-14", "sex": "male"}
    return people.Candidate(
        **{**known, "identifiers": identifiers, "said_at": "2026-01-01", **changes}
    )


def resolve(*candidates):
    return people.resolve_many(candidates, by=BY, org="31001")


def patient(ref):
    with access.reach(BY, people="all"):
        return records.get(ref).resource


@pytest.fixture
def books(db):
    """A database whose reach is closed again: resolving opens what it needs by itself."""


def test_a_stranger_becomes_a_person(books):
    (found,) = resolve(an(ID))

    assert found.created
    assert found.review is None
    assert patient(found.patient_ref)["birthDate"] == "1970-05-14"
    assert people.person(found.patient_ref).rid == found.patient_rid


def test_the_same_number_finds_the_same_person(books):
    (first,) = resolve(an(ID))
    (again,) = resolve(an(ID, CARD, name="NGUYEN VAN AN"))

    assert again.patient_ref == first.patient_ref
    assert not again.created
    assert (again.why.rule, again.score) == ("citizen", 100)


def test_a_number_learnt_on_one_visit_finds_on_the_next(books):
    (first,) = resolve(an(ID))
    resolve(an(ID, MRN))
    (by_file,) = resolve(an(MRN))

    assert by_file.patient_ref == first.patient_ref


def test_nothing_new_writes_nothing(books):
    (found,) = resolve(an(ID))
    resolve(an(ID))

    with access.reach(BY, people="all"):
        assert records.get(found.patient_ref).version == 1


def test_newer_demographics_are_taken_over_and_older_ones_are_not(books):
    (found,) = resolve(an(ID, phone="0912345678", said_at="2026-01-01"))
    resolve(an(ID, phone="0987654321", said_at="2025-01-01"))
    assert patient(found.patient_ref)["telecom"][0]["value"] == "0912345678"

    resolve(an(ID, phone="0987654321", said_at="2026-02-01"))
    assert patient(found.patient_ref)["telecom"][0]["value"] == "0987654321"


def test_what_a_newer_source_confirmed_is_not_lost_to_a_late_older_one(books):
    (found,) = resolve(an(ID, phone="0912345678", said_at="2020-01-01"))
    resolve(an(ID, phone="0912345678", said_at="2026-01-01"))
    resolve(an(ID, phone="0987654321", said_at="2023-01-01"))

    assert patient(found.patient_ref)["telecom"][0]["value"] == "0912345678"


def test_likeness_makes_a_new_person_and_asks(books):
    (first,) = resolve(an(MRN))
    (second,) = resolve(an(SECOND_MRN))

    assert second.created
    assert second.patient_ref != first.patient_ref
    (pair,) = people.duplicates()
    assert (pair.id, pair.rule) == (second.review, "likeness")
    assert {pair.left.id, pair.right.id} == {
        first.patient_ref.split("/")[1],
        second.patient_ref.split("/")[1],
    }


def test_a_pair_is_asked_of_the_facility_whose_message_raised_it(books):
    people.resolve_many([an(MRN)], by=BY)
    people.resolve_many([an(SECOND_MRN)], by=BY)

    assert people.count_open("31002") == 1
    assert people.count_open("31001") == 0


def test_a_linked_person_is_not_asked_about_again(books):
    resolve(an(MRN))
    resolve(an(SECOND_MRN))
    resolve(an(SECOND_MRN), an(MRN))

    assert people.count_open() == 1


@pytest.mark.parametrize(
    "changes", [{"birth_date": "1980-05-14"}, {"sex": "female"}, {"name": "Trần Văn Bình"}]
)
def test_a_contradicted_number_never_links(books, changes):
    (first,) = resolve(an(ID))
    (other,) = resolve(an(ID, **changes))

    assert other.created
    assert other.patient_ref != first.patient_ref
    assert people.duplicate(other.review).rule == "citizen.contradicted"


def test_a_contradicting_person_is_found_again_instead_of_made_again(books):
    resolve(an(ID))
    (child,) = resolve(an(ID, MRN, birth_date="2025-12-01", name="Con bà An"))
    (again,) = resolve(an(ID, MRN, birth_date="2025-12-01", name="Con bà An"))

    assert again.patient_ref == child.patient_ref
    assert Person.objects.count() == 2


def test_one_description_that_fits_two_people_joins_the_better_and_asks_about_both(books):
    (by_number,) = resolve(an(ID))
    (by_file,) = resolve(an(MRN, birth_date="1970"))
    (bridge,) = resolve(an(ID, MRN))

    assert bridge.patient_ref == by_number.patient_ref
    low, high = sorted((by_number.patient_rid, by_file.patient_rid))
    assert Review.objects.filter(low=low, high=high, state="open").exists()


def test_one_set_may_name_one_person_often(books):
    found = resolve(an(ID), an(ID, MRN), an(MRN), an(OTHER_ID, name="Lê Thị Hoa", sex="female"))

    assert [f.patient_rid for f in found[:3]] == [found[0].patient_rid] * 3
    assert found[3].patient_rid != found[0].patient_rid
    assert sorted(f.created for f in found) == [False, False, True, True]


def test_people_told_apart_are_not_asked_about_again(books):
    resolve(an(MRN))
    (second,) = resolve(an(SECOND_MRN))
    people.mark_different(second.review, by=BY, reason="anh em sinh đôi")
    resolve(an((systems.mrn("31003"), "9")))

    assert people.count_open() == 2
    assert people.duplicate(second.review).state == "different"


def test_neither_name_nor_number_is_refused_and_leaves_no_trace(books):
    with pytest.raises(errors.Incorrect, match="họ tên"):
        resolve(an(ID), people.Candidate("  "))

    assert Person.objects.count() == 0


def test_the_ledger_tells_of_it(books):
    (first,) = resolve(an(MRN))
    resolve(an(SECOND_MRN))

    names = [event.name for event in ledger.events(names=("people.*",))]
    assert names.count("people.person.created") == 2
    assert names.count("people.review.opened") == 1
    assert ledger.events_about(first.patient_ref)[0].record == f"{first.patient_ref}/_history/1"


def test_a_set_costs_the_same_round_trips_whatever_its_size(books, django_assert_max_num_queries):
    resolve(*(an((systems.CITIZEN_ID, f"0310700001{n:02d}")) for n in range(20)))
    many = [
        an((systems.CITIZEN_ID, f"0310700001{n:02d}"), phone="0912345678", said_at="2027-01-01")
        for n in range(40)
    ]

    with django_assert_max_num_queries(24):
        resolve(*many)


people_like = st.builds(
    an,
    st.sampled_from([ID, OTHER_ID, CARD, MRN]),
    name=st.sampled_from(["Nguyễn Văn An", "Nguyễn An", "Lê Thị Hoa"]),
    birth_date=st.sampled_from(["1970-05-14", "1970", "1985-01-02"]),
    sex=st.sampled_from(["male", "female", None]),
)
in_a_transaction = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@in_a_transaction
@given(st.lists(people_like, min_size=1, max_size=3))
def test_one_set_gives_one_partition_whatever_its_order(books, candidates):
    partitions = set()

    for order in itertools.permutations(range(len(candidates))):
        with transaction.atomic():
            found = resolve(*(candidates[i] for i in order))
            placed = dict(zip(order, (f.patient_rid for f in found), strict=True))
            people_of = {
                rid: frozenset(i for i in placed if placed[i] == rid) for rid in placed.values()
            }
            partitions.add(frozenset(people_of.values()))
            transaction.set_rollback(True)

    assert len(partitions) == 1


@in_a_transaction
@given(st.lists(people_like, min_size=2, max_size=5))
def test_people_of_different_sex_or_birth_year_are_never_one(books, candidates):
    with transaction.atomic():
        found = [resolve(candidate)[0].patient_rid for candidate in candidates]
        transaction.set_rollback(True)

    for (one, left), (two, right) in itertools.combinations(zip(candidates, found, strict=True), 2):
        if left == right:
            assert one.birth_date[:4] == two.birth_date[:4]
            assert one.sex is None or two.sex is None or one.sex == two.sex


def test_threads_that_describe_one_person_at_once_find_one_person(own_database):
    candidates = [an(ID, (systems.mrn("31001"), f"BN{n}")) for n in range(8)]

    found = at_once(lambda c: people.resolve(c, by=BY), candidates)

    assert len({f.patient_ref for f in found}) == 1
    assert sum(f.created for f in found) == 1
    assert Person.objects.count() == 1
    resource = patient(found[0].patient_ref)
    assert len(resource["identifier"]) == 9


def test_threads_with_crossing_sets_neither_deadlock_nor_double(own_database):
    crowd = [
        an((systems.CITIZEN_ID, f"0310700001{n:02d}"), name=f"Nguyễn Văn {n}") for n in range(10)
    ]
    orders = [crowd, crowd[::-1], crowd[5:] + crowd[:5], crowd[::2] + crowd[1::2]]

    at_once(lambda order: people.resolve_many(order, by=BY), orders)

    assert Person.objects.count() == 10


def test_threads_with_people_alike_ask_about_them(own_database):
    at_once(
        lambda c: people.resolve(c, by=BY), [an((systems.mrn(f"3100{n}"), "1")) for n in range(4)]
    )

    assert Person.objects.count() == 4
    assert people.count_open() == 6


def claimed_beside(others, *groups):
    """What of `groups` may be claimed while another transaction has claimed `others`."""
    with transaction.atomic():
        assert people.claim([others]) == [True]
        (found,) = at_once(_claimed, [groups])
    return found


@transaction.atomic
def _claimed(groups):
    return people.claim(groups)


def test_a_group_with_somebody_who_is_being_written_is_passed_over(own_database):
    other = an(OTHER_ID, name="Trần Văn Bình")

    found = claimed_beside([an(ID)], [other, an(ID)], [other], [])

    assert found == [False, True, True]


def test_people_alike_are_not_claimed_twice(own_database):
    assert claimed_beside([an(ID)], [an(SECOND_MRN)], [an(OTHER_ID, sex="female")], []) == [
        False,
        False,
        True,
    ]


def test_when_everybody_is_being_written_the_first_is_waited_for(own_database):
    moments = []

    @transaction.atomic
    def claim(groups):
        found = people.claim(groups)
        moments.append("claimed")
        return found

    def release(held):
        with transaction.atomic():
            people.claim(held)
            gate.set()
            time.sleep(0.2)
            moments.append("released")

    gate = threading.Event()
    holder = threading.Thread(target=at_once, args=(release, [[[an(ID)]]]))
    holder.start()
    gate.wait()
    (found,) = at_once(claim, [[[an(ID)], [an(ID, CARD)]]])
    holder.join()

    assert found == [True, False]
    assert moments == ["released", "claimed"]


def test_the_index_holds_no_readable_number(books):
    resolve(an(ID, CARD))

    rows = index.query("SELECT value::text, tail FROM people_number")
    assert not [row for row in rows if ID[1] in str(row) or CARD[1] in str(row)]
