"""Tasks in lists: whose they are, who holds them, who acts for whom, which are late."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import absences, cases, models
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors

_BATCH = 500
_HOLDING = ["holder", "holder_name", "claimed_at", "acting_for", "acting_for_name"]


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
    acting_for: str = ""
    acting_for_name: str = ""


def work_list(*, by, on, mine=False, limit=50, after=None):
    """The open tasks that somebody may take, the most pressing first.

    on       the day, for those who act for somebody absent
    mine     only what they hold
    after    (due_at, id) of the last line of the page before

    Tasks without a term come last. Each role is read for itself, in the order of an index of (org,
    role, due_at): the cost of a page does not grow with the list.
    """
    rows = models.Task.objects.filter(state="open").exclude(case__state="paused")
    found = {}
    for reach in [Q(holder=by.ref)] if mine else _reaches(by, on):
        part = _after(rows.filter(reach), after).select_related("case")
        found |= {row.pk: row for row in part.order_by("due_at", "id")[:limit]}
    return [describe(row) for row in sorted(found.values(), key=_place)[:limit]]


def _place(row):
    return (row.due_at is None, row.due_at, row.pk)


def _after(rows, last):
    if last is None:
        return rows
    due_at, key = last
    if due_at is None:
        return rows.filter(due_at=None, id__gt=key)
    return rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=key) | Q(due_at=None))


def _reaches(by, on):
    """What somebody may take, a condition for each role: one's own, and those of whom one acts for."""
    own = [Q(role=role, org=by.org, holder__in=["", by.ref]) for role in sorted(by.roles)]
    return own + [
        Q(role=role, org=away.org, holder__in=["", by.ref, away.who])
        for away in absences.for_whom(by.ref, on)
        for role in away.roles
    ]


def may_take(task, *, by, on):
    """Whether a task is for somebody: by their role at its place, for somebody absent, or handed on."""
    if (task.role in by.roles and task.org == by.org) or task.holder == by.ref:
        return True
    return absences.covering(task, by, on) is not None


def is_held_by_other(task, *, by, on):
    """Whether somebody else holds a task, so that one cannot finish it."""
    if task.holder in ("", by.ref):
        return False
    away = absences.covering(task, by, on)
    return away is None or away.who != task.holder


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
    on = at.astimezone(dates.HANOI).date()
    if is_held_by_other(row, by=by, on=on):
        raise errors.Conflict("workflow.task_held", _("Người khác đã nhận việc này."))
    if not may_take(row, by=by, on=on):
        raise errors.NotAllowed(
            "workflow.not_your_task", _("Việc này dành cho vai trò hoặc đơn vị khác.")
        )
    _hold(row, by.ref, by.name, at, _acting_for(row, by, on))
    _note("workflow.task.claimed", case, row, by)
    return describe(row)


def _acting_for(row, by, on):
    """The absence by which somebody takes a task; None when it is theirs by their own role."""
    is_own = row.role in by.roles and row.org == by.org and not row.holder
    return None if is_own else absences.covering(row, by, on)


def _hold(row, holder, name, at, away=None):
    row.holder, row.holder_name, row.claimed_at = holder, name, at
    row.acting_for, row.acting_for_name = (away.who, away.who_name) if away else ("", "")
    row.save(update_fields=_HOLDING)


@transaction.atomic
def release(task_id, *, by, at):
    """Give a task back (trả lại việc).

    Raises    NotFound `workflow.task_unknown`; Conflict `workflow.task_held`
    Records   event `workflow.task.released`
    """
    case, row = cases.locked_task(task_id)
    if row.holder != by.ref:
        raise errors.Conflict("workflow.task_held", _("Bạn không giữ việc này."))
    _hold(row, "", "", None)
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
    _hold(row, to, to_name, at)
    _note("workflow.task.delegated", case, row, by)
    return describe(row)


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
    facts = {"element": row.element} | ({"acting_for": row.acting_for} if row.acting_for else {})
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
        acting_for=row.acting_for,
        acting_for_name=row.acting_for_name,
    )
