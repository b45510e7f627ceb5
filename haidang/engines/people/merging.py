"""Two records of one person made one, and the way back (gộp hồ sơ, tách lại).

A merge rewrites every reference from the dropped Patient to the kept one as new versions, and
remembers the version before and after of each resource. The way back puts the bytes of before
again where nobody wrote since, and elsewhere turns back only the references that the merge turned.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import index, keys, references, reviews
from haidang.engines.people.models import Merge, Person, Review
from haidang.engines.records import api as records
from haidang.kernel import errors

#: Where else a Patient may be named, beside the person's own compartment.
_ELSEWHERE = (
    ("Provenance", "target"),
    ("Group", "member"),
    ("Patient", "link"),
    ("List", "subject"),
    ("RelatedPerson", "patient"),
)


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


@transaction.atomic
def merge(keep, drop, *, by, reason, review=None):
    """Make one record of two (gộp hồ sơ) and return the number of the merge.

    keep, drop  `Patient/<id>`: the record that stays and the one that points to it afterwards
    reason      why they are one person; stands in the ledger and on the page
    review      number of the review item that this answers

    Raises    Incorrect `people.same_record`, `people.reason_missing`; NotFound `people.no_person`;
              Conflict `people.already_merged`, `people.review_closed`
    Records   event `people.person.merged`
    """
    if not reason.strip():
        raise errors.Incorrect("people.reason_missing", _("Hãy ghi lý do gộp hai hồ sơ này."))
    with access.reach(by, people="all"):
        kept, dropped = _both(keep, drop)
        before = _resources_of(dropped, kept)
        stored = records.save_all(_rewritten(before, kept, dropped), by=by)
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
        _close_reviews(row, kept, dropped, by)
    facts = {"merge": row.pk, "moved": len(stored)}
    ledger.record("people.person.merged", by=by, about=f"Patient/{kept.id}", facts=facts)
    ledger.record("people.person.merged", by=by, about=f"Patient/{dropped.id}", facts=facts)
    return row.pk


def _both(keep, drop):
    """The two people, locked against matching and other merges, then read again."""
    if keep == drop:
        raise errors.Incorrect(
            "people.same_record", _("Hai hồ sơ cần gộp phải là hai hồ sơ khác nhau.")
        )
    _lock(*(_row(ref) for ref in (keep, drop)))
    records.lock(keep, drop)
    kept, dropped = _row(keep), _row(drop)
    if kept.merged_into or dropped.merged_into:
        raise errors.Conflict(
            "people.already_merged",
            _("Một trong hai hồ sơ đã được gộp trước đó; hãy tải lại trang."),
        )
    return kept, dropped


def _row(ref):
    row = index.by_id(ref.partition("/")[2])
    if row is None:
        raise errors.NotFound("people.no_person", _("Không tìm thấy người này trong chỉ mục."))
    return row


def _lock(*rows):
    index.lock(
        {key.lock for row in rows for key in row.numbers}
        | {keys.lock_number("merge", row.rid) for row in rows}
    )


def _resources_of(dropped, kept):
    """Everything that names the dropped Patient, and both Patients: {ref: Stored}."""
    ref = f"Patient/{dropped.id}"
    found = {one.ref: one for one in records.compartment(dropped.rid) if not one.deleted}
    for kind, parameter in _ELSEWHERE:
        found |= {one.ref: one for one in _all(kind, parameter, ref)}
    found |= {one.ref: one for one in records.get_many([ref, f"Patient/{kept.id}"])}
    return found


def _all(kind, parameter, ref):
    cursor = None
    while True:
        page = records.search(kind, [(parameter, ref), ("_count", "200")], cursor=cursor)
        yield from page.matches
        cursor = page.next_cursor
        if not cursor:
            return


def _rewritten(before, kept, dropped):
    old, new = f"Patient/{dropped.id}", f"Patient/{kept.id}"
    patients = {old, new}
    others = [
        references.moved(one.resource, old, new)
        for ref, one in sorted(before.items())
        if ref not in patients and references.paths_to(one.resource, old)
    ]
    one, two = before[new].resource, before[old].resource
    return [*others, _keeping(one, two, old), _dropping(two, new)]


def _keeping(resource, other, old):
    """The kept Patient: takes over the numbers of the other, and says that it replaces it."""
    own = {(i.get("system"), i.get("value")) for i in resource.get("identifier", ())}
    taken = [i for i in other.get("identifier", ()) if (i.get("system"), i.get("value")) not in own]
    link = {"other": {"reference": old}, "type": "replaces"}
    merged = {**resource, "link": [*resource.get("link", ()), link]}
    return merged | ({"identifier": [*resource.get("identifier", ()), *taken]} if taken else {})


def _dropping(resource, new):
    """The dropped Patient: out of use, pointing to the one that replaces it."""
    link = {"other": {"reference": new}, "type": "replaced-by"}
    return {**resource, "active": False, "link": [*resource.get("link", ()), link]}


def _versions(before, stored):
    return [[one.ref, before[one.ref].version, one.version] for one in stored]


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


_CARE = "SELECT org, until FROM access_care_relation WHERE patient = %s ORDER BY org"


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

    Raises    NotFound `people.no_merge`; Conflict `people.already_undone`, `people.merged_since`
    Records   event `people.person.unmerged`
    """
    row = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if row is None:
        raise errors.NotFound("people.no_merge", _("Không có lượt gộp này."))
    if row.undone_at:
        raise errors.Conflict("people.already_undone", _("Lượt gộp này đã được tách lại."))
    with access.reach(by, people="all"):
        people = index.by_rids([row.keep, row.drop])
        kept, dropped = people[row.keep], people[row.drop]
        _lock(kept, dropped)
        if kept.merged_into:
            raise errors.Conflict(
                "people.merged_since",
                _("Hồ sơ giữ lại sau đó đã gộp vào hồ sơ khác; hãy tách lượt gộp sau trước."),
            )
        stored = records.save_all(_restored(row, kept, dropped), by=by)
        Person.objects.filter(pk=dropped.rid).update(merged_into=None)
        Person.objects.filter(rid__in=row.faces).update(merged_into=dropped.rid)
        _reindex(stored, kept, dropped)
    _close_undone(row, kept, by, reason)
    facts = {"merge": row.pk, "moved": len(stored)}
    ledger.record("people.person.unmerged", by=by, about=f"Patient/{kept.id}", facts=facts)
    ledger.record("people.person.unmerged", by=by, about=f"Patient/{dropped.id}", facts=facts)


def _restored(row, kept, dropped):
    """Each moved resource as it has to be written to undo the merge."""
    refs = [ref for ref, _, _ in row.moved]
    records.lock(*refs)
    now = {one.ref: one for one in records.get_many(refs) if one and not one.deleted}
    old, new = f"Patient/{dropped.id}", f"Patient/{kept.id}"
    restored = []
    for ref, before, after in row.moved:
        if ref not in now:
            continue
        was = records.vread(ref, before).resource
        if now[ref].version == after:
            restored.append(was)
        elif ref in (old, new):
            taken = _taken(now[old].resource, was) if ref == new else ()
            other = new if ref == old else old
            restored.append(_parted(now[ref].resource, was, other, taken))
        else:
            paths = references.paths_to(was, old)
            restored.append(references.moved_at(now[ref].resource, paths, new, old))
    return restored


def _taken(dropped, was):
    """Identifiers that the kept Patient had from the dropped one only."""
    own = {(i.get("system"), i.get("value")) for i in was.get("identifier", ())}
    theirs = {(i.get("system"), i.get("value")) for i in dropped.get("identifier", ())}
    return theirs - own


def _parted(resource, was, other, taken):
    """A Patient that was edited after the merge, without what the merge had put into it."""
    links = [k for k in resource.get("link", ()) if k["other"].get("reference") != other]
    own = [
        i for i in resource.get("identifier", ()) if (i.get("system"), i.get("value")) not in taken
    ]
    parted = {k: v for k, v in resource.items() if k not in ("link", "active", "identifier")}
    parted |= {"link": links} if links else {}
    parted |= {"identifier": own} if own else {}
    parted |= {"active": was["active"]} if "active" in was else {}
    return parted


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
