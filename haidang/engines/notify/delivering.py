"""Delivering: what waits is tried, tried again ever more seldom, and given up in the open.

A delivery is taken for the length of a try by moving its next try ahead, so that a worker that
dies in the middle loses nothing: another tries again. A message may then arrive twice; it names
itself, so that mail servers and providers can tell.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from haidang.engines.ledger import api as ledger
from haidang.engines.notify import models
from haidang.engines.notify.channels import email, push, sms
from haidang.engines.notify.channels.answers import Gone, NotNow
from haidang.kernel import actor as actors

CHANNELS = {"email": email, "sms": sms, "push": push}
_PAUSES = [timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440)]
_TAKEN_FOR = timedelta(minutes=5)
_BATCH = 50


def deliver(at=None):
    """Try what is due on the channels that are on, and return how many were tried."""
    at = at or timezone.now()
    on = [name for name, channel in CHANNELS.items() if channel.is_on()]
    for row in (taken := _take(on, at)):
        _try(row, at)
    return len(taken)


def _take(channels, at):
    with transaction.atomic():
        rows = models.Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        due = rows.filter(state="waiting", next_try_at__lte=at, address__channel__in=channels)
        found = list(due.select_related("message", "address").order_by("next_try_at")[:_BATCH])
        for row in found:
            row.tries += 1
            row.next_try_at = at + _TAKEN_FOR
        models.Delivery.objects.bulk_update(found, ["tries", "next_try_at"])
    return found


def _try(row, at):
    channel = CHANNELS[row.address.channel]
    try:
        row.receipt = channel.send(row.address.value, row.message, link=_link(row.message))[:200]
        row.state, row.done_at, row.error = "sent", at, ""
    except Gone as why:
        models.Address.objects.filter(pk=row.address_id).update(gone_at=at)
        _give_up(row, at, why)
    except NotNow as why:
        if row.tries > len(_PAUSES):
            _give_up(row, at, why)
        else:
            row.next_try_at, row.error = at + _PAUSES[row.tries - 1], str(why)[:300]
    row.save()


def _give_up(row, at, why):
    row.state, row.done_at, row.error = "failed", at, str(why)[:300]
    facts = {"channel": row.address.channel, "tries": row.tries, "why": row.error}
    ledger.record("notify.delivery.failed", by=actors.SYSTEM, facts=facts)


def _link(message):
    return f"{settings.HAIDANG_ADDRESS.rstrip('/')}{message.url or '/'}"


def failed(limit=100):
    """Deliveries that were given up, newest first: (channel, kind, tries, error, at)."""
    rows = models.Delivery.objects.filter(state="failed").select_related("message", "address")
    return [
        (row.address.channel, row.message.kind, row.tries, row.error, row.done_at)
        for row in rows.order_by("-done_at")[:limit]
    ]
