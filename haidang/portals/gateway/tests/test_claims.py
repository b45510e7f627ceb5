"""POST /gateway/claims: who may, what is answered, and what is never read to the end."""

import base64
import json
from urllib.parse import quote_plus

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.exchange import api as exchange
from haidang.kernel import actor
from tests import messages, zips

pytestmark = pytest.mark.django_db
SCOPE = "intake.send_claims"


def client_of(org=messages.FACILITY, scopes=(SCOPE,)):
    """A client that sends with the token of a registered system."""
    _, token = access.create_client(f"HIS {org}", list(scopes), org, actor.SYSTEM)
    return Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)


def post(client, content, query="", kind="application/xml"):
    return client.post(f"/gateway/claims{query}", content, content_type=kind)


def test_a_facility_gets_a_receipt_and_can_ask_what_became_of_it():
    client = client_of()

    answer = post(client, messages.claim("A"), "?filename=a.xml")

    told = answer.json()
    assert (answer.status_code, told["state"], told["duplicate"]) == (202, "received", False)
    assert client.get(told["status"]).json()["receipt"] == told["receipt"]
    assert exchange.raw(told["receipt"]) == ("a.xml", messages.claim("A"))


def test_a_sender_who_waits_gets_the_verdict():
    answer = post(client_of(), messages.claim("A"), "?wait=20")

    told = answer.json()
    assert (answer.status_code, told["state"]) == (200, "accepted")
    assert told["dossiers"][0]["ma_lk"] == "A"
    assert told["dossiers"][0]["encounter"].startswith("Encounter/")


def test_a_rejected_dossier_is_answered_with_every_problem():
    answer = post(client_of(), messages.claim("A", MA_BENH_CHINH=""), "?wait=20")

    (dossier,) = answer.json()["dossiers"]
    assert (answer.status_code, dossier["state"]) == (422, "rejected")
    assert all(p["code"] and p["vi"] and p["en"] and p["action_vi"] for p in dossier["problems"])


def test_sending_the_same_bytes_again_is_the_same_message():
    client = client_of()
    first = post(client, messages.claim("A")).json()

    second = post(client, messages.claim("A")).json()

    assert second == first | {"duplicate": True}


def test_a_zip_with_a_trick_is_refused_with_the_reason():
    answer = post(client_of(), zips.zipped(("../a.xml", b"<a/>")), kind="application/zip")

    assert answer.status_code == 422
    assert [p["code"] for p in answer.json()["problems"]] == ["exchange.package_path"]


def test_a_zip_is_answered_with_a_receipt_for_each_file():
    client = client_of()
    package = zips.zipped(("a.xml", messages.claim("A")), ("b.xml", messages.claim("B")))

    told = client.get(post(client, package).json()["status"]).json()

    assert (told["state"], told["total"], told["counts"]) == ("unpacked", 2, {"received": 2})
    assert {each["filename"] for each in told["files"]} == {"a.xml", "b.xml"}


def test_a_form_with_a_file_is_taken_too():
    client = client_of()
    boundary = "----haidang"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n'
        "Content-Type: application/xml\r\n\r\n"
    ).encode() + messages.claim("A") + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip

    answer = post(client, body, kind=f"multipart/form-data; boundary={boundary}")

    assert exchange.raw(answer.json()["receipt"]) == ("a.xml", messages.claim("A"))


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("encode", [quote_plus, str], ids=["encoded", "with bare plus signs"])
def test_the_form_of_the_insurance_gateway_is_taken_as_it_is(encode):
    content = messages.claim("A", LY_DO_VV="Đau đầu >>> ???")
    text = base64.b64encode(content).decode()

    answer = post(client_of(), f"username=x&loaiHoSo=130&fileHSBase64={encode(text)}", kind=FORM)

    assert answer.status_code == 202
    assert exchange.raw(answer.json()["receipt"])[1] == content


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("username=x", 400, "gateway.file_missing"),
        ("fileHSBase64=%%%", 400, "gateway.base64_unreadable"),
        ("fileHSBase64=" + "A" * 9_000_000, 413, "gateway.form_too_large"),
    ],
)
def test_a_form_that_holds_no_file_is_told_what_to_do(body, status, code):
    assert_problem(post(client_of(), body, kind=FORM), status, code)
    assert exchange.messages() == []


def test_a_body_over_the_limit_is_let_go(settings):
    settings.HAIDANG_CLAIMS_FILE_MB = 1

    answer = post(client_of(), b"<" + b"x" * 3 * 1024 * 1024)

    assert_problem(answer, 413, "exchange.too_large")
    assert exchange.messages() == []


def test_an_empty_body_is_told_what_to_do():
    answer = post(client_of(), b"")

    assert_problem(answer, 400, "exchange.empty")
    assert "gửi lại" in answer.json()["title"]


def test_an_odd_wait_is_refused_before_anything_is_kept():
    answer = post(client_of(), messages.claim("A"), "?wait=lâu")

    assert_problem(answer, 400, "gateway.wait_unreadable")
    assert exchange.messages() == []


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "access.token_missing"),
        ({"authorization": "Bearer hd_nobody_secret"}, "access.token_unknown"),
    ],
)
def test_who_has_no_token_is_refused(headers, code):
    answer = post(Client(headers=headers, raise_request_exception=False), messages.claim("A"))

    assert_problem(answer, 401, code)
    assert exchange.messages() == []


def test_a_token_without_the_scope_is_refused():
    answer = post(client_of(scopes=["intake.check_claims"]), messages.claim("A"))

    assert_problem(answer, 403, "access.not_permitted")
    assert exchange.messages() == []


def test_a_facility_cannot_send_for_another():
    answer = post(client_of(org="31T02"), messages.claim("A"), "?wait=20")

    told = answer.json()
    assert (answer.status_code, told["state"]) == (422, "refused")
    assert [p["code"] for p in told["problems"]] == ["exchange.not_your_facility"]


def test_a_receipt_of_somebody_else_is_not_found():
    told = post(client_of(), messages.claim("A")).json()

    assert_problem(client_of(org="31T02").get(told["status"]), 404, "exchange.message_unknown")


def test_who_asks_too_often_is_told_to_wait(settings):
    settings.HAIDANG_GATEWAY_CLAIMS_PER_MINUTE = 2
    client = client_of()

    answers = [post(client, messages.claim(visit)) for visit in "ABCD"]

    # A minute may begin between two of them, so the third or the fourth is refused.
    assert answers[0].status_code == 202
    assert_problem(next(a for a in answers if a.status_code != 202), 429, "access.too_many")


def assert_problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert (told["status"], told["code"]) == (status, code)
    assert told["title"]
