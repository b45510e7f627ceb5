"""MoMo v2: HMAC-SHA256 over a fixed order of fields, the access key among them.

The access key is not in the message; the secret file holds `ACCESS_KEY:SECRET`.
Source: the gateway's IPN description, version 2
"""

from datetime import UTC, datetime

from haidang.engines.payments.providers import told

TELLS_REFUSAL = False

_ORDER = (
    "accessKey",
    "amount",
    "extraData",
    "message",
    "orderId",
    "orderInfo",
    "orderType",
    "partnerCode",
    "payType",
    "requestId",
    "responseTime",
    "resultCode",
    "transId",
)


def read(raw, headers, query, secret):
    """The transaction of an IPN; none when the payment failed."""
    body = told.parsed(raw)
    access_key, _, key = secret.partition(":")
    content = signed_text(body | {"accessKey": access_key})
    told.check_signature(told.digest("sha256", key, content.encode()), body.get("signature"))
    if body.get("resultCode") != 0:
        return []
    return [
        told.Told(
            event=f"momo:{body.get('transId', '')}",
            reference=str(body.get("transId", "")),
            amount_vnd=told.amount(body.get("amount")),
            purpose=str(body.get("orderId", "")),
            happened_at=_moment(body.get("responseTime")),
        )
    ]


def signed_text(values):
    return "&".join(f"{name}={values.get(name, '')}" for name in _ORDER)


def _moment(milliseconds):
    try:
        return datetime.fromtimestamp(told.amount(milliseconds) / 1000, tz=UTC)
    except (ValueError, OverflowError) as why:
        raise told.unreadable() from why


def answer(state):
    """Nothing but the status 204."""
    return
