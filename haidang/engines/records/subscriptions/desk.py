"""Subscriptions as rows: asking, changing, ending, looking, starting anew."""

from datetime import timedelta

import msgspec
from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.records import drafts
from haidang.engines.records.models import Stream, Subscription, SubscriptionEvent
from haidang.engines.records.subscriptions import sealing, wishes
from haidang.kernel import errors, ids

CHANNEL = "records_subscription"
MAIN = 1
OPEN = ("requested", "active", "error")
_KEPT = timedelta(days=30)
_MOST_EACH = 200


@transaction.atomic
def enrol(resource, *, by, uid=None, now=None):
    """Take a Subscription; the worker shakes hands with its receiver, then it is active.

    Raises    RuleBroken `records.subscription_unfit`, `records.subscriptions_too_many`
    """
    wish, headers = wishes.read(resource)
    if Subscription.objects.filter(owner=by.ref, state__in=OPEN).count() >= _MOST_EACH:
        raise errors.RuleBroken(
            "records.subscriptions_too_many", _("Hệ thống này có quá nhiều đăng ký.")
        )
    now = now or timezone.now()
    row = Subscription.objects.create(
        uid=uid or ids.new_id(), owner=by.ref, actor=msgspec.to_builtins(by), topic=wish.topic,
        resource=wishes.masked(resource), headers=sealing.sealed(headers), since=_newest(),
        wish=msgspec.to_builtins(wish), stream=_main(), try_at=now, written_at=now,
        state="off" if resource.get("status") == "off" else "requested",
    )  # fmt: skip
    _wake()
    return row


@transaction.atomic
def change(uid, resource, *, by, version=None, now=None):
    """Put another wish in the place of a subscription's; from then on it is as if asked anew.

    A header whose value is masked keeps what it was. Events go on being counted.

    Raises    NotFound `records.no_subscription`; Conflict by `version` as PreconditionFailed
    """
    row = standing(uid, by=by, lock=True)
    if version not in (None, drafts.ANY, row.version):
        raise errors.PreconditionFailed(
            "records.version_conflict", _("Đăng ký đã được sửa; hãy đọc lại.")
        )
    wish, headers = wishes.read(resource)
    known = dict(sealing.opened(row.headers))
    headers = [
        [name, known.get(name, "") if value == wishes.MASK else value] for name, value in headers
    ]
    row.wish, row.topic = msgspec.to_builtins(wish), wish.topic
    row.resource, row.headers = wishes.masked(resource), sealing.sealed(headers)
    row.actor, row.version = msgspec.to_builtins(by), row.version + 1
    if resource.get("status") == "off":
        silence(row, "")
    else:
        _begin(row, now or timezone.now())
    row.save()
    return row


@transaction.atomic
def restart(uid, number, *, by, now=None):
    """Send again from this event number on, or from the first that waits when it is None."""
    row = standing(uid, by=by, lock=True)
    if number is not None:
        first = row.log.aggregate(first=Min("number"))["first"] or row.events + 1
        row.sent = max(first, min(number, row.events + 1)) - 1
    _begin(row, now or timezone.now())
    row.save()
    return row


def _begin(row, now):
    """Shake hands again; what happened while it was off is looked for from where it left."""
    if row.stream_id is None:
        row.stream = Stream.objects.create(seq=row.since)
    row.state, row.shaken, row.failures, row.why = "requested", False, 0, ""
    row.try_at, row.leased_until, row.written_at = now, None, now
    _wake()


def silence(row, why):
    """Turn a subscription off; it remembers how far it was told of changes."""
    if row.stream_id is not None:
        row.since = max(row.since, Stream.objects.get(pk=row.stream_id).seq)
    row.state, row.why, row.stream, row.try_at, row.beat_at = "off", why[:500], None, None, None
    row.leased_until = None


@transaction.atomic
def end(uid, *, by):
    """Delete a subscription with its events."""
    standing(uid, by=by, lock=True).delete()


def standing(uid, *, by, lock=False):
    """A subscription of this actor.

    Raises    NotFound `records.no_subscription`, for another's too
    """
    rows = Subscription.objects.select_for_update() if lock else Subscription.objects
    row = rows.filter(uid=uid, owner=by.ref).first()
    if row is None:
        raise errors.NotFound("records.no_subscription", _("Không có đăng ký này."))
    return row


def mine(by):
    """The subscriptions of an actor, the oldest first."""
    return list(Subscription.objects.filter(owner=by.ref).order_by("number"))


def events(row, first, last):
    """The events of a subscription from one number to another."""
    return list(row.log.filter(number__gte=first, number__lte=last).order_by("number"))


def sweep(now=None):
    """Forget delivered events after a month, and streams that nobody follows."""
    old = (now or timezone.now()) - _KEPT
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM records_subscription_event e USING records_subscription s"
            " WHERE s.number = e.subscription_id AND e.at < %s AND (e.number <= s.sent OR s.state = 'off')",
            [old],
        )
        done = cursor.rowcount
    Stream.objects.filter(followers=None).exclude(pk=MAIN).delete()
    return done


def _main():
    """The stream that everybody follows; when nobody did, what happened meanwhile is passed over."""
    main = Stream.objects.select_for_update().get(pk=MAIN)
    if not main.followers.exists():
        Stream.objects.filter(pk=MAIN).update(seq=max(main.seq, _newest()))
    return main


def _newest():
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM records_seq")
        return cursor.fetchone()[0]


def _wake():
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def logged(row, numbered):
    """Rows for events of a subscription: (number, Change)."""
    return [
        SubscriptionEvent(
            subscription=row, number=n, ref=c.ref, version=c.version, deleted=c.deleted, at=c.at
        )
        for n, c in numbered
    ]
