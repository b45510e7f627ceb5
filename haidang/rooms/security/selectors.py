"""What the room's pages show; always told who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.health_record import api as health_record

PAGE = 50
KINDS = ("event", "look")


@dataclass(frozen=True)
class Ledger:
    """The state of the ledger as its page shows it (tình trạng sổ)."""

    head: ledger.TreeHead | None
    heads: list
    verifications: list
    parked: list
    latest: list

    @property
    def waiting(self):
        """True while a verification is asked for and not ended."""
        return any(one.ended_at is None for one in self.verifications[:1])


@dataclass(frozen=True)
class Review:
    """One emergency opening with what was looked at under it (lượt mở khẩn cấp)."""

    opening: access.Opening
    org_name: str
    looks: list[tuple]  # (when, what was seen, in words)


def ledger_state(*, by):
    """Return the state of the ledger; what it holds is not shown here."""
    access.require(by, "security.see_ledger")
    return Ledger(
        head=ledger.head(),
        heads=ledger.heads(limit=10),
        verifications=ledger.verifications(limit=5),
        parked=ledger.parked(limit=PAGE) if access.may(by, "security.retry_parked") else [],
        latest=ledger.latest_events(limit=15) if access.may(by, "security.verify_ledger") else [],
    )


def head(size, *, by):
    """Return the signed head of a size; NotFound `security.no_head` when there is none."""
    access.require(by, "security.see_ledger")
    found = ledger.head(size)
    if found is None:
        raise errors.NotFound("security.no_head", _("Không có đầu cây đã ký nào như vậy."))
    return found


def proof(kind, seq, *, by):
    """Return the proof that one row is in the signed tree; the asker stands in the access book.

    kind      `event` or `look`

    Raises    NotFound `ledger.not_sealed`, `ledger.no_such_row` or `security.no_kind`
    """
    access.require(by, "security.verify_ledger")
    if kind not in KINDS:
        raise errors.NotFound("security.no_kind", _("Sổ chỉ có sự kiện và lượt xem."))
    found = ledger.inclusion_proof(kind, seq)
    ledger.looked(
        by=by,
        about=found.entry["about"],
        what="security.proof",
        purpose="audit",
        reason=f"{kind} {seq}",
    )
    return found


def openings(*, by, waiting, before=None):
    """Return emergency openings in the officer's scope and the id to continue before, or None."""
    access.require(by, "security.review_opening")
    org = None if access.is_city_wide(by) else by.org
    found = access.openings(waiting=waiting, org=org, before=before, limit=PAGE + 1)
    more = len(found) > PAGE
    return found[:PAGE], found[PAGE - 1].id if more else None


def review(opening_id, *, by):
    """Return one emergency opening with what was looked at under it.

    Raises    NotFound `access.no_opening`, also when it is out of scope
    """
    access.require(by, "security.review_opening")
    found = access.opening(opening_id)
    if found is None or not (access.is_city_wide(by) or access.covers(by.org, found.org)):
        raise errors.NotFound("access.no_opening", _("Không có lượt mở khẩn cấp này."))
    looks = [
        (look.at, health_record.look_in_words(look.what))
        for look in ledger.looks_at(found.patient, limit=500)
        if look.by_ref == found.by_ref and found.at <= look.at <= found.until
    ]
    return Review(found, access.name_of(found.org) or found.org, looks[::-1])
