"""Deny by default: permissions, scopes, and the decorator that every view wears."""

import pytest
from django.http import HttpResponse

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.kernel import actor as actors
from haidang.kernel import errors


def test_a_permission_reaches_the_own_organisation_only(doctor):
    assert access.may(doctor, "clinic.treat")
    assert access.may(doctor, "clinic.treat", org="31001")
    assert not access.may(doctor, "clinic.treat", org="31002")
    assert not access.may(doctor, "clinic.inspect", org="31001")


def test_a_role_for_the_whole_city_reaches_every_organisation(person):
    inspector = access.actor_of(person("inspector.ha", ("inspector", None)))

    assert access.may(inspector, "clinic.inspect", org="31002")


def test_a_role_in_a_commune_reaches_its_station_and_no_hospital_that_stands_there(
    person, monkeypatch
):
    station = places.Facility("31077", "Trạm", "commune-station", "primary", "11413", True, "O/1")
    hospital = places.Facility("31078", "Viện", "general-hospital", "basic", "11413", True, "O/2")
    there = {"31077": station, "31078": hospital}
    monkeypatch.setattr(places, "find_facilities", lambda codes: there)
    head = access.actor_of(person("head.binh", ("doctor", "11413")))

    assert access.may(head, "clinic.treat", org="31077")
    assert not access.may(head, "clinic.treat", org="31078")
    assert not access.may(head, "clinic.treat", org="31001")


def test_a_citizen_holds_nothing_over_an_organisation(person, house):
    actor = actors.Actor(
        "Patient/an", "An", actors.CITIZEN, permissions=frozenset({"clinic.treat"}), patient="an"
    )

    assert access.may(actor, "clinic.treat")
    assert not access.may(actor, "clinic.treat", org="31001")


def test_nobody_may_only_what_is_public():
    assert access.may(None, "public")
    assert not access.may(None, "signed_in")
    assert not access.may(None, "clinic.treat")


def test_the_product_itself_may_do_everything():
    assert access.may(actors.SYSTEM, "clinic.treat", org="31001")


def test_require_names_the_permission(doctor):
    access.require(doctor, "clinic.treat")

    with pytest.raises(errors.NotAllowed) as refused:
        access.require(doctor, "clinic.inspect")

    assert refused.value.facts == {"permission": "clinic.inspect"}


@access.screen("clinic.treat")
def treat(request):
    return HttpResponse("treated")


@access.screen("clinic.treat", portal="gateway", methods=("GET", "POST"))
def machine(request):
    return HttpResponse("{}")


def test_who_holds_the_permission_sees_the_screen(request_of, doctor):
    response = treat(request_of(doctor))

    assert response.content == b"treated"
    assert response["Cache-Control"] == "private, no-store"


def test_who_does_not_is_refused_and_noted(request_of, clerk):
    with pytest.raises(errors.NotAllowed):
        treat(request_of(clerk))

    (look,) = ledger.looks_by(clerk.ref)
    assert (look.what, look.allowed, look.reason) == ("clinic.treat", False, "permission")


def test_nobody_is_led_to_the_sign_in_page_and_back(request_of, settings):
    settings.LOGIN_URL = "/dang-nhap/"

    response = treat(request_of(None, path="/kham/?trang=2"))

    assert response.status_code == 302
    assert response.url.endswith("?next=/kham/%3Ftrang%3D2")


def test_a_machine_without_a_token_gets_401(request_of):
    with pytest.raises(access.NotSignedIn) as refused:
        machine(request_of(None))

    assert refused.value.status == 401


def test_a_session_reads_but_does_not_write_at_the_gateway(request_of, doctor):
    assert machine(request_of(doctor)).status_code == 200

    with pytest.raises(errors.NotAllowed) as refused:
        machine(request_of(doctor, "post"))

    assert refused.value.code == "access.token_needed"


def test_a_system_with_the_scope_writes_at_the_gateway(request_of, house):
    system = actors.Actor(
        "Device/his", "HIS", actors.CLIENT, permissions=frozenset({"clinic.treat"})
    )

    assert machine(request_of(system, "post")).status_code == 200


def test_other_methods_are_not_answered(request_of, doctor):
    assert treat(request_of(doctor, "post")).status_code == 405
    assert treat(request_of(doctor, "head")).status_code == 200


def test_a_view_keeps_what_it_asks_for():
    assert (treat.permission, treat.portal, treat.methods) == ("clinic.treat", "staff", ("GET",))
    assert machine.csrf_exempt
    assert not treat.csrf_exempt


@pytest.mark.parametrize("permission", ["Clinic.treat", "clinic", "anyone", ""])
def test_a_screen_needs_a_permission_or_one_of_two_words(permission):
    with pytest.raises(ValueError, match="not a permission"):
        access.screen(permission)
