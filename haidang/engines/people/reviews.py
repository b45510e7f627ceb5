"""Pairs that may be one person (cặp nghi trùng): opened by matching, closed by people."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.people import index, matching
from haidang.engines.people.models import Person, Review
from haidang.kernel import errors

OPEN, MERGED, DIFFERENT = Review.State.OPEN, Review.State.MERGED, Review.State.DIFFERENT


@dataclass(frozen=True)
class Pair:
    """One possible duplicate with its two people as the index has them (cặp nghi trùng)."""

    id: int
    left: index.Row
    right: index.Row
    rule: str
    score: int
    evidence: tuple[matching.Evidence, ...]
    state: str
    opened_at: datetime
    org: str | None
    closed_at: datetime | None
    closed_name: str
    reason: str


_OPEN = """
    INSERT INTO people_review (low, high, rule, score, evidence, state, opened_by, org,
        closed_by, closed_name, reason)
    SELECT low, high, rule, score, evidence, 'open', %s, org, '', '', ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::jsonb[], %s::text[])
        AS n(low, high, rule, score, evidence, org)
    ORDER BY low, high
    ON CONFLICT (low, high) DO UPDATE SET score = greatest(people_review.score, excluded.score)
    RETURNING low, high, id, org, xmax = 0
"""


def open_many(doubts, *, by):
    """Open a review for each doubt (objects with `left`, `right`, `match`, `org`); {doubt: number}.

    A pair already asked about keeps its number and its verdict.

    Records   event `people.review.opened` for each new pair
    """
    pairs = {}
    for doubt in doubts:
        best = pairs.get(_rids(doubt))
        if doubt.left is not doubt.right and (best is None or doubt.match.score > best.match.score):
            pairs[_rids(doubt)] = doubt
    if not pairs:
        return {}
    rows = index.query(_OPEN, [by.ref, *_columns(pairs)])
    new = [
        ledger.Entry("people.review.opened", org=org, facts={"review": number})
        for _low, _high, number, org, is_new in rows
        if is_new
    ]
    ledger.record_many(new, by=by)
    numbers = {(low, high): number for low, high, number, *_ in rows}
    return {doubt: numbers.get(_rids(doubt)) for doubt in doubts}


def _rids(doubt):
    return tuple(sorted((doubt.left.rid, doubt.right.rid)))


def _columns(pairs):
    rows = [
        (*rids, doubt.match.rule, doubt.match.score, _evidence_json(doubt.match), doubt.org)
        for rids, doubt in sorted(pairs.items(), key=lambda pair: pair[0])
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _evidence_json(match):
    return json.dumps([[e.field, e.level, e.weight] for e in match.evidence])


def duplicates(*, state=OPEN, org=None, after=None, limit=50):
    """Return pairs to look at, the likeliest first (danh sách nghi trùng).

    org     only those that this organisation's messages raised
    after   (score, id) of the last pair already seen
    """
    rows = _asked(state, org)
    if after:
        score, number = after
        rows = rows.filter(score__lte=score).exclude(score=score, id__lte=number)
    return _pairs(rows.order_by("-score", "id")[:limit])


def duplicate(review_id):
    """Return one pair.

    Raises    NotFound `people.no_review`
    """
    found = _pairs(Review.objects.filter(pk=review_id))
    if not found:
        raise errors.NotFound("people.no_review", _("Không còn cặp hồ sơ này để xem."))
    return found[0]


def duplicates_of(rid):
    """Return the open pairs in which one person stands."""
    return _pairs(_asked(OPEN, None).filter(Q(low=rid) | Q(high=rid)))


def count_open(org=None):
    """How many pairs wait to be looked at."""
    return _asked(OPEN, org).count()


def _asked(state, org):
    """Reviews of a state; open ones only while both people still stand by themselves."""
    rows = Review.objects.filter(state=state)
    if state == OPEN:
        gone = Person.objects.filter(Q(merged_into__isnull=False) | Q(retired=True))
        rows = rows.exclude(low__in=gone.values("rid")).exclude(high__in=gone.values("rid"))
    return rows.filter(org=org) if org else rows


def _pairs(rows):
    rows = list(rows)
    people = index.by_rids({rid for row in rows for rid in (row.low, row.high)})
    return [
        Pair(
            row.id,
            people[row.low],
            people[row.high],
            row.rule,
            row.score,
            tuple(matching.Evidence(*one) for one in row.evidence),
            row.state,
            row.opened_at,
            row.org,
            row.closed_at,
            row.closed_name,
            row.reason,
        )
        for row in rows
        if row.low in people and row.high in people
    ]


@transaction.atomic
def mark_different(review_id, *, by, reason=""):
    """Tell two people apart for good (đánh dấu là hai người khác nhau).

    Raises    NotFound `people.no_review`; Conflict `people.review_closed`
    Records   event `people.review.closed`
    """
    row = close(review_id, DIFFERENT, by=by, reason=reason)
    ledger.record("people.review.closed", by=by, facts={"review": row.id, "state": DIFFERENT.value})


def close(review_id, state, *, by, reason):
    """Close an open review and return its row; the caller records the event."""
    row = Review.objects.select_for_update().filter(pk=review_id).first()
    if row is None:
        raise errors.NotFound("people.no_review", _("Không còn cặp hồ sơ này để xem."))
    if row.state != OPEN:
        raise errors.Conflict(
            "people.review_closed", _("Cặp này đã có người xử lý; hãy tải lại trang.")
        )
    row.state, row.reason, row.closed_at = state, reason.strip(), timezone.now()
    row.closed_by, row.closed_name = by.ref, by.name
    row.save()
    return row


def reopen(review_id):
    """Put a pair back into the queue, when a merge was undone."""
    Review.objects.filter(pk=review_id).update(
        state=OPEN, closed_at=None, closed_by="", closed_name="", reason=""
    )


_CARRY = """
    INSERT INTO people_review (low, high, rule, score, evidence, state, opened_by, org,
        closed_by, closed_name, reason)
    SELECT least(other, %(new)s), greatest(other, %(new)s), rule, score, evidence, 'open',
        opened_by, org, '', '', ''
    FROM (SELECT *, CASE WHEN low = %(old)s THEN high ELSE low END AS other FROM people_review
          WHERE state = 'open' AND %(old)s IN (low, high)) r
    WHERE other <> %(new)s
    ON CONFLICT (low, high) DO NOTHING
"""


def carry_over(old, new):
    """Ask of one person (rid) what is asked of another, when the other was merged into it."""
    index.query(_CARRY, {"old": old, "new": new})
