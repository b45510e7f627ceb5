"""Casso: HMAC-SHA512 over the moment and the body as compact JSON with sorted keys.

Source: the provider's webhook description (version 2), 11/2026
"""

import json
import re

from haidang.engines.payments.providers import told

TELLS_REFUSAL = False

_HEADER = re.compile(r"t=(\d+),v1=([0-9a-fA-F]+)\Z")


def read(raw, headers, query, secret):
    """The transaction in a webhook; none when money went out."""
    body = told.parsed(raw)
    found = _HEADER.match(headers.get("X-Casso-Signature", ""))
    when, given = found.groups() if found else ("", "")
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    told.check_signature(told.digest("sha512", secret, f"{when}.{canonical}".encode()), given)
    data = body.get("data")
    if body.get("error") != 0 or not isinstance(data, dict):
        return []
    if isinstance(data.get("amount"), int) and data["amount"] < 0:
        return []
    return [
        told.Told(
            event=f"casso:{data.get('id', '')}",
            reference=str(data.get("reference", "")),
            amount_vnd=told.amount(data.get("amount")),
            purpose=str(data.get("description", "")),
            happened_at=told.moment(data.get("transactionDateTime"), "%Y-%m-%d %H:%M:%S"),
        )
    ]


def answer(state):
    return {"success": True}
