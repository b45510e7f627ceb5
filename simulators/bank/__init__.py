"""A simulated bank: tells of a transfer as the provider SePay would, signed with its secret.

No money moves. It stands in for the provider in demo houses and tests.
"""

import hashlib
import hmac
import json
import time
from datetime import datetime
from zoneinfo import ZoneInfo


def notice_of(order, *, secret, amount_vnd=None, reference=None, purpose=None):
    """The notice of a transfer that pays an order: (raw body, headers).

    order         has `number` and `rest_vnd`
    amount_vnd    another amount than the rest
    purpose       what the payer wrote, when it is not the number
    """
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    reference = reference or f"MP{now:%y%m%d%H%M%S%f}"
    body = {
        "id": int(now.timestamp() * 1000),
        "gateway": "Ngân hàng mô phỏng",
        "transactionDate": f"{now:%Y-%m-%d %H:%M:%S}",
        "content": purpose or f"{order.number} chuyen khoan mo phong",
        "transferType": "in",
        "transferAmount": order.rest_vnd if amount_vnd is None else amount_vnd,
        "referenceCode": reference,
    }
    raw = json.dumps(body, ensure_ascii=False).encode()
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return raw, {"X-SePay-Timestamp": moment, "X-SePay-Signature": f"sha256={digest}"}
