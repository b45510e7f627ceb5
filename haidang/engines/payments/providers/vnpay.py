"""VNPAY 2.1.0: a GET with HMAC-SHA512 over its sorted, form-encoded parameters.

Source: the gateway's IPN description, version 2.1.0
"""

from urllib.parse import urlencode

from haidang.engines.payments.providers import told

# A forged notice is answered with a code, not with a status.
TELLS_REFUSAL = True

_UNSIGNED = {"vnp_SecureHash", "vnp_SecureHashType"}
_CODES = {
    "taken": ("00", "Confirm Success"),
    "unknown": ("01", "Order not found"),
    "repeated": ("02", "Order already confirmed"),
    "amount": ("04", "Invalid amount"),
    "signature": ("97", "Invalid signature"),
}


def signed_text(parameters):
    """The text that is signed: sorted, without the signature and without empty values."""
    kept = {k: v for k, v in parameters.items() if k not in _UNSIGNED and v != ""}
    return urlencode(sorted(kept.items()))


def read(raw, headers, query, secret):
    """The transaction of an IPN; none when the payment failed."""
    expected = told.digest("sha512", secret, signed_text(query).encode())
    told.check_signature(expected, query.get("vnp_SecureHash"))
    if query.get("vnp_ResponseCode") != "00" or query.get("vnp_TransactionStatus") != "00":
        return []
    hundredths = told.amount(query.get("vnp_Amount"))
    if hundredths % 100:
        raise told.unreadable()
    return [
        told.Told(
            event=f"vnpay:{query.get('vnp_TransactionNo', '')}",
            reference=query.get("vnp_TransactionNo", ""),
            amount_vnd=hundredths // 100,
            purpose=query.get("vnp_TxnRef", ""),
            happened_at=told.moment(query.get("vnp_PayDate"), "%Y%m%d%H%M%S"),
        )
    ]


def answer(state):
    """The gateway repeats its notice until it reads 00 or 02."""
    code, message = _CODES.get(state, ("99", "Unknown error"))
    return {"RspCode": code, "Message": message}
