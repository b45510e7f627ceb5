"""Writes: a pair is merged, told apart, or a merge undone. The people engine does it and records it."""

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.kernel import errors
from haidang.rooms.identity_review import selectors


def merge_people(review_id, *, keep, reason, by):
    """Merge the two records of a pair (gộp hồ sơ); returns the number of the merge.

    keep      id of the Patient that stays; the other one points to it afterwards
    reason    why they are one person

    Raises    NotAllowed `access.not_permitted`; Incorrect `identity_review.keep_one`,
              `people.reason_missing`; Conflict `people.already_merged`, `people.review_closed`
    Records   event `people.person.merged`
    """
    access.require(by, "identity_review.merge_people")
    pair = _pair(review_id, by)
    ids = [pair.left.id, pair.right.id]
    if keep not in ids:
        raise errors.Incorrect("identity_review.keep_one", "Hãy chọn hồ sơ được giữ lại.")
    drop = ids[1] if keep == ids[0] else ids[0]
    return people.merge(
        f"Patient/{keep}", f"Patient/{drop}", by=by, reason=reason, review=review_id
    )


def mark_different(review_id, *, reason, by):
    """Say that a pair are two people (hai người khác nhau); it is not asked about again.

    Raises    NotAllowed `access.not_permitted`; Conflict `people.review_closed`
    Records   event `people.review.closed`
    """
    access.require(by, "identity_review.mark_different")
    _pair(review_id, by)
    people.mark_different(review_id, by=by, reason=reason)


def undo_merge(merge_id, *, reason, by):
    """Make two records of one again (tách lại), as they were.

    Raises    NotAllowed `access.not_permitted`; Conflict `people.already_undone`,
              `people.merged_since`
    Records   event `people.person.unmerged`
    """
    access.require(by, "identity_review.undo_merge")
    org = selectors.org_of(by)
    if org and people.merge_of(merge_id).org != org:
        raise errors.NotFound("people.no_merge", "Không có lượt gộp này.")
    people.unmerge(merge_id, by=by, reason=reason)


def _pair(review_id, by):
    """The pair, when it is among those of the actor's organisation."""
    pair = people.duplicate(review_id)
    org = selectors.org_of(by)
    if org and pair.org != org:
        raise errors.NotFound("people.no_review", "Không còn cặp hồ sơ này để xem.")
    return pair
