"""Which subscriptions a change concerns: the sequence of changes is looked at in sets.

A batch costs some reads of all its versions at once, one look-up in a hash for each number of a
version, and for each owner one read of what it may see; the number of subscriptions counts only
where they are concerned. An event is numbered in the transaction that moves the stream on.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.records import versions
from haidang.engines.records.models import Stream, Subscription, SubscriptionEvent
from haidang.engines.records.subscriptions import criteria, desk
from haidang.engines.records.subscriptions import topics as topic_files
from haidang.kernel import actor as actors

_AT_ONCE = 500
_COUNT = """
UPDATE records_subscription s SET events = s.events + n.many, try_at = COALESCE(s.try_at, %s)
  FROM unnest(%s::bigint[], %s::int[]) AS n(number, many) WHERE s.number = n.number
"""


@dataclass
class _Wishes:
    """The wishes for one topic and type: those without a filter, and by a number they wait for."""

    always: list = field(default_factory=list)
    by_number: dict = field(default_factory=lambda: defaultdict(list))

    def add(self, row, found):
        anchor = found.anchor if found else None
        if anchor is None:
            self.always.append((row, found))
        for number in anchor or ():
            self.by_number[number].append((row, found))

    def concerned(self, numbers):
        near = [each for number in numbers for each in self.by_number.get(number, ())]
        return {
            row.number: row
            for row, found in [*self.always, *near]
            if found is None or found.hold(numbers)
        }


def match(manner, *, now=None, at_once=_AT_ONCE):
    """Look at the next changes of the stream that is furthest behind; return how many there were."""
    for stream in (
        Stream.objects.filter(followers__isnull=False).distinct().order_by("seq", "number")
    ):
        done = _advance(stream, manner, now or timezone.now(), at_once)
        if done:
            return done
    return 0


def _advance(stream, manner, now, at_once):
    with access.reach(actors.SYSTEM, people="all"):
        changes = versions.changes(stream.seq, at_once)
        if not changes:
            return _joined(stream)
        rows = list(Subscription.objects.filter(stream=stream, state__in=desk.OPEN))
        told = _told(changes, rows)
    found = {
        number: events for number, events in _within_reach(told, rows, manner).items() if events
    }
    _note(stream, changes[-1].seq, found, now)
    return len(changes)


def _told(changes, rows):
    """{subscription: [Change]} before it is asked what its owner may see."""
    wanted = _index(rows)
    near = [c for c in changes if any(t.concerns(c) for topic in wanted for t in topic.triggers)]
    pairs = {(c.ref, c.version) for c in near} | {
        (c.ref, c.version - 1) for c in near if c.version > 1
    }
    numbers = criteria.numbers_of(versions.vread_many(pairs).values())
    told = defaultdict(list)
    for change in near:
        before, after = (numbers.get((change.ref, v)) for v in (change.version - 1, change.version))
        for row in _concerned(wanted, change, before, after).values():
            if change.seq > row.since:
                told[row.number].append(change)
    return told


def _index(rows):
    known, found = topic_files.topics(), defaultdict(lambda: defaultdict(_Wishes))
    for row in rows:
        topic = known.get(row.topic)
        if topic is None:
            continue
        filters = defaultdict(list)
        for type, query in row.wish["filters"]:
            filters[type] += [tuple(pair) for pair in query]
        if not filters:
            found[topic]["*"].add(row, None)
        for type, query in filters.items():
            found[topic][type].add(row, criteria.compiled(type, query))
    return found


def _concerned(wanted, change, before, after):
    rows = {}
    for topic, by_type in wanted.items():
        fits = (
            t.concerns(change) and topic_files.satisfied(t, change.type, before, after)
            for t in topic.triggers
        )
        if any(fits):
            # What is deleted is told to those who waited for what it was.
            numbers = (before if change.deleted else after) or ()
            for name in (change.type, "*"):
                if name in by_type:
                    rows |= by_type[name].concerned(numbers)
    return rows


def _within_reach(told, rows, manner):
    """Of what was found, what each owner may see."""
    groups, kept = defaultdict(list), {}
    for row in rows:
        if told.get(row.number):
            groups[msgspec.json.encode(row.actor)].append(row)
    for actor, theirs in groups.items():
        by = msgspec.json.decode(actor, type=actors.Actor)
        changes = {c.seq: c for row in theirs for c in told[row.number]}.values()
        with manner.opened(by):
            seen = seen_of([(c.ref, c.version, c.deleted) for c in changes])
        for row in theirs:
            kept[row.number] = [c for c in told[row.number] if (c.ref, c.version) in seen]
    return kept


def seen_of(named):
    """{(ref, version): Stored} of what is in reach; a deletion is seen by who saw what it deleted."""
    pairs = {(ref, version) for ref, version, _deleted in named}
    pairs |= {(ref, version - 1) for ref, version, deleted in named if deleted}
    found = versions.vread_many(pairs)
    return {
        (ref, version): found[ref, version]
        for ref, version, deleted in named
        if (ref, version) in found and (not deleted or (ref, version - 1) in found)
    }


@transaction.atomic
def _note(stream, seq, found, now):
    """Number the events and move the stream on; another worker that was quicker has done it."""
    if not Stream.objects.filter(pk=stream.pk, seq=stream.seq).update(seq=seq):
        return
    rows = Subscription.objects.select_for_update().filter(number__in=sorted(found), stream=stream)
    log, many = [], {}
    for row in rows.order_by("number"):
        many[row.number] = len(found[row.number])
        log += desk.logged(row, enumerate(found[row.number], row.events + 1))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [now, list(many), list(many.values())])
    SubscriptionEvent.objects.bulk_create(log, batch_size=1000)


@transaction.atomic
def _joined(stream):
    """A stream of its own that has caught up flows into the one that everybody follows."""
    if stream.pk == desk.MAIN:
        return 0
    main = Stream.objects.select_for_update().filter(pk=desk.MAIN).first()
    if main is None or main.seq > stream.seq:
        return 0
    with connection.cursor() as cursor:  # it may be ahead of the main one: it hears nothing twice
        cursor.execute(
            "UPDATE records_subscription SET stream_id = %s, since = GREATEST(since, %s) WHERE stream_id = %s",
            [desk.MAIN, stream.seq, stream.pk],
        )
    Stream.objects.filter(pk=stream.pk).delete()
    return 1
