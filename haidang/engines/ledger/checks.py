"""Verifications asked for by people or by the calendar, run by the worker and kept."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from haidang.engines.ledger import checking, entries
from haidang.engines.ledger.models import Check
from haidang.kernel import actor as actors

EVERY = timedelta(hours=24)
# A verification that has not ended by then was killed with its worker, and is run again.
_GIVEN_UP_AFTER = timedelta(hours=2)


@dataclass(frozen=True)
class Verification:
    """One verification as a page shows it (lần kiểm tra sổ)."""

    id: int
    asked_at: datetime
    by_name: str
    started_at: datetime | None
    ended_at: datetime | None
    ok: bool | None
    checked: int
    faults: list[dict]
    notes: list[str]


@transaction.atomic
def ask_to_verify(*, by):
    """Ask the worker to verify the whole ledger; one that already waits is enough.

    Records   event `ledger.check.asked`
    """
    if Check.objects.filter(ended_at=None).exists():
        return
    Check.objects.create(by_ref=by.ref, by_name=by.name)
    entries.record("ledger.check.asked", by=by)


def verifications(limit=20):
    """Return the latest verifications, newest first."""
    return [_verification(row) for row in Check.objects.order_by("-pk")[:limit]]


def run_waiting():
    """Run the verification that waits, or the daily one when it is due; return how many ran."""
    _ask_daily()
    killed = Q(ended_at=None, started_at__lt=timezone.now() - _GIVEN_UP_AFTER)
    with transaction.atomic():
        rows = Check.objects.select_for_update(skip_locked=True)
        row = rows.filter(Q(started_at=None) | killed).order_by("pk").first()
        if row is None:
            return 0
        row.started_at = timezone.now()
        row.save(update_fields=["started_at"])
    _keep(row, checking.verify())
    return 1


def _ask_daily():
    latest = Check.objects.order_by("-pk").first()
    if latest is None or timezone.now() - latest.asked_at > EVERY:
        Check.objects.create(by_ref=actors.SYSTEM.ref, by_name=actors.SYSTEM.name)


@transaction.atomic
def _keep(row, report):
    row.ended_at, row.ok, row.checked = timezone.now(), report.ok, report.checked
    row.faults = [asdict(fault) for fault in report.faults]
    row.notes = report.notes
    row.save()
    event = "ledger.check.passed" if report.ok else "ledger.check.failed"
    facts = {"check": row.pk, "checked": report.checked, "faults": len(report.faults)}
    entries.record(event, by=actors.SYSTEM, facts=facts)


def _verification(row):
    return Verification(
        row.pk, row.asked_at, row.by_name, row.started_at, row.ended_at, row.ok, row.checked,
        row.faults, row.notes,
    )  # fmt: skip
