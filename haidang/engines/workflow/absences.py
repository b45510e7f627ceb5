"""Somebody is away and another acts for them (uỷ quyền khi vắng mặt), between two days and not longer.

A deputy takes what waits for the roles that were handed over, and what the absent one held. What is
not finished when the days are over goes back to whoever was away.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import models
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors

_BATCH = 500
_LONGEST_DAYS = 366


@dataclass(frozen=True)
class Absence:
    """Who is away, who acts for them, in which roles, from the first day to the last; both count."""

    id: int
    who: str
    who_name: str
    deputy: str
    deputy_name: str
    roles: tuple[str, ...]
    org: str
    first_on: date
    last_on: date

    def holds(self, on):
        return self.first_on <= on <= self.last_on


@transaction.atomic
def set_absence(*, who, deputy, roles, org, first_on, last_on, by, who_name="", deputy_name=""):
    """Say who acts for somebody who is away, and return the id.

    roles    those of the absent one that are handed over

    Raises    RuleBroken `workflow.absence_wrong`, `workflow.absence_overlaps` (somebody acts for
              them already in those days), `workflow.deputy_absent`
    Records   event `workflow.absence.set` (facts: first_on, last_on)
    """
    if not 0 <= (last_on - first_on).days <= _LONGEST_DAYS or who == deputy or not roles:
        raise errors.RuleBroken(
            "workflow.absence_wrong", _("Kiểm tra lại ngày vắng mặt và người làm thay.")
        )
    with connection.cursor() as cursor:  # two heads who hand over at once do it one by one
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('workflow.absence', 0))")
    _check_free(who, deputy, first_on, last_on)
    row = models.Absence.objects.create(
        who=who,
        who_name=who_name,
        deputy=deputy,
        deputy_name=deputy_name,
        roles=sorted(roles),
        org=org,
        first_on=first_on,
        last_on=last_on,
        by_ref=by.ref,
    )
    _note("workflow.absence.set", row, by)
    return row.pk


def _check_free(who, deputy, first_on, last_on):
    same_days = _standing().filter(first_on__lte=last_on, last_on__gte=first_on)
    people = set(same_days.values_list("who", flat=True))
    if who in people:
        raise errors.RuleBroken(
            "workflow.absence_overlaps",
            _("Trong những ngày này đã có người làm thay; hãy kết thúc lần đó trước."),
        )
    if deputy in people:
        raise errors.RuleBroken(
            "workflow.deputy_absent", _("Người làm thay cũng vắng mặt trong những ngày này.")
        )


@transaction.atomic
def end_absence(absence_id, *, org, by, at):
    """End an absence before its last day (về sớm); what the deputy did not finish goes back at once.

    org    of whoever ends it; an absence of another one is not found

    Raises    NotFound `workflow.absence_unknown`
    Records   event `workflow.absence.ended`, and `workflow.task.handed_back` for each task
    """
    row = _standing().select_for_update().filter(pk=absence_id, org=org).first()
    if row is None:
        raise errors.NotFound("workflow.absence_unknown", _("Không có lần vắng mặt này."))
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    _note("workflow.absence.ended", row, by)
    hand_back(at=at)


def absences(org, *, on):
    """The absences of an organisation that hold on a day or are still to come, by first day."""
    rows = _standing().filter(org=org, last_on__gte=on).order_by("first_on", "pk")
    return [_describe(row) for row in rows]


def for_whom(deputy, on):
    """The absences in which somebody acts for others on a day."""
    rows = _standing().filter(deputy=deputy, first_on__lte=on, last_on__gte=on).order_by("pk")
    return [_describe(row) for row in rows]


def covering(row, by, on):
    """The absence that lets somebody do a task, one of whoever holds it first; or None."""
    found = [one for one in for_whom(by.ref, on) if one.org == row.org and row.role in one.roles]
    return next((one for one in found if one.who == row.holder), found[0] if found else None)


def hand_back(*, at):
    """Give back what deputies hold for somebody who is no longer away, and return how many.

    Records   event `workflow.task.handed_back` (facts: element)
    """
    on = at.astimezone(dates.HANOI).date()
    with transaction.atomic():
        rows = models.Task.objects.select_for_update(of=("self",), skip_locked=True)
        held = rows.filter(state="open").exclude(acting_for="").select_related("case")
        found = [row for row in held[:_BATCH] if not _still(row, on)]
        for row in found:
            row.holder, row.holder_name = row.acting_for, row.acting_for_name
            row.acting_for = row.acting_for_name = ""
        names = ["holder", "holder_name", "acting_for", "acting_for_name"]
        models.Task.objects.bulk_update(found, names)
        ledger.record_many([_entry(row) for row in found], by=actors.SYSTEM)
    return len(found)


def _still(row, on):
    rows = _standing().filter(who=row.acting_for, deputy=row.holder, org=row.org)
    return rows.filter(first_on__lte=on, last_on__gte=on, roles__contains=[row.role]).exists()


def _entry(row):
    return ledger.Entry(
        "workflow.task.handed_back",
        record=f"Case/{row.case_id}",
        org=row.case.org,
        facts={"element": row.element},
    )


def _standing():
    return models.Absence.objects.filter(Q(ended_at=None))


def _note(event, row, by):
    facts = {"first_on": row.first_on.isoformat(), "last_on": row.last_on.isoformat()}
    ledger.record(event, by=by, record=f"Absence/{row.pk}", org=row.org, facts=facts)


def _describe(row):
    return Absence(
        row.pk,
        row.who,
        row.who_name,
        row.deputy,
        row.deputy_name,
        tuple(row.roles),
        row.org,
        row.first_on,
        row.last_on,
    )
