"""What somebody owes: open it, show how to pay it, cancel it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.payments import book, models, numbers, receivers, vietqr
from haidang.kernel import dates, errors


@dataclass(frozen=True)
class Order:
    """An amount that is owed (khoản phải thu).

    number    what the payer writes as the purpose of the transfer
    about     what it is for, `Type/id` in the words of whoever opened it
    state     open, paid or cancelled; an open one may be paid in part
    """

    number: str
    receiver: str
    amount_vnd: int
    paid_vnd: int
    what: str
    about: str
    state: str
    opened_at: datetime

    @property
    def rest_vnd(self):
        return max(self.amount_vnd - self.paid_vnd, 0)


@transaction.atomic
def open_order(receiver_code, *, amount_vnd, what, about, by):
    """Open an order, or return the one that is already there for the same `about`.

    Raises    NotFound `payments.receiver_unknown`; Conflict `payments.receiver_closed`,
              `payments.order_differs`; Incorrect `payments.amount_out_of_range`
    Records   event `payments.order.opened` (facts: amount_vnd)
    """
    receiver = receivers.row_of(receiver_code)
    models.Receiver.objects.select_for_update(no_key=True).get(pk=receiver.pk)
    standing = models.Order.objects.filter(about=about).exclude(state="cancelled").first()
    if standing is not None:
        return _same(standing, receiver, amount_vnd)
    if not receiver.active:
        raise errors.Conflict("payments.receiver_closed", _("Tài khoản này không còn nhận tiền."))
    vietqr.text_of(vietqr.Transfer(receiver.bank, receiver.account, amount_vnd))
    row = models.Order.objects.create(
        number=_number(receiver),
        receiver=receiver,
        amount_vnd=amount_vnd,
        what=what,
        about=about,
    )
    book.post("order", receiver.pk, order=row, receivable=amount_vnd, income=-amount_vnd)
    facts = {"amount_vnd": amount_vnd}
    ledger.record(
        "payments.order.opened", by=by, record=f"Order/{row.number}", org=receiver.org, facts=facts
    )
    return describe(row)


def _same(row, receiver, amount_vnd):
    if (row.receiver_id, row.amount_vnd) != (receiver.pk, amount_vnd):
        raise errors.Conflict(
            "payments.order_differs",
            _("Việc này đã có một khoản phải thu khác; huỷ khoản đó trước khi lập khoản mới."),
        )
    return describe(row)


def _number(receiver):
    """Prefix, day and a number of the day: capital letters and digits, which banks keep."""
    day = timezone.now().astimezone(dates.HANOI).strftime("%y%m%d")
    return f"{receiver.prefix}{day}{numbers.take(f'order/{receiver.prefix}/{day}'):05d}"


@transaction.atomic
def cancel_order(number, *, by, reason):
    """Cancel an order (huỷ khoản phải thu); what was paid on it is owed back from then on.

    Raises    NotFound `payments.order_unknown`
    Records   event `payments.order.cancelled` (facts: owed_back_vnd, reason)
    """
    row = locked(number)
    if row.state == "cancelled":
        return describe(row)
    unpaid = row.amount_vnd - row.paid_vnd
    book.post(
        "cancelled",
        row.receiver_id,
        order=row,
        income=row.amount_vnd,
        receivable=-unpaid,
        owed_back=-row.paid_vnd,
    )
    row.state = "cancelled"
    row.save(update_fields=["state"])
    row.notices.filter(used_vnd__gt=0).update(used_vnd=0, state="cancelled")
    facts = {"owed_back_vnd": row.paid_vnd, "reason": reason}
    ledger.record("payments.order.cancelled", by=by, record=f"Order/{number}", facts=facts)
    return describe(row)


def order(number):
    """One order.

    Raises    NotFound `payments.order_unknown`
    """
    row = models.Order.objects.select_related("receiver").filter(number=number).first()
    if row is None:
        raise _unknown()
    return describe(row)


def orders(numbers):
    """Many orders at once, {number: Order}; a number that is not known is left out."""
    rows = models.Order.objects.select_related("receiver").filter(number__in=list(numbers))
    return {row.number: describe(row) for row in rows}


def order_about(about):
    """The order that stands for something, or None."""
    rows = models.Order.objects.select_related("receiver").exclude(state="cancelled")
    row = rows.filter(about=about).first()
    return describe(row) if row else None


def qr_text(number):
    """The VietQR text that pays the rest of an order.

    Raises    NotFound `payments.order_unknown`; RuleBroken `payments.order_closed`
    """
    row = models.Order.objects.select_related("receiver").filter(number=number).first()
    if row is None:
        raise _unknown()
    if row.state != "open":
        raise errors.RuleBroken("payments.order_closed", _("Khoản này không còn phải trả."))
    return vietqr.text_of(
        vietqr.Transfer(
            bank=row.receiver.bank,
            account=row.receiver.account,
            amount=row.amount_vnd - row.paid_vnd,
            purpose=row.number,
            name=row.receiver.name,
        )
    )


def locked(number):
    """The row of an order, locked until the end of the transaction.

    Raises    NotFound `payments.order_unknown`
    """
    rows = models.Order.objects.select_for_update(of=("self",)).select_related("receiver")
    row = rows.filter(number=number).first()
    if row is None:
        raise _unknown()
    return row


def describe(row):
    return Order(
        row.number,
        row.receiver.code,
        row.amount_vnd,
        row.paid_vnd,
        row.what,
        row.about,
        row.state,
        row.opened_at,
    )


def _unknown():
    return errors.NotFound("payments.order_unknown", _("Không có khoản phải thu mang số này."))
