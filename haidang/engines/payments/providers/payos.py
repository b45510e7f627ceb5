"""payOS: HMAC-SHA256 over the sorted `key=value` pairs of `data`.

Source: the provider's webhook description, 11/2026
"""

import json

from haidang.engines.payments.providers import told

TELLS_REFUSAL = False


def read(raw, headers, query, secret):
    """The transactions in a webhook; none when it tells of a failure or tests the address."""
    body = told.parsed(raw)
    data = body.get("data")
    if not isinstance(data, dict):
        raise told.unreadable()
    told.check_signature(
        told.digest("sha256", secret, _signed(data).encode()), body.get("signature")
    )
    if body.get("code") != "00" or not body.get("success"):
        return []
    return [
        told.Told(
            event=f"payos:{data.get('paymentLinkId', '')}:{data.get('reference', '')}",
            reference=str(data.get("reference", "")),
            amount_vnd=told.amount(data.get("amount")),
            purpose=str(data.get("description", "")),
            happened_at=told.moment(data.get("transactionDateTime"), "%Y-%m-%d %H:%M:%S"),
        )
    ]


def _signed(data):
    return "&".join(f"{key}={_plain(value)}" for key, value in sorted(data.items()))


def _plain(value):
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return str(value)


def answer(state):
    return {"success": True}
