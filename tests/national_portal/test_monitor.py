"""The monitor: what it says, who sees it, who lets messages go again; and what the doctor says."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor
from haidang.rooms.national_portal import models, selectors, services
from haidang.rooms.procedures.tests import lives
from tests.national_portal.conftest import filing, papers, take_all, tell_all

pytestmark = pytest.mark.usefixtures("office")
PASSWORD = "ngọn hải đăng cũ"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(client, role):
    access.create_account(
        f"ai.{role}", password=PASSWORD, name=role, roles=[(role, "")], by=actor.SYSTEM
    )
    client.force_login(access.Account.objects.get(username=f"ai.{role}"))
    return client


@pytest.fixture
def trouble(portal, clock):
    """One message refused with one behind it, one filing parked, and a day that differs."""
    row = lives.received()
    tell_all(clock)
    services.compare(lives.AT.date(), at=clock.now)
    models.Outgoing.objects.filter(turn=3).update(state="refused", error="Sai thứ tự cập nhật")
    portal.portal.file_dossier(filing(ThanhPhanHoSo=papers(portal), MaTTHC="9.999999"))
    take_all(clock)
    return row


def test_the_monitor_says_what_waits_and_why(trouble, client):
    answer = signed_in(client, "it_officer").get("/cong-quoc-gia/")

    text = answer.content.decode()
    assert answer.status_code == 200
    for words in (trouble.code, "Sai thứ tự cập nhật", "mã quốc gia", "Chạy lại"):
        assert words in text


def test_a_leader_sees_it_and_lets_nothing_go(trouble, client):
    page = signed_in(client, "director").get("/cong-quoc-gia/")
    answer = client.post("/cong-quoc-gia/gui/chay-lai/")

    assert (page.status_code, answer.status_code) == (200, 403)
    assert "Chạy lại</button>" not in page.content.decode()
    assert models.Outgoing.objects.filter(state="refused").count() == 1


def test_an_officer_does_not_see_it(trouble, client):
    assert signed_in(client, "officer").get("/cong-quoc-gia/").status_code == 403


def test_the_it_officer_lets_all_of_one_way_go_again(trouble, client):
    answer = signed_in(client, "it_officer").post("/cong-quoc-gia/nhan/chay-lai/", follow=True)

    assert "Đã cho chạy lại 1 tin." in answer.content.decode()
    assert models.Incoming.objects.get().state == "waiting"
    assert [e.name for e in ledger.events(names=("national_portal.message.replayed",))] == [
        "national_portal.message.replayed"
    ]


@pytest.mark.parametrize(
    ("day", "words"), [("2026-11-23", "Đã đối soát ngày 23/11/2026"), ("hôm qua", "Chọn ngày")]
)
def test_a_day_is_compared_from_the_page(portal, client, day, words):
    told = {"on": day}
    answer = signed_in(client, "it_officer").post("/cong-quoc-gia/doi-soat/", told, follow=True)

    assert words in answer.content.decode()


def test_an_unknown_queue_is_not_found(client):
    assert signed_in(client, "it_officer").post("/cong-quoc-gia/khac/chay-lai/").status_code == 404


@pytest.mark.parametrize(
    ("address", "secret", "expected"),
    [
        ("", "", ("off", "off: HAIDANG_NATIONAL_PORTAL is not set")),
        ("http://127.0.0.1:1", "", ("bad", "an address without a secret")),
        ("http://127.0.0.1:1", "x", ("ok", "0 messages wait to be sent")),
    ],
)
def test_the_doctor_says_how_it_stands(settings, address, secret, expected):
    settings.HAIDANG_NATIONAL_PORTAL = address
    settings.HAIDANG_NATIONAL_PORTAL_SECRET = secret

    assert selectors.health()[:2] == expected


def test_the_doctor_warns_of_what_waits_for_a_person(trouble):
    assert selectors.health()[:2] == ("warn", "2 messages wait for a person")
