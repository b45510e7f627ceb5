"""SePay: HMAC-SHA256 over the moment and the raw body.

Source: the provider's webhook description, 11/2026
"""

from haidang.engines.payments.providers import told

TELLS_REFUSAL = False


def read(raw, headers, query, secret):
    """The transaction in a webhook; none when money went out."""
    when = headers.get("X-SePay-Timestamp", "")
    expected = told.digest("sha256", secret, when.encode() + b"." + raw)
    told.check_signature(f"sha256={expected}", headers.get("X-SePay-Signature"))
    body = told.parsed(raw)
    if body.get("transferType") != "in":
        return []
    return [
        told.Told(
            event=f"sepay:{body.get('id', '')}",
            reference=str(body.get("referenceCode", "")),
            amount_vnd=told.amount(body.get("transferAmount")),
            purpose=str(body.get("content", "")),
            happened_at=told.moment(body.get("transactionDate"), "%Y-%m-%d %H:%M:%S"),
        )
    ]


def answer(state):
    return {"success": True}
