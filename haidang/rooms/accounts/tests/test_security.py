"""One's own security: codes, passkeys, sessions and their revocation."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.rooms.accounts.tests.authenticator import Authenticator
from haidang.rooms.accounts.tests.conftest import PASSWORD, PHONE, code_of, sign_in

pytestmark = pytest.mark.django_db
SECURITY = "/tai-khoan/bao-mat/"


def send(client, url, body=None):
    return client.post(
        url, json.dumps(body or {}), content_type="application/json", HTTP_HOST="localhost"
    )


def with_passkey(client):
    """Make a passkey on this browser and return it."""
    device = Authenticator()
    options = send(client, "/tai-khoan/khoa/tao/").json()
    answer = send(
        client, "/tai-khoan/khoa/luu/", {"name": "Điện thoại", "credential": device.create(options)}
    )
    assert answer.status_code == 200, answer.content
    return device, answer.json()


def test_the_app_is_added_with_its_first_code(signed_in, nurse):
    client = signed_in(nurse)
    page = client.get("/tai-khoan/ma-xac-thuc/").content.decode()
    secret = client.session["accounts.totp"]
    assert "data:image/svg+xml" in page

    wrong = client.post("/tai-khoan/ma-xac-thuc/", {"code": "000000"})
    right = client.post("/tai-khoan/ma-xac-thuc/", {"code": code_of(secret)})

    assert wrong.status_code == 422
    assert len(re.findall(r"<li>\d{8}</li>", right.content.decode())) == 10
    found = access.factors_of(nurse)
    assert (found.totp, found.recovery_left) == (True, 10)


def test_switching_the_app_off_takes_the_recovery_codes_along(signed_in, with_app, browser):
    nurse, secret, _codes = with_app
    client = browser()
    sign_in(client, nurse.username)
    client.post("/dang-nhap/ma/", {"code": code_of(secret)})

    client.post("/tai-khoan/ma-xac-thuc/tat/")

    assert access.factors_of(nurse).recovery_left == 0
    assert not access.has_second(nurse)


def test_a_change_of_security_asks_for_the_password_after_a_while(signed_in, nurse):
    client = signed_in(nurse)
    session = client.session
    session["haidang.proven"] = (timezone.now() - timedelta(hours=1)).timestamp()
    session.save()

    answer = client.get("/tai-khoan/ma-xac-thuc/")
    assert answer.url == "/tai-khoan/xac-nhan/?next=%2Ftai-khoan%2Fma-xac-thuc%2F"
    assert client.post(answer.url, {"password": "sai mật khẩu rồi"}).status_code == 403
    again = client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD, "next": "/tai-khoan/khoa/"})

    assert again.url == "/tai-khoan/khoa/"
    assert client.get("/tai-khoan/ma-xac-thuc/").status_code == 200


def test_a_passkey_signs_in_by_itself(signed_in, nurse, browser):
    device, made = with_passkey(signed_in(nurse))
    assert len(made["codes"]) == 10

    client = browser()
    options = send(client, "/dang-nhap/khoa/").json()
    answer = send(client, "/dang-nhap/khoa/tra-loi/", device.get(options))

    assert answer.json() == {"url": "/"}
    assert client.get(SECURITY).status_code == 200
    (passkey,) = access.factors_of(nurse).passkeys
    assert passkey.name == "Điện thoại"
    assert passkey.last_used_at is not None


def test_a_passkey_asks_for_a_second_step_after_the_password(signed_in, nurse, browser):
    with_passkey(signed_in(nurse))

    assert sign_in(browser(), "nurse.lan").url == "/dang-nhap/ma/"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer | {"response": answer["response"] | {"signature": "AAAA"}},
        lambda answer: answer | {"response": answer["response"] | {"userHandle": "enp6eg"}},
        lambda answer: answer | {"response": {}},
        lambda answer: {},
        lambda answer: {"response": "text"},
    ],
)
def test_a_spoilt_answer_opens_nothing(signed_in, nurse, browser, spoil):
    device, _made = with_passkey(signed_in(nurse))
    client = browser()
    options = send(client, "/dang-nhap/khoa/").json()

    answer = send(client, "/dang-nhap/khoa/tra-loi/", spoil(device.get(options)))

    assert answer.status_code == 403
    assert client.get(SECURITY).status_code == 302


def test_an_answer_is_good_for_one_challenge_and_one_place(signed_in, nurse, browser):
    device, _made = with_passkey(signed_in(nurse))
    client = browser()
    answered = device.get(send(client, "/dang-nhap/khoa/").json())
    assert send(client, "/dang-nhap/khoa/tra-loi/", answered).status_code == 200

    other = browser()
    options = send(other, "/dang-nhap/khoa/").json()
    assert send(other, "/dang-nhap/khoa/tra-loi/", answered).status_code == 403
    elsewhere = device.get(options, origin="https://elsewhere.example")
    assert send(other, "/dang-nhap/khoa/tra-loi/", elsewhere).status_code == 403


def test_a_passkey_is_removed_with_the_last_recovery_codes(signed_in, nurse):
    client = signed_in(nurse)
    with_passkey(client)
    (passkey,) = access.factors_of(nurse).passkeys

    client.post(f"/tai-khoan/khoa/{passkey.id}/xoa/")

    assert access.factors_of(nurse) == access.Factors(False, None, [], 0)


def test_nobody_removes_the_passkey_of_another(signed_in, nurse, person):
    with_passkey(signed_in(nurse))
    (passkey,) = access.factors_of(nurse).passkeys

    signed_in(person("nurse.hoa", ("nurse", "31001"))).post(f"/tai-khoan/khoa/{passkey.id}/xoa/")

    assert access.factors_of(nurse).passkeys == [passkey]


def test_sessions_are_listed_with_device_and_address(signed_in, nurse):
    signed_in(nurse, agent=PHONE, address="10.5.5.5")

    page = signed_in(nurse).get(SECURITY).content.decode()

    assert "Safari, iPhone" in page
    assert "10.5.5.5" in page
    assert "Chrome, Windows" in page
    assert "Thiết bị này" in page


def test_a_revoked_session_is_closed_at_once(signed_in, nurse):
    phone, desk = signed_in(nurse, agent=PHONE), signed_in(nurse)
    found = access.sessions_of(nurse, current_key=desk.session.session_key)
    other = next(session for session in found if not session.current)

    desk.post(f"/tai-khoan/phien/{other.id}/")

    assert phone.get(SECURITY).status_code == 302
    assert desk.get(SECURITY).status_code == 200


def test_all_other_sessions_are_closed_together(signed_in, nurse):
    others = [signed_in(nurse) for _ in range(3)]
    desk = signed_in(nurse)

    desk.post("/tai-khoan/phien/")

    assert [other.get(SECURITY).status_code for other in others] == [302] * 3
    assert desk.get(SECURITY).status_code == 200


def test_nobody_ends_the_session_of_another(signed_in, nurse, person):
    victim = signed_in(nurse)
    (session,) = access.sessions_of(nurse)

    answer = signed_in(person("nurse.hoa", ("nurse", "31001"))).post(
        f"/tai-khoan/phien/{session.id}/"
    )

    assert answer.status_code == 404
    assert victim.get(SECURITY).status_code == 200


def test_a_new_password_closes_every_other_session(signed_in, nurse):
    other, desk = signed_in(nurse), signed_in(nurse)

    desk.post("/tai-khoan/mat-khau/", {"password": "biển đêm có đèn", "again": "biển đêm có đèn"})

    assert other.get(SECURITY).status_code == 302
    assert desk.get(SECURITY).status_code == 200
    assert [s.current for s in access.sessions_of(nurse, current_key=desk.session.session_key)] == [
        True
    ]


def test_one_acts_for_another_of_ones_organisations(signed_in, person):
    account = person("doctor.an", ("doctor", "31001"), ("inspector", "31002"))
    client = signed_in(account)

    client.post("/tai-khoan/don-vi/", {"org": "31002"})
    assert client.session[access.ORG_KEY] == "31002"
    client.post("/tai-khoan/don-vi/", {"org": "31999"})

    assert client.session[access.ORG_KEY] == "31002"


def test_a_pending_second_step_does_not_last(signed_in, with_app, browser, monkeypatch):
    monkeypatch.setattr("haidang.engines.access.signin._PENDING_FOR", timedelta(seconds=-1))
    client = browser()
    sign_in(client, "nurse.lan")

    assert client.get("/dang-nhap/ma/").url == "/dang-nhap/"


def test_a_citizen_sees_the_same_page_in_their_own_shell(signed_in, person):
    page = signed_in(person("citizen.an", patient="an")).get(SECURITY)

    assert "ui/citizen.html" in [template.name for template in page.templates]


@pytest.mark.parametrize("url", ["/dang-nhap/khoa/tra-loi/", "/tai-khoan/khoa/luu/"])
@pytest.mark.parametrize("body", ["", "[]", "{", '"text"', "{}"])
def test_what_is_not_an_answer_is_said_so(signed_in, nurse, url, body):
    client = signed_in(nurse)

    sent = client.post(url, body, content_type="application/json")
    form = client.post(url, {"name": "x"})

    assert sent.status_code in {400, 403}
    assert form.status_code == 400
