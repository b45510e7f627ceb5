"""Tasks in lists: whose they are, who holds them, who acts for whom, which are late."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import cases, models
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors

_BATCH = 500


@dataclass(frozen=True)
class Task:
    """One line of a work list: see `models.Task`."""

    id: str
    case: str
    about: str
    title: str
    element: str
    name: str
    role: str
    org: str
    state: str
    holder: str
    holder_name: str
    opened_at: datetime
    claimed_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    case_due_at: datetime | None
    outcome: dict


def work_list(*, by, on, mine=False, limit=50, after=None):
    """The open tasks that somebody may take, the most pressing first.

    on       the day, for those who act for somebody absent
    mine     only what they hold
    after    (due_at, id) of the last line of the page before

    A page reads an index of (org, role, due_at): its cost does not grow with the list.
    """
    rows = models.Task.objects.filter(state="open").exclude(case__state="paused")
    rows = rows.filter(holder=by.ref) if mine else rows.filter(_reachable(by, on))
    if after:
        rows = rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
    return [describe(row) for row in rows.select_related("case").order_by("due_at", "id")[:limit]]


def _reachable(by, on):
    """The tasks of one's roles at one's place, and of those for whom one acts; held ones only by them."""
    found = Q(role__in=by.roles, org=by.org)
    for absence in models.Absence.objects.filter(deputy=by.ref, first_on__lte=on, last_on__gte=on):
        found |= Q(role__in=absence.roles, org=absence.org)
    return found & (Q(holder="") | Q(holder=by.ref))


def may_take(task, *, by, on):
    """Whether somebody may take a task: by their role at its place, or for somebody absent."""
    if task.role in by.roles and task.org == by.org:
        return True
    acting = models.Absence.objects.filter(
        deputy=by.ref, first_on__lte=on, last_on__gte=on, org=task.org, roles__contains=[task.role]
    )
    return acting.exists()


@transaction.atomic
def claim(task_id, *, by, at):
    """Take a task (nhận việc), so that nobody else does it too.

    Raises    NotFound `workflow.task_unknown`; NotAllowed `workflow.not_your_task`; Conflict
              `workflow.task_held`, `workflow.task_not_open`
    Records   event `workflow.task.claimed`
    """
    case, row = cases.locked_task(task_id)
    if row.state != "open":
        raise errors.Conflict("workflow.task_not_open", _("Việc này không còn chờ xử lý."))
    if row.holder == by.ref:
        return describe(row)
    if row.holder:
        raise errors.Conflict("workflow.task_held", _("Người khác đã nhận việc này."))
    if not may_take(row, by=by, on=at.astimezone(dates.HANOI).date()):
        raise errors.NotAllowed(
            "workflow.not_your_task", _("Việc này dành cho vai trò hoặc đơn vị khác.")
        )
    row.holder, row.holder_name, row.claimed_at = by.ref, by.name, at
    row.save(update_fields=["holder", "holder_name", "claimed_at"])
    _note("workflow.task.claimed", case, row, by)
    return describe(row)


@transaction.atomic
def release(task_id, *, by, at):
    """Give a task back (trả lại việc).

    Raises    NotFound `workflow.task_unknown`; Conflict `workflow.task_held`
    Records   event `workflow.task.released`
    """
    case, row = cases.locked_task(task_id)
    if row.holder != by.ref:
        raise errors.Conflict("workflow.task_held", _("Bạn không giữ việc này."))
    row.holder, row.holder_name, row.claimed_at = "", "", None
    row.save(update_fields=["holder", "holder_name", "claimed_at"])
    _note("workflow.task.released", case, row, by)
    return describe(row)


@transaction.atomic
def delegate(task_id, *, to, to_name, by, at):
    """Hand a task to somebody (giao lại việc): its holder's right, or that of a head of the unit.

    Raises    NotFound `workflow.task_unknown`; NotAllowed `workflow.not_your_task`; Conflict
              `workflow.task_not_open`
    Records   event `workflow.task.delegated` (facts: element)
    """
    case, row = cases.locked_task(task_id)
    if row.state != "open":
        raise errors.Conflict("workflow.task_not_open", _("Việc này không còn chờ xử lý."))
    heads = {"unit_head", "director"} & set(by.roles) and row.org == by.org
    if row.holder != by.ref and not heads:
        raise errors.NotAllowed(
            "workflow.not_your_task", _("Chỉ người đang giữ việc hoặc lãnh đạo giao lại được.")
        )
    row.holder, row.holder_name, row.claimed_at = to, to_name, at
    row.save(update_fields=["holder", "holder_name", "claimed_at"])
    _note("workflow.task.delegated", case, row, by)
    return describe(row)


@transaction.atomic
def set_absence(*, who, deputy, roles, org, first_on, last_on, by):
    """Say who acts for somebody who is away.

    Raises    RuleBroken `workflow.absence_wrong`
    """
    if last_on < first_on or who == deputy or not roles:
        raise errors.RuleBroken(
            "workflow.absence_wrong", _("Kiểm tra lại ngày vắng mặt và người làm thay.")
        )
    models.Absence.objects.create(
        who=who,
        deputy=deputy,
        roles=sorted(roles),
        org=org,
        first_on=first_on,
        last_on=last_on,
        by_ref=by.ref,
    )


def tell_late(*, at):
    """Note each task that has become late, once, and return how many; subscribers escalate."""
    with transaction.atomic():
        rows = models.Task.objects.select_for_update(of=("self",), skip_locked=True)
        late = rows.filter(state="open", due_at__lt=at, late_told_at=None)
        found = list(late.exclude(case__state="paused").select_related("case")[:_BATCH])
        for row in found:
            row.late_told_at = at
            _note("workflow.task.late", row.case, row, actors.SYSTEM)
        models.Task.objects.bulk_update(found, ["late_told_at"])
    return len(found)


def tasks_of(case_id):
    """Every task of a case in the order it opened: the control sheet (phiếu kiểm soát)."""
    rows = models.Task.objects.filter(case=case_id).select_related("case")
    return [describe(row) for row in rows.order_by("opened_at", "element", "id")]


def task(task_id):
    """One task.

    Raises    NotFound `workflow.task_unknown`
    """
    row = models.Task.objects.select_related("case").filter(pk=task_id).first()
    if row is None:
        raise errors.NotFound("workflow.task_unknown", _("Không có việc này."))
    return describe(row)


def _note(event, case, row, by):
    facts = {"element": row.element}
    ledger.record(event, by=by, record=f"Case/{case.pk}", org=case.org, facts=facts)


def describe(row):
    return Task(
        id=row.pk,
        case=row.case_id,
        about=row.case.about,
        title=row.case.title,
        element=row.element,
        name=row.name,
        role=row.role,
        org=row.org,
        state=row.state,
        holder=row.holder,
        holder_name=row.holder_name,
        opened_at=row.opened_at,
        claimed_at=row.claimed_at,
        due_at=row.due_at,
        done_at=row.done_at,
        case_due_at=row.case.due_at,
        outcome=row.outcome,
    )
