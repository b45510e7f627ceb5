"""Sending: to many receivers at once, to each of them one notification after the other.

A receiver that does not answer is tried again, later each time; after three failures the
subscription is in `error`, after `HAIDANG_HOOK_FAILURES` it is `off`. What is not acknowledged is sent
again, so a receiver may hear a thing twice, and knows it by its event number. The database is asked
by the worker's thread alone; only the calls are made beside it.
"""

import logging
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from haidang.engines.records import reading
from haidang.engines.records.models import Subscription
from haidang.engines.records.subscriptions import bundles, calling, desk, matching, sealing
from haidang.kernel import actor as actors
from haidang.kernel import errors, fhirjson

log = logging.getLogger("haidang.records.subscriptions")
_AT_ONCE = 16
_LEAST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)
_TROUBLED = 3
_GONE = 410
_CLAIM = """
UPDATE records_subscription SET leased_until = %(until)s WHERE number IN (
    SELECT number FROM records_subscription
     WHERE state IN ('requested', 'active', 'error') AND (try_at <= %(now)s OR beat_at <= %(now)s)
       AND (leased_until IS NULL OR leased_until <= %(now)s) AND NOT owner = ANY (%(busy)s)
     ORDER BY LEAST(try_at, beat_at), number LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING number
"""


@dataclass
class _Sent:
    """One notification on its way; `lease` tells it from a later one."""

    number: int
    owner: str
    kind: str
    last: int
    lease: datetime


class Courier:
    """One worker's sending. `clock` says what time it is."""

    def __init__(self, manner, *, clock=timezone.now, at_once=_AT_ONCE, pause_s=0.2):
        self.manner, self.clock, self.at_once, self.pause_s = manner, clock, at_once, pause_s
        self.caller, self.threads, self.flying = calling.Caller(), ThreadPoolExecutor(at_once), {}

    def step(self):
        """Begin what is due, take in what was answered; return how many of either there were."""
        begun = sum(self._begin(row) for row in self._due())
        if self.flying:
            wait(self.flying, timeout=self.pause_s, return_when=FIRST_COMPLETED)
        return begun + self._take_in()

    def finish(self):
        """Wait for everything on its way, as tests do."""
        wait(self.flying)
        return self._take_in()

    def close(self):
        self.finish()
        self.threads.shutdown()
        self.caller.close()

    def _due(self):
        free = self.at_once - len(self.flying)
        if free <= 0:
            return []
        now = self.clock()
        facts = {
            "now": now,
            "until": now + timedelta(seconds=120),
            "most": free,
            "busy": self._busy(),
        }
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, facts)
            numbers = [row[0] for row in cursor.fetchall()]
        return list(Subscription.objects.filter(number__in=numbers).order_by("number"))

    def _busy(self):
        """Owners that hold half of the places: a slow receiver must not stop the others."""
        held = [sent.owner for sent in self.flying.values()]
        return [owner for owner in set(held) if held.count(owner) > self.at_once // 2]

    def _begin(self, row):
        now = self.clock()
        if row.wish["ends_at"] and datetime.fromisoformat(row.wish["ends_at"]) <= now:
            return _off(row.number, "ended")
        try:
            self.manner.check(msgspec.convert(row.actor, actors.Actor))
            kind, events, body = self._made(row, now)
        except errors.NotAllowed as why:
            return _off(row.number, why.code)
        last = events[-1].number if events else row.sent
        sent = _Sent(row.number, row.owner, kind, last, row.leased_until)
        headers = [tuple(pair) for pair in sealing.opened(row.headers)]
        call = self.threads.submit(
            self.caller.post, row.wish["endpoint"], body, headers, row.wish["timeout"]
        )
        self.flying[call] = sent
        return 1

    def _made(self, row, now):
        if not row.shaken:
            return "handshake", [], self._body(row, "handshake", (), {}, now)
        events = desk.events(row, row.sent + 1, row.sent + row.wish["most"])
        if not events:
            return "heartbeat", [], self._body(row, "heartbeat", (), {}, now)
        seen = seen_now(row, events, self.manner)
        return (
            "event-notification",
            events,
            self._body(row, "event-notification", events, seen, now),
        )

    def _body(self, row, kind, events, seen, now):
        base = self.manner.base
        return fhirjson.dumps(
            bundles.notification(row, kind, base, events=events, seen=seen, now=now)
        )

    def _take_in(self):
        done = [call for call in self.flying if call.done()]
        for call in done:
            sent = self.flying.pop(call)
            _answered(sent, *call.result(), self.clock())
        return len(done)


def seen_now(row, events, manner, content=None):
    """{(ref, version): Stored} of the events that the owner may see at this moment, each noted.

    A version that has been replaced is told only while its successor may be seen too.
    """
    if (content or row.wish["content"]) == "empty":
        return {}
    by = msgspec.convert(row.actor, actors.Actor)
    with manner.opened(by):
        found = matching.seen_of([(e.ref, e.version, e.deleted) for e in events])
        standing = {ref for ref in {e.ref for e in events} if reading.current(ref) is not None}
        found = {key: stored for key, stored in found.items() if key[0] in standing}
        manner.note(by, list(found.values()))
    return found


def replayed(row, first, last, *, content, manner, base, now=None):
    """Events of a subscription once more, as a Bundle (`$events`)."""
    events = desk.events(row, first, last)
    seen = seen_now(row, events, manner, content)
    told = {"events": events, "seen": seen, "content": content, "now": now or timezone.now()}
    return bundles.notification(row, "query-event", base, **told)


@transaction.atomic
def _off(number, why):
    row = Subscription.objects.select_for_update().get(pk=number)
    desk.silence(row, why)
    row.save()
    return 0


@transaction.atomic
def _answered(sent, status, why, now):
    """Write down what came of a notification, unless the subscription was changed meanwhile."""
    row = Subscription.objects.select_for_update().filter(pk=sent.number).first()
    if row is None or row.leased_until != sent.lease:
        return
    row.leased_until = None
    if 200 <= status < 300:
        _succeeded(row, sent, now)
    else:
        _failed(row, status, why or f"HTTP {status}", now)
    row.save()


def _succeeded(row, sent, now):
    row.shaken, row.state, row.failures, row.why = True, "active", 0, ""
    row.sent = max(row.sent, sent.last)
    row.try_at = now if row.sent < row.events else None
    beat = row.wish["heartbeat"]
    row.beat_at = now + timedelta(seconds=beat) if beat else None


def _failed(row, status, why, now):
    row.failures, row.why, row.beat_at = row.failures + 1, why, None
    log.warning(
        "a subscription was not delivered",
        extra={"facts": {"subscription": row.uid, "failures": row.failures, "why": why}},
    )
    if status == _GONE or row.failures >= settings.HAIDANG_HOOK_FAILURES:
        desk.silence(row, why)
        return
    if row.failures >= _TROUBLED or not row.shaken:
        row.state = "error"
    row.try_at = now + min(_LEAST_WAIT * 2 ** min(row.failures - 1, 20), _LONGEST_WAIT)
