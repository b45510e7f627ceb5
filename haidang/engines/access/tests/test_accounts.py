"""Accounts, roles in an organisation's scope, and the Actor that comes of them."""

import pytest
from django.contrib.auth.hashers import identify_hasher

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

pytestmark = pytest.mark.django_db


def test_a_doctor_acts_for_the_hospital_with_its_permissions(person):
    account = person("doctor.lan", ("doctor", "31001"))

    actor = access.actor_of(account)

    assert (actor.kind, actor.org, actor.account) == (actors.STAFF, "31001", account.pk)
    assert actor.roles == {"doctor"}
    assert actor.permissions == {"clinic.treat"}
    assert actor.ref == account.ref
    assert actor.ref.startswith("Practitioner/")


def test_roles_of_another_organisation_do_not_come_along(person):
    account = person("doctor.lan", ("doctor", "31001"), ("inspector", "31002"))

    assert access.actor_of(account).roles == {"doctor"}
    assert access.actor_of(account, org="31002").roles == {"inspector"}
    assert access.actor_of(account, org="99999").org == "31001"


def test_roles_for_the_whole_city_come_along_everywhere(person):
    account = person("doctor.lan", ("doctor", "31001"), ("inspector", None))

    assert access.actor_of(account).roles == {"doctor", "inspector"}
    assert access.actor_of(account, org="").org is None
    assert access.actor_of(account, org="").roles == {"inspector"}


def test_a_citizen_is_the_own_patient(person):
    actor = access.actor_of(person("citizen.an", patient="an"))

    assert (actor.kind, actor.ref, actor.patient, actor.org) == (
        actors.CITIZEN,
        "Patient/an",
        "an",
        None,
    )
    assert actor.roles == {"citizen"}


def test_news_goes_to_active_holders_of_the_roles_in_the_unit_alone(person):
    here = [
        person("doctor.lan", ("doctor", "31001")),
        person("clerk.hoa", ("records_clerk", "31001")),
    ]
    person("doctor.mai", ("doctor", "31002"))
    access.end_role(person("doctor.an", ("doctor", "31001")), "doctor", "31001", by=actors.SYSTEM)
    person("doctor.vu", ("doctor", "31001"))
    access.Account.objects.filter(username="doctor.vu").update(is_active=False)

    found = access.refs_of_holders(["doctor", "records_clerk"], "31001")

    assert found == {account.ref for account in here}
    assert access.refs_of_holders(["inspector"], "31001") == set()


def test_a_role_taken_back_gives_nothing_any_more(person):
    account = person("doctor.lan", ("doctor", "31001"))

    access.end_role(account, "doctor", "31001", by=actors.SYSTEM)

    assert access.actor_of(account).permissions == frozenset()


def test_the_ledger_says_who_made_an_account_and_never_its_name(person, doctor, events_since):
    account = access.create_account("moi", password="một câu đủ dài", name="Mới", by=doctor)

    event = ledger.events(names=("access.account.created",), limit=1000)[-1]
    assert (event.by_ref, event.facts["account"]) == (doctor.ref, account.pk)
    assert "moi" not in str(event.facts)
    assert events_since() == ["access.account.created"]


def test_names_are_the_same_whatever_the_capitals(person):
    person("doctor.lan")

    with pytest.raises(errors.Conflict) as refused:
        person("Doctor.Lan ")

    assert refused.value.code == "access.username_taken"


@pytest.mark.parametrize("username", ["ab", "a b c", "x" * 81])
def test_a_name_that_cannot_be_typed_is_refused(person, username):
    with pytest.raises(errors.Incorrect):
        person(username)


@pytest.mark.parametrize("password", ["ngắn", "password123", "doctor.lan1"])
def test_a_weak_password_is_refused(db, password):
    with pytest.raises(errors.Incorrect) as refused:
        access.create_account("doctor.lan", password=password, name="Lan", by=actors.SYSTEM)

    assert refused.value.code == "access.weak_password"


def test_passwords_are_kept_as_argon2(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

    account = access.create_account("lan", password="câu đủ dài nhé", name="L", by=actors.SYSTEM)

    assert identify_hasher(account.password).algorithm == "argon2"


def test_a_role_outside_the_catalogue_is_refused(person):
    with pytest.raises(errors.Incorrect):
        person("doctor.lan", ("wizard", "31001"))


def test_giving_a_role_twice_changes_nothing(person, events_since):
    account = person("doctor.lan", ("doctor", "31001"))
    before = events_since()

    access.grant_role(account, "doctor", "31001", by=actors.SYSTEM)

    assert events_since() == before
