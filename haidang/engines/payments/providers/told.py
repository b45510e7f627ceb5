"""What a provider tells us of one transaction, and the checks that all providers share."""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.kernel import dates, errors

_AMOUNT, _LONGEST_NAME = re.compile(r"[0-9]{1,18}"), 100


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

    def __post_init__(self):
        """Pass what can be kept.

        Raises    Incorrect `payments.notice_unreadable`
        """
        names = (self.event, self.reference)
        if any(len(one) > _LONGEST_NAME for one in names) or "\0" in "".join(
            (*names, self.purpose)
        ):
            raise unreadable()


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
        # Half a character can be neither signed nor kept.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as why:
        raise unreadable() from why
    if not isinstance(found, dict):
        raise unreadable()
    return found


def amount(value):
    """A whole positive amount.

    Raises    Incorrect `payments.notice_unreadable`
    """
    text = "" if isinstance(value, bool) else str(value)
    if not _AMOUNT.fullmatch(text) or int(text) == 0:
        raise unreadable()
    return int(text)


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
