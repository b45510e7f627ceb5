"""Sending: one message to one person, told once, kept in the product and sent on where wanted."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.notify import kinds, models
from haidang.kernel import dates, errors

QUIET_FROM, QUIET_UNTIL = time(21), time(7)
PAGE = 30


@dataclass(frozen=True)
class Message:
    """A message as its reader sees it."""

    id: int
    kind: str
    title: str
    title_en: str
    body: str
    body_en: str
    url: str
    sent_at: datetime
    read_at: datetime | None


@transaction.atomic
def send(kind_name, *, to, once, by, at, facts=None, url=""):
    """Tell somebody something (gửi tin báo), in the transaction of what happened.

    to      reference of the person or account
    once    what makes it this message and no other, such as the id of the event behind it
    facts   for the words of the kind
    url     where the message leads, a path of the product

    Raises    NotFound `notify.kind_unknown`; Incorrect `notify.facts_missing`
    Records   event `notify.message.sent` (facts: kind)
    """
    kind = kinds.everything().get(kind_name)
    if kind is None:
        raise errors.NotFound("notify.kind_unknown", _("Không có loại tin này."), kind=kind_name)
    row, new = models.Message.objects.get_or_create(
        to=to, once=once, defaults={"kind": kind.name, "url": url, **_words(kind, facts or {})}
    )
    if new:
        _send_on(row, kind, at)
        ledger.record("notify.message.sent", by=by, facts={"kind": kind.name})
    return describe(row)


def _words(kind, facts):
    try:
        return {
            name: getattr(kind, name).format(**facts)
            for name in ("title", "body", "title_en", "body_en")
        }
    except (KeyError, IndexError) as why:
        raise errors.Incorrect(
            "notify.facts_missing", _("Tin này thiếu dữ kiện."), missing=str(why.args[0])
        ) from why


def _send_on(row, kind, at):
    refused = set()
    if not kind.urgent:
        wishes = models.Refusal.objects.filter(who=row.to, kind=kind.name)
        refused = set(wishes.values_list("channel", flat=True))
    channels = set(kind.channels) - refused
    addresses = models.Address.objects.filter(who=row.to, channel__in=channels, gone_at=None)
    models.Delivery.objects.bulk_create(
        models.Delivery(message=row, address=address, next_try_at=_when(address.channel, kind, at))
        for address in addresses
    )


def _when(channel, kind, at):
    """At once; what would wake people waits until the morning."""
    local = at.astimezone(dates.HANOI)
    if kind.urgent or channel == "email" or QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    day = local.date() + timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=dates.HANOI)


def inbox(to, *, before=None, limit=PAGE):
    """The messages of somebody, newest first; `before` is the id of the last one seen."""
    rows = models.Message.objects.filter(to=to)
    if before:
        rows = rows.filter(pk__lt=before)
    return [describe(row) for row in rows.order_by("-pk")[:limit]]


def unread(to):
    """How many messages somebody has not read."""
    return models.Message.objects.filter(to=to, read_at=None).count()


def mark_read(to, *, ids=None):
    """Mark messages of somebody as read: those named, or all."""
    rows = models.Message.objects.filter(to=to, read_at=None)
    return (rows.filter(pk__in=ids) if ids is not None else rows).update(read_at=timezone.now())


def save_address(who, channel, value, *, by):
    """Keep where somebody can be reached.

    Raises    Incorrect `notify.address_wrong`
    Records   event `notify.address.saved` (facts: channel)
    """
    if channel not in kinds.CHANNELS or not value.strip() or len(value) > 1000:
        raise errors.Incorrect("notify.address_wrong", _("Địa chỉ nhận tin chưa đúng."))
    with transaction.atomic():
        row, _new = models.Address.objects.update_or_create(
            who=who, channel=channel, value=value.strip(), defaults={"gone_at": None}
        )
        ledger.record("notify.address.saved", by=by, facts={"channel": channel})
    return row.pk


def refuse(who, kind_name, channel, *, refused=True):
    """Keep that somebody does not want a kind of message on a channel, or wants it again."""
    if refused:
        models.Refusal.objects.get_or_create(who=who, kind=kind_name, channel=channel)
    else:
        models.Refusal.objects.filter(who=who, kind=kind_name, channel=channel).delete()


def describe(row):
    return Message(
        row.pk,
        row.kind,
        row.title,
        row.title_en,
        row.body,
        row.body_en,
        row.url,
        row.sent_at,
        row.read_at,
    )
