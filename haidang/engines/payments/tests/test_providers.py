"""What providers send, with the signatures of the published examples."""

import json

import pytest

from haidang.engines.payments.providers import casso, momo, payos, sepay, told, vnpay
from haidang.kernel import errors

PAYOS = {
    "code": "00",
    "desc": "success",
    "success": True,
    "data": {
        "accountNumber": "1234567890",
        "amount": 185000,
        "code": "00",
        "counterAccountBankId": None,
        "counterAccountBankName": None,
        "counterAccountName": None,
        "counterAccountNumber": None,
        "currency": "VND",
        "desc": "success",
        "description": "HPVP26112300042",
        "orderCode": 26112342,
        "paymentLinkId": "0123456789abcdef0123456789abcdef",
        "reference": "FT26327000001",
        "transactionDateTime": "2026-11-23 09:15:00",
        "virtualAccountName": None,
        "virtualAccountNumber": "",
    },
    "signature": "93715a1404e59e8a398b38cd906c8547fbc4c2d6f5e6ff9f9c8d3b5dc037c6e7",
}
MOMO = {
    "partnerCode": "DEMO",
    "orderId": "HPVP26112300042",
    "requestId": "req-0001",
    "amount": 185000,
    "orderInfo": "Vien phi HPVP26112300042",
    "orderType": "momo_wallet",
    "transId": 4000000001,
    "resultCode": 0,
    "message": "Thành công.",
    "payType": "qr",
    "responseTime": 1795400100000,
    "extraData": "",
    "signature": "d8e1a91c63ebb36bdf04e20993c34659cc0b13f6d61f06248052046d819bb791",
}
VNPAY_URL = {
    "vnp_Amount": "18500000",
    "vnp_Command": "pay",
    "vnp_CreateDate": "20261123091000",
    "vnp_CurrCode": "VND",
    "vnp_ExpireDate": "20261123092500",
    "vnp_IpAddr": "203.0.113.9",
    "vnp_Locale": "vn",
    "vnp_OrderInfo": "Vien phi HPVP26112300042",
    "vnp_OrderType": "other",
    "vnp_ReturnUrl": "https://example.vn/pay/return",
    "vnp_TmnCode": "DEMOHP01",
    "vnp_TxnRef": "26112300042",
    "vnp_Version": "2.1.0",
}


def _bytes(body):
    return json.dumps(body, ensure_ascii=False).encode()


def _sepay(body, secret):
    raw = _bytes(body)
    signature = told.digest("sha256", secret, b"1795399500." + raw)
    return raw, {"X-SePay-Timestamp": "1795399500", "X-SePay-Signature": f"sha256={signature}"}


def _casso(body, secret):
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    signature = told.digest("sha512", secret, f"1795399500000.{text}".encode())
    return _bytes(body), {"X-Casso-Signature": f"t=1795399500000,v1={signature}"}


def test_payos_is_read_with_its_published_signature():
    (one,) = payos.read(_bytes(PAYOS), {}, {}, "demo-checksum-key")

    assert (one.amount_vnd, one.purpose, one.reference) == (
        185_000,
        "HPVP26112300042",
        "FT26327000001",
    )
    assert one.happened_at.isoformat() == "2026-11-23T09:15:00+07:00"


def test_momo_is_read_with_its_published_signature():
    (one,) = momo.read(_bytes(MOMO), {}, {}, "demoAccess:demo-secret")

    assert (one.amount_vnd, one.purpose) == (185_000, "HPVP26112300042")


def test_vnpay_signs_as_published():
    text = vnpay.signed_text(VNPAY_URL | {"vnp_SecureHash": "x", "vnp_BankCode": ""})

    assert told.digest("sha512", "demo-secret", text.encode()) == (
        "f12822d41f733048106041ab7b0554834b52603c443160f8fde863f749acac3f"
        "6ec842bdc834aee504406ad327eca8afb6dbd90284a41bfbb3c5bd0e129c97f0"
    )


def test_vnpay_counts_in_hundredths_of_a_dong():
    query = {
        "vnp_Amount": "18500000",
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TransactionNo": "15000001",
        "vnp_TxnRef": "HPVP26112300042",
        "vnp_PayDate": "20261123091502",
    }
    query["vnp_SecureHash"] = told.digest("sha512", "key", vnpay.signed_text(query).encode())

    (one,) = vnpay.read(b"", {}, query, "key")

    assert one.amount_vnd == 185_000


def test_sepay_and_casso_are_read():
    came = {
        "id": 92704,
        "transactionDate": "2026-11-23 09:15:00",
        "content": "HPVP26112300042 chuyen tien",
        "transferType": "in",
        "transferAmount": 185000,
        "referenceCode": "MBVCB.1",
    }
    data = {
        "id": 7,
        "reference": "FT1",
        "description": "HPVP26112300042",
        "amount": 185000,
        "transactionDateTime": "2026-11-23 09:15:00",
        "bankName": "Ngân hàng",
    }
    raw, headers = _sepay(came, "key")
    also_raw, also_headers = _casso({"error": 0, "data": data}, "key")

    (from_sepay,) = sepay.read(raw, headers, {}, "key")
    (from_casso,) = casso.read(also_raw, also_headers, {}, "key")

    assert from_sepay.amount_vnd == from_casso.amount_vnd == 185_000


def test_money_that_went_out_is_passed_over():
    raw, headers = _sepay({"id": 1, "transferType": "out", "transferAmount": 5}, "key")
    also_raw, also_headers = _casso({"error": 0, "data": {"amount": -5}}, "key")

    assert sepay.read(raw, headers, {}, "key") == []
    assert casso.read(also_raw, also_headers, {}, "key") == []


@pytest.mark.parametrize(
    ("provider", "raw", "headers"),
    [
        (payos, _bytes(PAYOS | {"data": PAYOS["data"] | {"amount": 1}}), {}),
        (payos, _bytes(PAYOS | {"signature": None}), {}),
        (momo, _bytes(MOMO | {"amount": 1}), {}),
        (sepay, b"{}", {}),
        (sepay, b"{}", {"X-SePay-Signature": "sha256=ộ"}),
        (casso, b"{}", {"X-Casso-Signature": "t=1,v1=00"}),
        (vnpay, b"", {}),
    ],
)
def test_a_forged_notice_is_refused(provider, raw, headers):
    with pytest.raises(errors.NotAllowed) as refused:
        provider.read(raw, headers, {}, "demo-checksum-key")

    assert refused.value.code == "payments.signature_wrong"


@pytest.mark.parametrize("raw", [b"", b"[]", b"\xff", b'{"data": 3}'])
def test_what_is_no_notice_is_told_so(raw):
    with pytest.raises(errors.Incorrect) as refused:
        payos.read(raw, {}, {}, "key")

    assert refused.value.code == "payments.notice_unreadable"


@pytest.mark.parametrize(
    "raw", [b"[" * 60_000, b'{"data": {"a": "\\ud800"}}', b'{"signature": "\\ud800"}']
)
@pytest.mark.parametrize("provider", [casso, momo, payos])
def test_what_can_be_neither_read_nor_signed_is_told_so(provider, raw):
    with pytest.raises(errors.Incorrect) as refused:
        provider.read(raw, {}, {}, "key")

    assert refused.value.code == "payments.notice_unreadable"


@pytest.mark.parametrize(
    "value", ["²", "١٢", "1" * 19, 10**30, 0, -1, True, None, 1.5, "1 000", ""]
)
def test_an_amount_is_so_many_whole_dong(value):
    with pytest.raises(errors.Incorrect):
        told.amount(value)


@pytest.mark.parametrize(
    "changed",
    [
        {"content": "a\0"}, {"referenceCode": "\0"}, {"referenceCode": "F" * 101}, {"id": "1" * 100},
        {"transferAmount": "²"}, {"transactionDate": "2026-02-30 09:15:00"},
    ],
)  # fmt: skip
def test_a_signed_notice_that_cannot_be_kept_is_told_so(changed):
    body = {
        "id": 1, "transactionDate": "2026-11-23 09:15:00", "content": "x", "transferType": "in",
        "transferAmount": 185_000, "referenceCode": "FT1",
    }  # fmt: skip
    assert sepay.read(*_sepay(body, "key"), {}, "key")

    with pytest.raises(errors.Incorrect) as refused:
        sepay.read(*_sepay(body | changed, "key"), {}, "key")

    assert refused.value.code == "payments.notice_unreadable"


def test_a_moment_beyond_all_years_is_told_so():
    body = MOMO | {"responseTime": 10**17}
    content = momo.signed_text(body | {"accessKey": "a"})
    raw = _bytes(body | {"signature": told.digest("sha256", "key", content.encode())})

    with pytest.raises(errors.Incorrect):
        momo.read(raw, {}, {}, "a:key")
