"""Notices of banks: checked, kept as they came, and settled against the orders they name.

States of a notice:
  settled       it paid its order in full, alone or with earlier ones
  short         it paid a part; the order stays open
  over          it paid its order and something is left over
  double        its order was paid already
  cancelled     its order is cancelled
  unidentified  it names no order that we know
Of the last four somebody has to decide: `waiting` lists them.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.payments import book, models, numbers, orders, receivers
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors

_EARLY = timedelta(days=30)
WAITING = ("over", "double", "cancelled", "unidentified")
_NOT_KEPT_BY_BANKS = re.compile(r"[^A-Z0-9]")


@dataclass(frozen=True)
class Notice:
    """A transaction that we were told of; `owed_back_vnd` is what has to go back of it."""

    id: int
    receiver: str
    reference: str
    amount_vnd: int
    purpose: str
    happened_at: datetime
    state: str
    order: str
    receipt: str
    owed_back_vnd: int


def receive(receiver_code, raw, *, headers, query):
    """Take in a provider's message, and return what to answer: (state, body).

    raw        the body as it came, bytes
    headers    of the request, by name
    query      parameters of the address, by name

    The same message again changes nothing and is answered as taken. State is `taken`,
    `repeated`, `unknown` (no such order; the money is kept as unidentified), `none` (the message
    tells of no money that came), or `signature` where the provider wants a refusal as an answer.

    Raises    NotFound `payments.receiver_unknown`; NotAllowed `payments.signature_wrong`;
              Incorrect `payments.notice_unreadable`; Unavailable `payments.secret_missing`
    Records   events `payments.notice.taken`, `payments.order.paid`, or `payments.notice.refused`
    """
    receiver = receivers.row_of(receiver_code)
    provider = receivers.PROVIDERS[receiver.provider]
    try:
        told = provider.read(raw, headers, query, receivers.secret_of(receiver_code))
    except errors.NotAllowed:
        facts = {"receiver": receiver_code, "bytes": len(raw)}
        ledger.record("payments.notice.refused", by=actors.SYSTEM, org=receiver.org, facts=facts)
        if provider.TELLS_REFUSAL:
            return "signature", provider.answer("signature")
        raise
    states = [take(receiver, one, raw) for one in told]
    state = states[0] if states else "none"
    return state, provider.answer("taken" if state == "none" else state)


@transaction.atomic
def take(receiver, told, raw):
    """Keep one transaction and settle it; `repeated` when it is known already."""
    row, new = models.Notice.objects.get_or_create(
        receiver=receiver,
        reference=told.reference or told.event,
        defaults={
            "event": told.event,
            "amount_vnd": told.amount_vnd,
            "purpose": told.purpose[:500],
            "happened_at": told.happened_at,
            "raw": raw,
            "state": "unidentified",
        },
    )
    if not new:
        return "repeated"
    row.receipt = _receipt(receiver, told.happened_at)
    order = _named(receiver, told.purpose)
    if order is None:
        book.post(
            "came", receiver.pk, notice=row, bank=row.amount_vnd, unidentified=-row.amount_vnd
        )
    else:
        _settle(row, order, bank=row.amount_vnd)
    row.save()
    facts = {"state": row.state, "amount_vnd": row.amount_vnd, "receipt": row.receipt}
    ledger.record("payments.notice.taken", by=actors.SYSTEM, org=receiver.org, facts=facts)
    return "unknown" if order is None else "taken"


def _receipt(receiver, moment):
    """Number of the receipt (phiếu thu): one for each bank transaction, without gaps in a year."""
    year = moment.astimezone(dates.HANOI).year
    return f"PT{year}/{numbers.take(f'receipt/{receiver.code}/{year}'):06d}"


def _named(receiver, purpose):
    """The order that a purpose text names, whatever the bank put around or into it."""
    number = _number_in(purpose, receiver.prefix)
    if number is None:
        return None
    rows = models.Order.objects.select_for_update(of=("self",)).select_related("receiver")
    return rows.filter(number=number, receiver=receiver).first()


def _number_in(purpose, prefix):
    squeezed = _NOT_KEPT_BY_BANKS.sub("", purpose.upper())
    found = re.search(rf"{prefix}\d{{11}}", squeezed)
    return found[0] if found else None


def _settle(notice, order, **source):
    """Post a notice against its order; what the order does not need is owed back."""
    rest = order.amount_vnd - order.paid_vnd if order.state == "open" else 0
    used = min(notice.amount_vnd, rest)
    book.post(
        "settled",
        order.receiver_id,
        order=order,
        notice=notice,
        **source,
        receivable=-used,
        owed_back=used - notice.amount_vnd,
    )
    notice.order, notice.state = order, _state(order, notice.amount_vnd, rest)
    notice.used_vnd = used
    if used:
        order.paid_vnd += used
        if order.paid_vnd == order.amount_vnd:
            _mark_paid(order)
        order.save(update_fields=["paid_vnd", "state", "paid_at"])


def _state(order, amount, rest):
    if order.state == "cancelled":
        return "cancelled"
    if order.state == "paid":
        return "double"
    if amount < rest:
        return "short"
    return "settled" if amount == rest else "over"


def _mark_paid(order):
    order.state, order.paid_at = "paid", timezone.now()
    facts = {"amount_vnd": order.amount_vnd, "about": order.about}
    ledger.record(
        "payments.order.paid",
        by=actors.SYSTEM,
        record=f"Order/{order.number}",
        org=order.receiver.org,
        facts=facts,
    )


@transaction.atomic
def assign(notice_id, number, *, by):
    """Say which order an unidentified transaction pays (gán báo có), by somebody who checked.

    Raises    NotFound `payments.notice_unknown`, `payments.order_unknown`;
              Conflict `payments.notice_settled`; RuleBroken `payments.other_receiver`
    Records   event `payments.notice.assigned`
    """
    notice = _locked(notice_id)
    if notice.state != "unidentified" or notice.refunded_vnd:
        raise errors.Conflict("payments.notice_settled", _("Báo có này đã được xử lý."))
    order = orders.locked(number)
    if order.receiver_id != notice.receiver_id:
        raise errors.RuleBroken(
            "payments.other_receiver", _("Tiền đã vào một tài khoản khác với tài khoản phải thu.")
        )
    _settle(notice, order, unidentified=notice.amount_vnd)
    notice.save()
    facts = {"order": number, "amount_vnd": notice.amount_vnd}
    ledger.record("payments.notice.assigned", by=by, org=order.receiver.org, facts=facts)
    return describe(notice)


def settle_early():
    """Settle money that came before its order did, and return how many; the worker calls this.

    A bank may tell of a transfer while the desk that opens the order has not ended its
    transaction. Such money is kept as unidentified and finds its order here.

    Records   as `assign`
    """
    since = timezone.now() - _EARLY
    rows = models.Notice.objects.filter(state="unidentified", refunded_vnd=0, told_at__gte=since)
    named = {}
    for pk, purpose, prefix in rows.values_list("pk", "purpose", "receiver__prefix"):
        if number := _number_in(purpose, prefix):
            named[pk] = number
    known = set(orders.orders(named.values()))
    return sum(_settled_now(pk, number) for pk, number in named.items() if number in known)


def _settled_now(notice_id, number):
    try:
        assign(notice_id, number, by=actors.SYSTEM)
    except (errors.Conflict, errors.RuleBroken):
        return False  # somebody was faster, or it came into another account
    return True


@transaction.atomic
def record_refund(notice_id, *, amount_vnd, by, reason):
    """Record that money of a transaction went back (ghi hoàn tiền).

    The organisation's bank sends it; this only writes that it did.

    Raises    NotFound `payments.notice_unknown`; RuleBroken `payments.refund_too_large`
              (facts: owed_back_vnd); Incorrect `payments.amount_out_of_range`
    Records   event `payments.refund.recorded` (facts: amount_vnd, reason)
    """
    notice = _locked(notice_id)
    owed = _owed_back(notice)
    if amount_vnd <= 0:
        raise errors.Incorrect("payments.amount_out_of_range", _("Số tiền phải lớn hơn 0."))
    if amount_vnd > owed:
        raise errors.RuleBroken(
            "payments.refund_too_large",
            _("Số tiền hoàn lớn hơn số phải trả lại của giao dịch này."),
            owed_back_vnd=owed,
        )
    source = "unidentified" if notice.state == "unidentified" else "owed_back"
    amounts = {source: amount_vnd, "bank": -amount_vnd}
    book.post("refunded", notice.receiver_id, order=notice.order, notice=notice, **amounts)
    notice.refunded_vnd += amount_vnd
    notice.save(update_fields=["refunded_vnd"])
    facts = {"amount_vnd": amount_vnd, "reason": reason}
    ledger.record("payments.refund.recorded", by=by, org=notice.receiver.org, facts=facts)
    return describe(notice)


def _owed_back(row):
    return row.amount_vnd - row.used_vnd - row.refunded_vnd


def waiting(receiver_code=None):
    """The transactions of which somebody has to decide, oldest first."""
    rows = models.Notice.objects.select_related("receiver", "order").filter(state__in=WAITING)
    if receiver_code:
        rows = rows.filter(receiver__code=receiver_code)
    open_ones = rows.exclude(amount_vnd=F("used_vnd") + F("refunded_vnd"))
    return [describe(row) for row in open_ones.order_by("happened_at", "pk")]


def notices_of(number):
    """The transactions of an order, oldest first."""
    rows = models.Notice.objects.select_related("receiver", "order")
    return [describe(row) for row in rows.filter(order__number=number).order_by("pk")]


def _locked(notice_id):
    rows = models.Notice.objects.select_for_update(of=("self",))
    row = rows.select_related("receiver", "order").filter(pk=notice_id).first()
    if row is None:
        raise errors.NotFound("payments.notice_unknown", _("Không có báo có này."))
    return row


def describe(row):
    return Notice(
        id=row.pk,
        receiver=row.receiver.code,
        reference=row.reference,
        amount_vnd=row.amount_vnd,
        purpose=row.purpose,
        happened_at=row.happened_at,
        state=row.state,
        order=row.order.number if row.order else "",
        receipt=row.receipt,
        owed_back_vnd=_owed_back(row),
    )
