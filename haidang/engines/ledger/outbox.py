"""The outbox: subscribers hear of events after commit, at least once and in order.

Order is that of the tree (`tree.grow`): cause before effect, and no event missed because its
transaction was long. Each subscriber has a position of its own. An event that one cannot take is
tried again, later each time; after the last try it is parked for an operator and the rest goes on.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from haidang.engines.ledger import entries, tree
from haidang.engines.ledger.models import EVENTS, Parked, Position
from haidang.kernel import errors

log = logging.getLogger("haidang.ledger")
MOST_TRIES = 8
_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Subscriber:
    """A function that wants to hear of some events (bên nhận tin)."""

    name: str
    names: tuple[str, ...]
    function: Callable[[entries.Event], None]


@dataclass(frozen=True)
class ParkedEvent:
    """An event that waits for an operator, with the reason (tin chưa xử lý được)."""

    subscriber: str
    event: entries.Event
    error: str
    tries: int
    at: datetime


_subscribers: dict[str, Subscriber] = {}


def subscriber(name, *events):
    """Make a function hear of events; used in a room's `subscribers.py`.

    name      `room.purpose`, stable for ever: the position is kept under it
    events    exact names or prefixes such as `exchange.*`; all when none is given

    `function(event)` runs in a transaction of its own, together with the new position: what it
    writes in the database happens once, what it does outside may happen again. A new subscriber
    begins with the first event ever.
    """

    def register(function):
        known = _subscribers.get(name)
        if known and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"two subscribers are called {name}")
        _subscribers[name] = Subscriber(name, events, function)
        return function

    return register


def dispatch(limit=500):
    """Tell every subscriber its news; return how many events were handled, parked ones included.

    Several workers may call it at once: a subscriber is served by one of them at a time.
    """
    autodiscover_modules("subscribers")
    tree.grow()
    return sum(_serve(one, limit) for one in list(_subscribers.values()))


def parked(limit=100):
    """Return the events that wait for an operator, newest first."""
    rows = Parked.objects.filter(done_at=None).order_by("-pk")[:limit]
    found = [(row, entries.event(row.seq)) for row in rows]
    return [ParkedEvent(r.subscriber, e, r.error, r.tries, r.at) for r, e in found if e]


@transaction.atomic
def retry_parked(name, seq, *, by):
    """Give a parked event to its subscriber again, now (thử lại); errors reach the caller.

    Raises    NotFound `ledger.not_parked`
    Records   event `ledger.parked.retried`
    """
    row = Parked.objects.select_for_update().filter(subscriber=name, seq=seq, done_at=None).first()
    if row is None or name not in _subscribers:
        raise errors.NotFound("ledger.not_parked", _("Tin này không còn chờ xử lý."))
    _subscribers[name].function(entries.event(seq))
    row.done_at = timezone.now()
    row.save(update_fields=["done_at"])
    entries.record("ledger.parked.retried", by=by, facts={"subscriber": name, "seq": seq})


def _serve(one, limit):
    """Handle the next events of one subscriber; return how many."""
    place, _new = Position.objects.get_or_create(subscriber=one.name)
    if _must_wait(place):
        return 0
    at, done = place.position, 0
    news, end = _news(one, at, limit)
    for idx, event in news:
        if not _step(one, at, idx + 1, event):
            return done
        at, done = idx + 1, done + 1
    if at < end and len(news) < limit:
        Position.objects.filter(subscriber=one.name, position=at).update(position=end)
    return done


def _must_wait(place):
    return place.next_try_at is not None and place.next_try_at > timezone.now()


def _news(one, position, limit):
    """Return ([(place in the tree, event)], end of the tree) from a position on."""
    end, wanted = tree.size(), entries.names_clause(one.names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.idx, {entries.READ} FROM ledger_leaf l JOIN ledger_event e USING (seq)"  # noqa: S608
            f" WHERE {wanted} AND l.log = %s AND l.idx >= %s AND l.idx < %s"
            " ORDER BY l.idx LIMIT %s",
            [*entries.like(one.names), EVENTS, position, end, limit],
        )
        return [(row[0], entries.from_row(row[1:])) for row in cursor.fetchall()], end


@transaction.atomic
def _step(one, at, after, event):
    """Handle one event in one transaction; False when another worker was here, or it failed."""
    places = Position.objects.select_for_update(skip_locked=True)
    place = places.filter(subscriber=one.name, position=at).first()
    if place is None or _must_wait(place):
        return False
    return _deliver(one, place, after, event)


def _deliver(one, place, after, event):
    try:
        with transaction.atomic():
            one.function(event)
    except Exception as why:
        return _failed(place, after, event, why)
    _advance(place, after)
    return True


def _failed(place, after, event, why):
    place.failures += 1
    error = _told(why)
    log.warning(
        "subscriber failed", extra={"facts": {"subscriber": place.subscriber, "seq": event.seq}}
    )
    if place.failures >= MOST_TRIES:
        values = {"error": error, "tries": place.failures, "done_at": None}
        Parked.objects.update_or_create(subscriber=place.subscriber, seq=event.seq, defaults=values)
        _advance(place, after)
        return True
    pause = min(timedelta(seconds=2**place.failures), _LONGEST_PAUSE)
    place.next_try_at, place.error = timezone.now() + pause, error
    place.save()
    return False


def _advance(place, after):
    place.position, place.failures, place.next_try_at, place.error = after, 0, None, ""
    place.save()


def _told(why):
    """Say what failed and where, without the message: it may carry a person's data."""
    last = traceback.extract_tb(why.__traceback__)[-1]
    code = getattr(why, "code", "")
    return f"{type(why).__name__} {code} at {last.name}:{last.lineno}"
