"""Signing in: password, lock-out, one-time codes, recovery codes, temporary passwords."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session as Row
from django.test import Client
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.accounts.tests.conftest import PASSWORD, code_of, sign_in

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_asks_for_name_and_password(browser):
    answer = browser().get("/dang-nhap/")

    assert answer.status_code == 200
    assert "Tên đăng nhập" in answer.content.decode()


def test_the_right_password_opens_a_session(browser, nurse):
    client = browser()

    answer = sign_in(client, "Nurse.Lan ")

    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/tai-khoan/bao-mat/").status_code == 200
    event = ledger.events(names=("access.session.opened",), limit=10_000)[-1]
    assert (event.by_ref, event.facts) == (nurse.ref, {"method": "password"})


def test_the_session_gets_a_fresh_key(browser, nurse):
    client = browser()
    client.get("/dang-nhap/")
    before = client.session.session_key
    sign_in(client, "nurse.lan")

    assert client.session.session_key != before


@pytest.mark.parametrize("username", ["nurse.lan", "nobody.known"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(browser, nurse, username):
    answer = sign_in(browser(), username, "sai mật khẩu rồi")

    assert answer.status_code == 403
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in answer.content.decode()


def test_a_wrong_try_is_shown_to_the_owner(browser, nurse, signed_in):
    sign_in(browser(), "nurse.lan", "sai mật khẩu rồi")

    page = signed_in(nurse).get("/tai-khoan/bao-mat/").content.decode()

    assert "Lần đăng nhập không thành công gần đây" in page


def test_five_wrong_passwords_lock_the_name_for_that_address(browser, nurse):
    client = browser()
    answers = [sign_in(client, "nurse.lan", "sai mật khẩu rồi") for _ in range(5)]

    locked = sign_in(client, "nurse.lan")

    assert [answer.status_code for answer in answers[:4]] == [403] * 4
    assert locked.status_code == 429
    assert "tạm khoá 15 phút" in locked.content.decode()
    assert sign_in(browser(address="10.9.9.9"), "nurse.lan").status_code == 302


def test_a_right_password_before_the_fifth_try_forgives(browser, nurse):
    client = browser()
    for _ in range(2):
        for _ in range(4):
            sign_in(client, "nurse.lan", "sai mật khẩu rồi")
        assert sign_in(client, "nurse.lan").status_code == 302


def test_one_address_cannot_try_names_without_end(browser, nurse, monkeypatch):
    real = access.spend

    def strict(*what, limit, per):
        real(*what, limit=3, per=per)

    monkeypatch.setattr("haidang.engines.access.limits.spend", strict)
    client = browser(address="10.7.7.7")

    answers = [sign_in(client, f"name.{n}", "sai mật khẩu rồi") for n in range(4)]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
    assert "quá nhiều lần" in answers[-1].content.decode()


def test_a_closed_account_does_not_open(browser, nurse):
    access.set_active(actors.SYSTEM, nurse.pk, False)

    assert sign_in(browser(), "nurse.lan").status_code == 403


def test_a_form_without_a_token_is_refused(nurse):
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client, "nurse.lan").status_code == 403
    assert Row.objects.count() == 0


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/tai-khoan/bao-mat/", "/tai-khoan/bao-mat/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_signing_in_one_goes_on_within_the_house(browser, nurse, wanted, target):
    assert sign_in(browser(), "nurse.lan", next=wanted).url == target


def test_the_second_step_asks_for_the_code_of_the_app(browser, with_app):
    nurse, secret, _codes = with_app
    client = browser()

    assert sign_in(client, "nurse.lan", next="/tai-khoan/bao-mat/").url == "/dang-nhap/ma/"
    assert client.get("/tai-khoan/bao-mat/").status_code == 302
    answer = client.post("/dang-nhap/ma/", {"code": code_of(secret)})

    assert (answer.status_code, answer.url) == (302, "/tai-khoan/bao-mat/")
    assert client.get("/tai-khoan/bao-mat/").status_code == 200


def test_a_code_works_once(browser, with_app):
    _nurse, secret, _codes = with_app
    code = code_of(secret)
    for expected in (302, 403):
        client = browser()
        sign_in(client, "nurse.lan")
        assert client.post("/dang-nhap/ma/", {"code": code}).status_code == expected


def test_an_old_code_does_not_work(browser, with_app):
    _nurse, secret, _codes = with_app
    client = browser()
    sign_in(client, "nurse.lan")

    answer = client.post("/dang-nhap/ma/", {"code": code_of(secret, steps=-4)})

    assert answer.status_code == 403
    assert "Mã chưa đúng" in answer.content.decode()


def test_codes_cannot_be_guessed_without_end(browser, with_app):
    client = browser()
    sign_in(client, "nurse.lan")

    answers = [client.post("/dang-nhap/ma/", {"code": f"00000{n}"}) for n in range(11)]

    assert answers[-1].status_code == 429


def test_a_recovery_code_opens_once(browser, with_app):
    _nurse, _secret, codes = with_app
    for expected in (302, 403):
        client = browser()
        sign_in(client, "nurse.lan")
        assert client.post("/dang-nhap/ma/", {"code": codes[0]}).status_code == expected
    assert len(codes) == 10


def test_the_second_step_alone_leads_nowhere(browser):
    assert browser().get("/dang-nhap/ma/").url == "/dang-nhap/"


def test_secrets_of_the_app_are_encrypted_in_the_database(with_app):
    nurse, secret, _codes = with_app

    stored = Authenticator.objects.get(user=nurse, type="totp").data["secret"]

    assert secret not in stored


def test_a_temporary_password_must_be_changed_first(browser, person):
    person("nurse.moi", ("nurse", "31001"), temporary=True)
    client = browser()
    sign_in(client, "nurse.moi")

    assert client.get("/tai-khoan/bao-mat/").url == "/tai-khoan/mat-khau/"
    new = {"password": "biển đêm có đèn", "again": "biển đêm có đèn"}
    assert client.post("/tai-khoan/mat-khau/", new).url == "/tai-khoan/bao-mat/"
    assert client.get("/tai-khoan/bao-mat/").status_code == 200


def test_signing_out_closes_the_session(signed_in, nurse):
    client = signed_in(nurse)

    assert client.post("/dang-xuat/").url == "/dang-nhap/"
    assert client.get("/tai-khoan/bao-mat/").status_code == 302
    assert client.get("/dang-xuat/").status_code == 405


def test_pages_stay_out_of_caches(signed_in, nurse):
    answer = signed_in(nurse).get("/tai-khoan/bao-mat/")

    assert answer["Cache-Control"] == "private, no-store"


def test_no_page_carries_inline_script_or_style(signed_in, nurse):
    page = signed_in(nurse).get("/tai-khoan/bao-mat/").content.decode()

    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)


def test_a_password_needs_to_be_long_and_new(signed_in, nurse):
    client = signed_in(nurse)
    for password in ("ngắn", PASSWORD):
        answer = client.post("/tai-khoan/mat-khau/", {"password": password, "again": password})
        assert answer.status_code == 422


def test_the_actor_of_a_disabled_account_is_nobody(signed_in, nurse):
    client = signed_in(nurse)

    access.set_active(actors.SYSTEM, nurse.pk, False)

    assert client.get("/tai-khoan/bao-mat/").status_code == 302


def test_a_lockout_is_lifted_by_a_reset(browser, nurse, administrator):
    client = browser()
    for _ in range(5):
        sign_in(client, "nurse.lan", "sai mật khẩu rồi")

    password = access.reset_password(access.actor_of(administrator), nurse.pk)

    assert sign_in(client, "nurse.lan", password).status_code == 302


def test_the_engine_says_why(rf, nurse):
    request = rf.post("/dang-nhap/", REMOTE_ADDR="10.1.1.1")

    with pytest.raises(errors.NotAllowed) as refused:
        access.check_password(request, "nurse.lan", "sai mật khẩu rồi")

    assert refused.value.code == "access.wrong_password"
    assert refused.value.facts == {}


def test_a_role_may_be_made_to_have_a_second_factor(signed_in, keeper, settings):
    settings.HAIDANG_SECOND_FACTOR_FOR = frozenset({"it_officer"})
    client = signed_in(keeper)

    assert client.get("/quan-tri/tai-khoan/").url == "/tai-khoan/bao-mat/"
    client.get("/tai-khoan/ma-xac-thuc/")
    client.post("/tai-khoan/ma-xac-thuc/", {"code": code_of(client.session["accounts.totp"])})

    assert client.get("/quan-tri/tai-khoan/").status_code == 200


def test_other_roles_are_left_alone(signed_in, nurse, settings):
    settings.HAIDANG_SECOND_FACTOR_FOR = frozenset({"it_officer"})

    assert signed_in(nurse).get("/tai-khoan/don-vi/").status_code == 405
    assert signed_in(nurse).get("/quan-tri/tai-khoan/").status_code == 403


def test_a_session_left_alone_is_closed(signed_in, nurse):
    client = signed_in(nurse)
    session = client.session
    session["haidang.seen"] = (timezone.now() - timedelta(hours=3)).timestamp()
    session.save()

    assert client.get("/tai-khoan/bao-mat/").status_code == 302
    assert access.sessions_of(nurse) == []


def test_a_whole_hospital_signs_in_from_one_address(browser, nurse, monkeypatch):
    strict = {"limit": 2, "per": timedelta(minutes=15)}
    monkeypatch.setitem(signin_limits(), "sign-in-from", strict)

    answers = [sign_in(browser(), "nurse.lan").status_code for _ in range(4)]

    assert answers == [302] * 4


def signin_limits():
    return import_module("haidang.engines.access.signin")._WRONG_PASSWORDS
