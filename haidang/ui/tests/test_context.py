"""The frame: who sees which menu line, and where somebody belongs."""

import dataclasses

import pytest
from django.test import RequestFactory
from django.urls import resolve

from haidang.kernel import actor as actors
from haidang.kernel.room import MenuItem, Room
from haidang.ui import context

ROOM = Room(
    name="sample",
    title="Mẫu",
    wing="care",
    menu=[
        MenuItem("Tìm người", "ui:gallery", "sample.find", icon="search", order=1),
        MenuItem("Của sở", "ui:language", "sample.find", org="31Z99"),
        MenuItem("Chưa có trang", "sample:not_built", "sample.find", icon="x", order=2),
        MenuItem("Của tôi", "ui:language", "signed_in", portal="citizen", icon="user"),
    ],
)


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(context, "rooms", lambda: (ROOM,))
    context.menu_items.cache_clear()
    yield
    context.menu_items.cache_clear()


def somebody(*permissions, kind="staff", roles=("doctor",)):
    return actors.Actor(
        ref="Practitioner/a", name="Nguyễn Thị Hoa", kind=kind, roles=frozenset(roles),
        permissions=frozenset(permissions), account=1,
    )  # fmt: skip


def frame(actor, path="/"):
    request = RequestFactory().get(path)
    request.actor = actor
    return context.Shell(request)


@pytest.mark.usefixtures("rooms")
def test_a_menu_line_is_for_who_holds_its_permission():
    allowed = [place.label for place in frame(somebody("sample.find")).staff]
    refused = [place.label for place in frame(somebody()).staff]

    assert "Tìm người" in allowed
    assert "Tìm người" not in refused


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(
    ("org", "shown"), [("31Z99", True), (None, True), ("31", True), ("31Z90", False)]
)
def test_a_page_of_one_organisation_is_for_those_who_act_for_it(db, org, shown):
    reader = dataclasses.replace(somebody("sample.find"), org=org)

    labels = [place.label for place in frame(reader).staff]

    assert ("Của sở" in labels, "Tìm người" in labels) == (shown, True)


@pytest.mark.usefixtures("rooms")
def test_a_page_that_is_not_built_has_no_line():
    assert "Chưa có trang" not in [place.label for place in frame(somebody("sample.find")).staff]


@pytest.mark.usefixtures("rooms")
def test_the_line_of_this_page_is_marked():
    places = frame(somebody("sample.find"), "/gallery/staff/").staff

    assert [place.label for place in places if place.active] == ["Tìm người"]


@pytest.mark.usefixtures("rooms")
def test_a_page_elsewhere_marks_the_line_of_its_room():
    request = RequestFactory().get("/giao-dien/")
    request.actor = somebody("sample.find")
    request.resolver_match = resolve("/giao-dien/")

    places = context.Shell(request).staff

    assert [place.label for place in places if place.active] == ["Tìm người"]


@pytest.mark.usefixtures("rooms")
def test_a_page_of_nobody_in_particular_keeps_the_rail_of_its_reader():
    director = somebody("sample.find", roles=("director",))

    own_rail = [place.url for place in frame(director, "/giao-dien/").staff]
    staff_rail = [place.label for place in frame(director, "/gallery/staff/").staff]

    assert own_rail == [place.url for place in frame(director, "/").office]
    assert "Tìm người" in staff_rail


@pytest.mark.usefixtures("rooms")
def test_the_search_box_leads_where_the_menu_says():
    assert frame(somebody("sample.find")).search_url == "/gallery/"
    assert frame(somebody()).search_url == ""


def test_nobody_signed_in_sees_no_menu():
    shell = frame(None)

    assert shell.actor is None
    assert [place for place in shell.staff if place.icon != "house"] == []


@pytest.mark.parametrize(
    ("kind", "roles", "portal"),
    [
        ("citizen", (), "citizen"),
        ("staff", ("doctor",), "staff"),
        ("staff", ("director",), "office"),
        ("staff", ("director", "doctor"), "staff"),
        ("staff", (), "staff"),
    ],
)
def test_everybody_has_a_portal(kind, roles, portal):
    assert context.portal_of(somebody(kind=kind, roles=roles)) == portal


def test_initials_are_those_of_the_given_name():
    assert context.initials("Nguyễn Thị Thuỳ Dương") == "TD"
    assert context.initials("Hoa") == "H"
    assert context.initials("") == ""
