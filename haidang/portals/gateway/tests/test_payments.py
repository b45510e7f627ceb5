"""The door for banks' notices: what a provider reads for each thing that can be wrong."""

import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from haidang.engines.payments import api as payments
from haidang.kernel import actor

CASHIER = actor.Actor(ref="Practitioner/thu-ngan", name="Thu ngân", kind="staff", org="31Z01")
SECRET = "khoa-thu-nghiem"
STRANGE = [
    b"", b"[]", b"null", b"\xff", b"[" * 60_000, b'{"data": 1e400}', b'{"data": {"a": "\\ud800"}}', b'{"signature": "\\ud800"}',
    b'{"data": {"a": "\\u0000"}, "signature": {}}', b'{"data": []}', b'{"amount": ' + b"9" * 5000 + b"}",
]  # fmt: skip


@pytest.fixture
def secrets(db, settings, tmp_path):
    settings.HAIDANG_PAYMENTS_SECRETS = str(tmp_path)
    for provider in ("sepay", "vnpay"):
        (tmp_path / provider).write_text(SECRET)
        payments.save_receiver(
            provider,
            org="31Z01",
            provider=provider,
            bank="970436",
            account="1234567890",
            name="SO Y TE HAI PHONG",
            prefix=provider.upper(),
            by=CASHIER,
        )


def _signed(method, content):
    return hmac.new(SECRET.encode(), content, method).hexdigest()


def _order(receiver):
    return payments.open_order(
        receiver, amount_vnd=185_000, what="Lệ phí", about=f"Case/{receiver}", by=CASHIER
    )


def _sepay(client, raw, signature=None):
    signature = signature or _signed(hashlib.sha256, b"1." + raw)
    headers = {"X-SePay-Timestamp": "1", "X-SePay-Signature": f"sha256={signature}"}
    return client.post(
        "/gateway/payments/sepay", raw, content_type="application/json", headers=headers
    )


def _body(order):
    return json.dumps(
        {
            "id": 1,
            "transactionDate": "2026-11-23 09:15:00",
            "content": order.number,
            "transferType": "in",
            "transferAmount": 185_000,
            "referenceCode": "FT1",
        }
    ).encode()


def test_a_notice_is_taken_and_its_repeat_is_answered_the_same(client, secrets):
    order = _order("sepay")

    answers = [_sepay(client, _body(order)) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert [each.json() for each in answers] == [{"success": True}] * 2
    assert payments.order(order.number).state == "paid"


@pytest.mark.parametrize(
    ("raw", "signature", "status"),
    [(b"{}", "00", 403), (b"khong phai json", None, 400), (b"x" * 70_000, None, 413)],
)
def test_a_wrong_notice_is_refused_and_leaves_nothing(client, secrets, raw, signature, status):
    answer = _sepay(client, raw, signature)

    assert answer.status_code == status
    assert set(payments.balances("sepay").values()) == {0}


@pytest.mark.parametrize("provider", ["casso", "momo", "payos", "sepay", "vnpay"])
def test_no_body_of_a_stranger_is_a_failure_of_ours(client, secrets, settings, provider):
    (Path(settings.HAIDANG_PAYMENTS_SECRETS) / "other").write_text(f"a:{SECRET}")
    payments.save_receiver(
        "other", org="31Z01", provider=provider, bank="970436", account="1", name="SO Y TE",
        prefix="OTHER", by=CASHIER,
    )  # fmt: skip
    client.raise_request_exception = False

    for body in STRANGE:
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
            answer = client.post("/gateway/payments/other?a=%00&a=%ff", body, content_type=kind)

            assert answer.status_code in ((200,) if provider == "vnpay" else (400, 403)), body[:40]


def test_nobody_receives_at_an_unknown_address(client, secrets):
    assert client.post("/gateway/payments/khong-co").status_code == 404


@pytest.mark.parametrize(
    ("reference", "forged", "code"), [(None, False, "00"), ("SAI", False, "01"), (None, True, "97")]
)
def test_vnpay_reads_its_own_codes(client, secrets, reference, forged, code):
    query = {
        "vnp_Amount": "18500000",
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TransactionNo": "15000001",
        "vnp_TxnRef": reference or _order("vnpay").number,
        "vnp_PayDate": "20261123091502",
    }
    signature = _signed(hashlib.sha512, urlencode(sorted(query.items())).encode())
    query["vnp_SecureHash"] = "00" if forged else signature

    answer = client.get("/gateway/payments/vnpay", query)

    assert answer.json()["RspCode"] == code
