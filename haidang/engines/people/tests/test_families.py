"""Households and guardians; who may open a child's record until when."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.people.models import Person
from haidang.engines.people.tests import factories
from haidang.kernel import actor, errors

BY = actor.SYSTEM
MOTHER, FATHER, CHILD, OLD_CHILD = 1, 2, 3, 4


def born(years_ago, days=0):
    today = timezone.localdate()
    return (
        date(today.year - years_ago, today.month, min(today.day, 28)) + timedelta(days)
    ).isoformat()


@pytest.fixture
def family(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    factories.indexed(
        people.Candidate("Trần Thị Mẹ", "1990-01-01", "female"),
        people.Candidate("Nguyễn Văn Cha", "1988-01-01", "male"),
        people.Candidate("Nguyễn Văn Con", born(5), "male"),
        people.Candidate("Nguyễn Thị Lớn", born(18), "female"),
    )
    people.save_household(
        "HO-1",
        by=BY,
        members=[(MOTHER, "head"), (FATHER, "spouse"), (CHILD, "child")],
        commune="11311",
    )
    return access.create_account(
        "me.tran", password="mot-mat-khau-du-dai", name="Trần Thị Mẹ", patient="p1", by=BY
    )


def test_a_household_knows_its_members(family):
    home = people.household_of(CHILD)

    assert home.code == "HO-1"
    assert [(m.name, m.relation) for m in home.members] == [
        ("Trần Thị Mẹ", "head"), ("Nguyễn Văn Cha", "spouse"), ("Nguyễn Văn Con", "child"),
    ]  # fmt: skip


def test_moving_ends_the_earlier_residence(family):
    people.save_household("HO-2", by=BY, members=[(FATHER, "head")])

    assert people.household_of(FATHER).code == "HO-2"
    assert [m.rid for m in people.household("HO-1").members] == [MOTHER, CHILD]


def test_saving_again_changes_nothing(family):
    members = [(MOTHER, "head"), (FATHER, "spouse"), (CHILD, "child")]
    people.save_household("HO-1", by=BY, members=members)

    assert [m.rid for m in people.household("HO-1").members] == [MOTHER, FATHER, CHILD]


def test_living_together_opens_no_record(family):
    assert people.family_of(family.pk) == {"p1"}


def test_a_guardian_may_open_the_childs_record(family):
    people.set_guardian(CHILD, MOTHER, relation="mother", by=BY)

    assert people.family_of(family.pk) == {"p1", "p3"}
    assert access.family_of(family.pk) == {"p1", "p3"}
    assert [g.name for g in people.guardians(CHILD)] == ["Trần Thị Mẹ"]


def test_guardianship_of_a_child_ends_with_eighteen(family):
    people.set_guardian(CHILD, MOTHER, relation="mother", by=BY)

    (guard,) = people.guardians(CHILD)
    assert guard.until.year == timezone.localdate().year + 13


def test_a_guardianship_that_is_over_opens_nothing(family):
    yesterday = timezone.localdate() - timedelta(1)
    people.set_guardian(CHILD, MOTHER, relation="mother", by=BY, until=yesterday)

    assert people.family_of(family.pk) == {"p1"}


def test_it_can_be_ended(family):
    people.set_guardian(CHILD, MOTHER, relation="mother", by=BY)
    people.end_guardian(CHILD, MOTHER, by=BY)

    assert people.guardians(CHILD) == []


def test_a_merged_persons_home_and_guardians_are_the_kept_persons(family):
    people.set_guardian(CHILD, MOTHER, relation="mother", by=BY)
    Person.objects.filter(pk=CHILD).update(merged_into=OLD_CHILD)

    assert people.household_of(OLD_CHILD).code == "HO-1"
    assert [m.name for m in people.household("HO-1").members][-1] == "Nguyễn Thị Lớn"
    assert [g.relation for g in people.guardians(OLD_CHILD)] == ["mother"]
    assert people.family_of(family.pk) == {"p1", "p4"}


def test_nobody_guards_themselves(family):
    with pytest.raises(errors.Incorrect):
        people.set_guardian(MOTHER, MOTHER, relation="guardian", by=BY)
    with pytest.raises(errors.NotFound):
        people.set_guardian(MOTHER, 999, relation="guardian", by=BY)
