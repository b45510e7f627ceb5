"""One allowed and one refused case for each permission, on the same set-up."""

import pytest
from django.urls import reverse

from haidang.engines.ledger import api as ledger
from haidang.rooms.health_record.tests.universe import ELSEWHERE, signed_in

CASES = [
    ("find_person", "cashier", "officer"),
    ("see_person", "pharmacist", "cashier"),
    ("see_sources", "records_clerk", "epidemiologist"),
    ("see_looks", "privacy_officer", "nurse"),
]


def address(name, person):
    return reverse(f"health_record:{name}", args=[] if name == "find_person" else [person.id])


@pytest.mark.parametrize(("name", "allowed", "refused"), CASES)
def test_a_permission_opens_its_screen_and_nothing_else_does(person, name, allowed, refused):
    assert signed_in(refused).get(address(name, person)).status_code == 403
    assert signed_in(allowed).get(address(name, person)).status_code == 200


def test_only_those_who_treat_may_break_the_glass(person):
    told = {"reason": "Người bệnh hôn mê, cần biết dị ứng thuốc"}
    target = reverse("health_record:break_glass", args=[person.id])

    assert signed_in("pharmacist", org=ELSEWHERE).post(target, told).status_code == 403
    assert signed_in("nurse", org=ELSEWHERE).post(target, told).status_code == 302


def test_somebody_elses_record_is_closed_to_a_citizen(person):
    stranger = signed_in(patient="somebody-else")
    target = reverse("health_record:see_family_record", args=[person.id])

    assert stranger.get(target).status_code == 403
    assert signed_in(patient=person.id).get(target).status_code == 200
    refused = [look for look in ledger.looks_at(person.ref) if not look.allowed]
    assert [look.about for look in refused] == [person.ref]


def test_an_id_that_nobody_has_is_not_found(person):
    target = reverse("health_record:see_person", args=["nobody"])

    assert signed_in("doctor").get(target).status_code == 404
