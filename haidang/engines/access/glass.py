"""Breaking the glass: opening a record in an emergency, with a reason that others will read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import limits, scope
from haidang.engines.access.models import BrokenGlass
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

OPEN_FOR = timedelta(hours=4)
SHORTEST_REASON = 15
VERDICTS = dict(BrokenGlass.Verdict.choices)


@dataclass(frozen=True)
class Opening:
    """One emergency opening as the person and the privacy officer see it (lượt mở khẩn cấp)."""

    id: int
    at: datetime
    until: datetime
    by_ref: str
    by_name: str
    org: str
    patient: str
    reason: str
    verdict: str
    note: str
    reviewed_by: str
    reviewed_at: datetime | None


@transaction.atomic
def break_glass(by, patient_ref, *, reason):
    """Open a record in an emergency for four hours (mở khẩn cấp); return the `Opening`.

    Staff only. The look goes into the access book at once, with the reason, where the person
    sees it; the privacy officer reviews every one.

    Raises    NotAllowed `access.staff_only`; Incorrect `access.reason_too_short`;
              TooMany `access.too_many`
    Records   event `access.glass.broken`
    """
    reason = " ".join(reason.split())
    if by.kind != actors.STAFF:
        raise errors.NotAllowed("access.staff_only", _("Chỉ nhân viên y tế được mở khẩn cấp."))
    if len(reason) < SHORTEST_REASON:
        raise errors.Incorrect(
            "access.reason_too_short",
            _("Hãy ghi rõ lý do cấp cứu (ít nhất 15 ký tự); người bệnh sẽ đọc được lý do này."),
        )
    limits.spend("glass", by.ref, limit=20, per=timedelta(hours=1))
    ledger.looked(by=by, about=patient_ref, what="Mở khẩn cấp", purpose="emergency", reason=reason)
    row = BrokenGlass.objects.create(
        by_ref=by.ref,
        by_name=by.name,
        org=by.org or "",
        patient=patient_ref,
        reason=reason,
        until=timezone.now() + OPEN_FOR,
    )
    ledger.record("access.glass.broken", by=by, about=patient_ref, facts={"opening": row.pk})
    row.refresh_from_db()
    return _opening(row)


def is_broken(by, patient_ref):
    """Return whether the actor's emergency opening of this record is still running."""
    rows = BrokenGlass.objects.filter(by_ref=by.ref, patient=patient_ref, until__gt=timezone.now())
    return rows.exclude(verdict=BrokenGlass.Verdict.UNJUSTIFIED).exists()


def openings(*, waiting=None, patient=None, org=None, before=None, limit=50):
    """Return emergency openings, newest first.

    waiting   True: only those not yet reviewed; False: only reviewed ones
    patient   `Patient/<id>`: only those of one person
    org       only those made where a role at this organisation reaches
    before    id of the last one already seen
    """
    rows = BrokenGlass.objects.order_by("-pk")
    if waiting is not None:
        rows = rows.filter(verdict="") if waiting else rows.exclude(verdict="")
    if patient:
        rows = rows.filter(patient=patient)
    if org:
        rows = rows.filter(org__in=scope.reached(org))
    if before:
        rows = rows.filter(pk__lt=before)
    return [_opening(row) for row in rows[:limit]]


def opening(opening_id):
    """Return one emergency opening, or None."""
    row = BrokenGlass.objects.filter(pk=opening_id).first()
    return _opening(row) if row else None


@transaction.atomic
def review_opening(opening_id, *, verdict, note, by):
    """Close the review of one opening (kết luận); an unjustified one ends at once.

    Raises    NotFound `access.no_opening`; Conflict `access.already_reviewed`;
              Incorrect `access.unknown_verdict`; NotAllowed `access.own_opening`
    Records   event `access.glass.reviewed`
    """
    row = BrokenGlass.objects.select_for_update().filter(pk=opening_id).first()
    if row is None:
        raise errors.NotFound("access.no_opening", _("Không có lượt mở khẩn cấp này."))
    if row.verdict:
        raise errors.Conflict("access.already_reviewed", _("Lượt mở này đã có kết luận."))
    if row.by_ref == by.ref:
        raise errors.NotAllowed("access.own_opening", _("Không ai tự kết luận lượt mở của mình."))
    if verdict not in VERDICTS:
        raise errors.Incorrect("access.unknown_verdict", _("Hãy chọn một kết luận."))
    row.verdict, row.note, row.reviewed_by = verdict, note.strip(), by.ref
    row.reviewed_at = timezone.now()
    row.save()
    facts = {"opening": row.pk, "verdict": verdict}
    ledger.record("access.glass.reviewed", by=by, about=row.patient, facts=facts)
    return _opening(row)


def _opening(row):
    return Opening(
        row.pk,
        row.at,
        row.until,
        row.by_ref,
        row.by_name,
        row.org,
        row.patient,
        row.reason,
        row.verdict,
        row.note,
        row.reviewed_by,
        row.reviewed_at,
    )
