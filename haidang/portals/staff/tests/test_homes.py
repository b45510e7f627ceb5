"""Everybody is led home, and finds there what they may do."""

import pytest
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger

STAFF, OFFICE, CITIZEN = "/lam-viec/", "/van-phong/", "/cong-dan/"


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("roles", "home"),
    [(("doctor",), STAFF), (("director",), OFFICE), (("director", "doctor"), STAFF), ((), CITIZEN)],
    ids=str,
)
def test_the_front_door_leads_home(account, visitor, roles, home):
    patient = None if roles else "00000000-0000-4000-8000-00000000c171"

    answer = visitor(account(*roles, patient=patient)).get("/")

    assert answer.headers["Location"] == home


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", [STAFF, OFFICE])
def test_a_citizen_is_led_away_from_the_desks(account, visitor, page):
    citizen = visitor(account(patient="00000000-0000-4000-8000-00000000c171"))

    assert citizen.get(page).headers["Location"] == CITIZEN


def test_staff_find_a_person_first(account, visitor):
    page = text(visitor(account("nurse")).get(STAFF))

    assert f'action="{reverse("health_record:find_person")}"' in page
    assert "Chưa xem hồ sơ nào" in page


def test_people_seen_lately_stand_on_the_home_page_once(account, visitor, person):
    doctor = account("doctor")
    by = access.actor_of(doctor)
    for _time in range(3):
        ledger.looked(by=by, about=person.ref, what="health_record.see_person")

    page = text(visitor(doctor).get(STAFF))

    assert page.count(f'<strong class="block">{person.name}</strong>') == 1
    assert reverse("health_record:see_person", args=[person.id]) in page


def test_a_refused_look_is_not_one_of_them(account, visitor, person):
    doctor = account("doctor")
    ledger.looked(by=access.actor_of(doctor), about=person.ref, what="x", allowed=False)

    assert person.name not in text(visitor(doctor).get(STAFF))


def test_figures_are_for_who_may_see_the_intake(account, visitor, person):
    allowed = text(visitor(account("records_clerk")).get(STAFF))
    refused = text(visitor(account("nurse")).get(STAFF))

    assert "Tệp nhận hôm nay" in allowed
    assert "Tệp nhận hôm nay" not in refused


def test_figures_of_a_facility_leave_out_the_others(account, visitor, person):
    own = text(visitor(account("records_clerk")).get(STAFF))
    other = text(visitor(account("station_head", org="99999")).get(STAFF))

    assert '<span class="figure-value">1</span>' in own
    assert '<span class="figure-value">0</span>' in other


def test_the_office_shows_the_doors_that_one_may_open(account, visitor):
    director = text(visitor(account("director", org=None)).get(OFFICE))
    clerk = text(visitor(account("administrator", org=None)).get(OFFICE))

    assert reverse("accounts:see_accounts") not in director
    assert reverse("accounts:see_accounts") in clerk


def test_the_home_page_costs_few_queries(account, visitor, person, django_assert_max_num_queries):
    client = visitor(account("records_clerk"))
    client.get(STAFF)

    with django_assert_max_num_queries(20):
        client.get(STAFF)
