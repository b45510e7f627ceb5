"""Two records of one person made one, and the way back (gộp hồ sơ, tách lại).

A merge rewrites every reference from the dropped Patient to the kept one as new versions, and
remembers the version before and after of each resource. The way back puts the bytes of before
again where nobody wrote since, and elsewhere turns back only the references that the merge turned.
What somebody still writes to the dropped Patient afterwards is gathered in (`gather`).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import index, keys, matching, moving, reviews, taking
from haidang.engines.people.models import Merge, Person, Review
from haidang.engines.records import api as records
from haidang.kernel import actor, errors

#: For so long after a merge, writers who began before it are looked for one by one.
_WATCHED = timedelta(minutes=15)
_PEOPLE = 2  # a merge is of two; one that was purged since leaves nothing to gather


@dataclass(frozen=True)
class Merged:
    """One merge (lượt gộp) as people see it."""

    id: int
    keep: index.Row
    drop: index.Row
    reason: str
    moved: int
    at: datetime
    by_name: str
    org: str | None
    undone_at: datetime | None
    undone_name: str
    undo_reason: str


@dataclass(frozen=True)
class Plan:
    """What a merge, or undoing one, would do (xem trước).

    counts    {resource type: how many} that would be written, the Patients left out
    match     how the two compare, with the evidence; None for undoing
    patient   the Patient that would be kept, as it would stand afterwards
    """

    keep: index.Row
    drop: index.Row
    counts: dict
    match: matching.Match | None
    patient: dict


def preview_merge(keep, drop, *, by):
    """Say what `merge` would do and change nothing (xem trước việc gộp); returns a `Plan`.

    Raises    as `merge`
    """
    with access.reach(by, people="all", asker=""):
        kept, dropped = _standing(keep, drop)
        two = moving.Two.of(kept, dropped)
        before = moving.seen(two)
        patient = moving.keeping(
            before[two.kept].resource, before[two.dropped].resource, two.dropped
        )
    counts = Counter(one.type for ref, one in before.items() if ref not in two.refs)
    return Plan(kept, dropped, dict(sorted(counts.items())), _comparison(kept, dropped), patient)


def _comparison(kept, dropped):
    return matching.compare(kept.traits, dropped.traits)


@transaction.atomic
def merge(keep, drop, *, by, reason, review=None):
    """Make one record of two (gộp hồ sơ) and return the number of the merge.

    keep, drop  `Patient/<id>`: the record that stays and the one that points to it afterwards
    reason      why they are one person; stands in the ledger and on the page
    review      number of the review item that this answers

    Raises    Incorrect `people.same_record`, `people.reason_missing`; NotFound `people.no_person`;
              Conflict `people.already_merged`, `people.review_closed`, `records.contended`
    Records   event `people.person.merged`
    """
    if not reason.strip():
        raise errors.Incorrect("people.reason_missing", _("Hãy ghi lý do gộp hai hồ sơ này."))
    with access.reach(by, people="all", asker=""):
        _lock(*_two_rows(keep, drop))
        kept, dropped = _standing(keep, drop)
        two = moving.Two.of(kept, dropped)
        before = moving.held(two)
        stored = records.save_all(_after(before, two), by=by, unchanged="write")
        records.consents.follow_people(kept.rid)
        row = Merge.objects.create(
            keep=kept.rid,
            drop=dropped.rid,
            reason=reason.strip(),
            review=review,
            moved=_versions(before, stored),
            faces=_take_over(kept, dropped),
            by_ref=by.ref,
            by_name=by.name,
            org=by.org,
        )
        _reindex(stored, kept, dropped)
        _extend_care(row, kept, dropped)
        access.follow_merge(dropped.rid, kept.id, kept.rid)
        _close_reviews(row, kept, dropped, by)
    _tell("people.person.merged", two, row.pk, len(stored), by)
    return row.pk


def _after(before, two):
    """Everything as it stands after the merge: what is moved, then the two Patients."""
    one, other = before[two.kept].resource, before[two.dropped].resource
    patients = [moving.keeping(one, other, two.dropped), moving.dropping(other, two.kept)]
    return moving.moved(before, two) + patients


def _two_rows(keep, drop):
    if keep == drop:
        raise errors.Incorrect(
            "people.same_record", _("Hai hồ sơ cần gộp phải là hai hồ sơ khác nhau.")
        )
    return [_row(ref) for ref in (keep, drop)]


def _standing(keep, drop):
    """The two people, each still standing by itself."""
    kept, dropped = _two_rows(keep, drop)
    if kept.merged_into or dropped.merged_into:
        raise errors.Conflict(
            "people.already_merged",
            _("Một trong hai hồ sơ đã được gộp trước đó; hãy tải lại trang."),
        )
    return kept, dropped


def _row(ref):
    # Read with its numbers: they are what the locks are taken on.
    row = index.by_id(ref.partition("/")[2])
    if row is None:
        raise _no_person()
    return row


def _no_person():
    return errors.NotFound("people.no_person", _("Không tìm thấy người này trong chỉ mục."))


def _lock(*rows):
    index.lock(
        {key.lock for row in rows for key in row.numbers}
        | {keys.lock_number("merge", row.rid) for row in rows}
    )


def hold(ref):
    """Keep a person from being merged, or parted again, until the caller's transaction ends.

    Raises    NotFound `people.no_person`
    """
    index.lock({keys.lock_number("merge", _row(ref).rid)})


def _versions(before, stored):
    return [[one.ref, before[one.ref].version, one.version] for one in stored]


def _tell(event, two, merge_id, moved, by):
    facts = {"merge": merge_id, "moved": moved}
    for ref in (two.kept, two.dropped):
        ledger.record(event, by=by, about=ref, facts=facts)


def _take_over(kept, dropped):
    """Point the dropped person, and who was merged into it, to the kept one; return the latter."""
    faces = list(
        Person.objects.filter(merged_into=dropped.rid).order_by("rid").values_list("rid", flat=True)
    )
    Person.objects.filter(rid__in=[dropped.rid, *faces]).update(merged_into=kept.rid)
    return faces


def _reindex(stored, *people):
    said = {row.rid: row.said for row in people}
    index.write([(one, said[one.rid]) for one in stored if one.rid in said])


# An organisation may care on several grounds: what ends last counts, and what does not end.
_CARE = """
SELECT org, CASE WHEN bool_and(until IS NOT NULL) THEN max(until) END
FROM access_care_relation WHERE patient = %s GROUP BY org ORDER BY org
"""


def _extend_care(row, kept, dropped):
    """Whoever cares for the dropped record cares for the kept one, on the ground of this merge."""
    # Access tells whether an organisation is related, not which ones are: its table is read here.
    with connection.cursor() as cursor:
        cursor.execute(_CARE, [dropped.rid])
        related = cursor.fetchall()
    row.orgs = sorted({org for org, _ in related})
    row.save(update_fields=["orgs"])
    access.relate_many([(kept.rid, org, f"merge:{row.pk}", until) for org, until in related])


def _close_reviews(row, kept, dropped, by):
    """Answer the pair itself, and ask of the kept person what was asked of the dropped one."""
    low, high = sorted((kept.rid, dropped.rid))
    pair = Review.objects.filter(low=low, high=high, state=reviews.OPEN).first()
    if pair:
        reviews.close(pair.pk, reviews.MERGED, by=by, reason=row.reason)
        if row.review is None:
            row.review = pair.pk
            row.save(update_fields=["review"])
    reviews.carry_over(dropped.rid, kept.rid)


@transaction.atomic
def unmerge(merge_id, *, by, reason=""):
    """Make two records of one again (tách lại), as they were.

    What was written to the kept person since the merge stays there.

    Raises    NotFound `people.no_merge`, `people.no_person`; Conflict `people.already_undone`, `people.merged_since`,
              `records.contended`
    Records   event `people.person.unmerged`
    """
    with access.reach(by, people="all", asker=""):
        row, kept, dropped = _undoable(merge_id, held=True)
        two = moving.Two.of(kept, dropped)
        stored = records.save_all(_back(row, two), by=by, unchanged="write")
        records.consents.follow_people(kept.rid, dropped.rid)
        Person.objects.filter(pk=dropped.rid).update(merged_into=None)
        Person.objects.filter(rid__in=row.faces).update(merged_into=dropped.rid)
        access.follow_unmerge(kept.rid, dropped.id, dropped.rid)
        _reindex(stored, kept, dropped)
    _close_undone(row, kept, by, reason)
    _tell("people.person.unmerged", two, row.pk, len(stored), by)


def preview_unmerge(merge_id, *, by):
    """Say what `unmerge` would do and change nothing (xem trước việc tách); returns a `Plan`.

    Raises    as `unmerge`
    """
    with access.reach(by, people="all", asker=""):
        row, kept, dropped = _undoable(merge_id)
        two = moving.Two.of(kept, dropped)
        back = _back(row, two)
    kinds = Counter(each["resourceType"] for each in back)
    kinds.subtract({"Patient": len(two.refs)})
    counts = {kind: many for kind, many in sorted(kinds.items()) if many > 0}
    patient = next((each for each in back if f"Patient/{each['id']}" == two.kept), {})
    return Plan(kept, dropped, counts, None, patient)


def _undoable(merge_id, *, held=False):
    """A merge that can be undone now, with its two people; `held` locks them."""
    rows = Merge.objects.select_for_update() if held else Merge.objects
    row = rows.filter(pk=merge_id).first()
    if row is None:
        raise errors.NotFound("people.no_merge", _("Không có lượt gộp này."))
    if row.undone_at:
        raise errors.Conflict("people.already_undone", _("Lượt gộp này đã được tách lại."))
    kept, dropped = _people_of(row)
    if held:
        _lock(kept, dropped)
        kept, dropped = _people_of(row)
    if kept.merged_into:
        raise errors.Conflict(
            "people.merged_since",
            _("Hồ sơ giữ lại sau đó đã gộp vào hồ sơ khác; hãy tách lượt gộp sau trước."),
        )
    return row, kept, dropped


def _people_of(row):
    people = index.by_rids([row.keep, row.drop])
    if len(people) != _PEOPLE:
        raise _no_person()
    return people[row.keep], people[row.drop]


def _back(row, two):
    return moving.restored(row.moved, two, taken=taking.taken(row, two))


def gather():
    """Bring in what was written to a merged record after its merge (phần ghi muộn); returns how many.

    Systems go on using an old id, and a writer may have begun before the merge and ended after it.
    What is brought in belongs to the merge, so undoing it gives it back. Called again while it
    finds something, it follows a chain of merges to its end.

    Records   event `people.person.gathered`
    """
    standing = Merge.objects.filter(undone_at=None).order_by("pk")
    found, since = list(standing.values_list("pk", "drop", "at")), timezone.now() - _WATCHED
    with access.reach(actor.SYSTEM, people="all"):
        late = records.filled({drop for _pk, drop, _at in found})
    return sum(_gather_one(pk) for pk, drop, at in found if drop in late or at > since)


@transaction.atomic
def _gather_one(merge_id):
    with access.reach(actor.SYSTEM, people="all"):
        row = Merge.objects.select_for_update().filter(pk=merge_id, undone_at=None).first()
        people = index.by_rids([row.keep, row.drop]) if row else {}
        if len(people) != _PEOPLE:
            return 0
        two = moving.Two.of(people[row.keep], people[row.drop])
        late = moving.latecomers(two)
        if not late:
            return 0
        stored = records.save_all(moving.moved(late, two), by=actor.SYSTEM, unchanged="write")
        row.moved = [*row.moved, *_versions(late, stored)]
        row.save(update_fields=["moved"])
    _tell("people.person.gathered", two, row.pk, len(stored), actor.SYSTEM)
    return len(stored)


def _close_undone(row, kept, by, reason):
    for org in row.orgs:
        access.unrelate(kept.rid, org, basis=f"merge:{row.pk}")
    row.undone_at, row.undone_by, row.undone_name = timezone.now(), by.ref, by.name
    row.undo_reason = reason.strip()
    row.save()
    if row.review:
        reviews.reopen(row.review)


def merges(*, org=None, before=None, limit=50):
    """Return merges, the newest first, undone ones too (các lượt gộp).

    org     only those that this organisation made
    before  number of the last one already seen, for paging
    """
    rows = Merge.objects.order_by("-pk")
    rows = rows.filter(org=org) if org else rows
    return _merged(rows.filter(pk__lt=before)[:limit] if before else rows[:limit])


def merge_of(merge_id):
    """Return one merge.

    Raises    NotFound `people.no_merge`
    """
    found = _merged(Merge.objects.filter(pk=merge_id))
    if not found:
        raise errors.NotFound("people.no_merge", _("Không có lượt gộp này."))
    return found[0]


def standing_merge_of(dropped):
    """Return the merge, not undone, by which `Patient/<id>` was dropped.

    Raises    NotFound `people.no_merge`
    """
    found = _merged(Merge.objects.filter(drop=_row(dropped).rid, undone_at=None))
    if not found:
        raise errors.NotFound("people.no_merge", _("Không có lượt gộp này."))
    return found[0]


def _merged(rows):
    rows = list(rows)
    people = index.by_rids({rid for row in rows for rid in (row.keep, row.drop)})
    return [
        Merged(
            row.pk,
            people[row.keep],
            people[row.drop],
            row.reason,
            len(row.moved),
            row.at,
            row.by_name,
            row.org,
            row.undone_at,
            row.undone_name,
            row.undo_reason,
        )
        for row in rows
        if row.keep in people and row.drop in people
    ]
