"""What a provider tells us of one transaction, and the checks that all providers share."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.kernel import dates, errors


@dataclass(frozen=True)
class Told:
    """One incoming transaction.

    event         the provider's number of this message; the same again is a repeat
    reference     the bank's number of the transaction
    amount_vnd    whole đồng, above zero
    purpose       what the payer's bank carried as text
    happened_at   aware
    """

    event: str
    reference: str
    amount_vnd: int
    purpose: str
    happened_at: datetime


def check_signature(expected, given):
    """Pass when a signature is right, compared in constant time.

    Raises    NotAllowed `payments.signature_wrong`
    """
    if not hmac.compare_digest(expected.lower().encode(), str(given or "").lower().encode()):
        raise errors.NotAllowed(
            "payments.signature_wrong", _("Chữ ký của báo có không đúng; báo có bị từ chối.")
        )


def digest(method, secret, content):
    return hmac.new(secret.encode(), content, method).hexdigest()


def parsed(raw):
    """The JSON object of a body.

    Raises    Incorrect `payments.notice_unreadable`
    """
    try:
        found = json.loads(raw)
    except ValueError as why:
        raise unreadable() from why
    if not isinstance(found, dict):
        raise unreadable()
    return found


def amount(value):
    """A whole positive amount.

    Raises    Incorrect `payments.notice_unreadable`
    """
    if isinstance(value, bool) or not str(value).isdigit() or int(value) == 0:
        raise unreadable()
    return int(value)


def moment(text, pattern):
    """A local moment in a provider's way of writing it.

    Raises    Incorrect `payments.notice_unreadable`
    """
    try:
        return datetime.strptime(str(text), pattern).replace(tzinfo=dates.HANOI)
    except ValueError as why:
        raise unreadable() from why


def unreadable():
    return errors.Incorrect(
        "payments.notice_unreadable", _("Báo có thiếu trường hoặc sai dạng; báo có chưa được ghi.")
    )
