"""Deny by default: every address names its permission, and each role gets exactly what it may."""

import re

import pytest
from django.conf import settings
from django.test import Client

from haidang.engines.access import api as access
from haidang.kernel import actor
from haidang.kernel import room as rooms
from tests.house.addresses import all_addresses

PASSWORD = "một mật khẩu chỉ để thử 31"
BACKEND = "haidang.engines.access.backends.PasswordBackend"
ADDRESSES = all_addresses()
BY_ROUTE = pytest.mark.parametrize("address", ADDRESSES, ids=[a.route or "/" for a in ADDRESSES])


@BY_ROUTE
def test_every_address_names_a_known_permission(address):
    permission = getattr(address.view, "permission", None)

    assert permission in {"public", "signed_in"} or permission in access.catalogue(), (
        f"{address.route} must wear access.screen with a permission of some room.py"
    )


def test_no_two_addresses_are_the_same():
    routes = [address.route for address in ADDRESSES]

    assert sorted(routes) == sorted(set(routes))


@BY_ROUTE
@pytest.mark.django_db
def test_a_stranger_sees_only_what_is_public(address):
    answer = _ask(Client(raise_request_exception=False), address)

    if address.view.permission == "public":
        assert answer.status_code < 500
    elif address.view.portal == "gateway":
        assert answer.status_code == 401
    else:
        assert answer.status_code in {302, 405}, answer.content[:300]


@pytest.mark.parametrize(
    "address", [one for one in ADDRESSES if "<str:" in one.route], ids=lambda one: one.route
)
@pytest.mark.django_db
def test_the_character_nul_leads_nowhere(address):
    client = Client(raise_request_exception=False, headers={"Accept": "application/json"})
    path = re.sub("<str:.+?>", "%00", address.route)
    method = "GET" if "GET" in address.view.methods else "POST"

    answer = client.generic(method, "/" + re.sub("<.+?>", "1", path))

    assert 400 <= answer.status_code < 500
    if not path.startswith("fhir/"):
        assert (answer.status_code, answer.json()["code"]) == (404, "address.unknown")


@pytest.mark.parametrize("role", sorted(set(rooms.ROLES) - {"client"}))
@pytest.mark.django_db
def test_a_role_gets_what_it_holds_and_nothing_else(role):
    client, account = Client(raise_request_exception=False), _account(role)
    held = access.of_roles(frozenset({role}))
    wrong = []

    for address in ADDRESSES:
        permission = address.view.permission
        allowed = permission in {"public", "signed_in"} or permission in held
        if not _is_signed_in(client):  # the address before may have signed out
            client.force_login(account, backend=BACKEND)
        status = _ask(client, address).status_code
        if _contradicts(status, allowed, address):
            wrong.append((address.route, permission, allowed, status))

    assert wrong == []


def _contradicts(status, allowed, address):
    """Allowed with an id that leads nowhere may be 404 or 400, never a crash; else it is 403."""
    if status in {500, 502}:
        return True
    if not allowed:
        return status not in {403, 405}
    return status == 403 and "GET" in address.view.methods and "<" not in address.route


def _is_signed_in(client):
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie.value != ""


def _ask(client, address):
    if "GET" in address.view.methods:
        return client.get(address.path)
    return client.post(address.path)


def _account(role):
    patient = "00000000-0000-4000-8000-00000000c171" if role == "citizen" else None
    return access.create_account(
        f"guard-{role}",
        password=PASSWORD,
        name="Tài khoản thử",
        roles=[] if patient else [(role, "31001")],
        patient=patient,
        by=actor.SYSTEM,
    )
