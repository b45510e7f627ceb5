"""Cases: opened, moved on by what people decide, paused, put off once, ended; always with a clock.

`at` is the moment of an act; services never read the clock themselves.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import days, models, publishing, running
from haidang.kernel import errors, ids


@dataclass(frozen=True)
class Case:
    """A matter on its way: see `models.Case`."""

    id: str
    key: str
    number: int
    title: str
    about: str
    org: str
    state: str
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    pause_reason: str
    extended: bool
    open_elements: tuple[str, ...]
    done: tuple[dict, ...]


@transaction.atomic
def start(key, *, title, about, org, by, at, term=None, data=None):
    """Open a case (mở hồ sơ) on the newest version of a process and return it.

    term    calendar.Term, or None when nothing presses
    data    what the process knows from the beginning, plain JSON

    Raises    NotFound `workflow.model_unknown`; Conflict `workflow.case_open` when one is on its
              way for the same `about`
    Records   event `workflow.case.started`
    """
    model = publishing.row_of(key)
    run = running.Run.start(bytes(model.bpmn), data or {})
    row = models.Case(
        id=ids.new_id(),
        model=model,
        title=title,
        about=about,
        org=org,
        run=run.state,
        started_at=at,
        clock_from=at,
        term_amount=term.amount if term else None,
        term_unit=term.unit if term else "",
    )
    row.due_at = days.due_of(row, days.current())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as why:
        raise errors.Conflict("workflow.case_open", _("Việc này đang được giải quyết.")) from why
    facts = {"key": key, "number": model.number}
    ledger.record(
        "workflow.case.started", by=by, about=None, record=_ref(row), org=org, facts=facts
    )
    _follow(row, run, by=by, at=at)
    return describe(row)


def _follow(row, run, *, by, at):
    """Keep where a run has come to: its state, the tasks that opened, the end."""
    row.run = run.state
    open_now, nodes = run.open_tasks(), running.process_of(bytes(row.model.bpmn)).nodes
    known = set(row.tasks.filter(state="open").values_list("id", flat=True))
    row.tasks.filter(state="open").exclude(id__in=open_now).update(state="cancelled")
    here = days.current()
    models.Task.objects.bulk_create(
        models.Task(
            id=task_id,
            case=row,
            element=element,
            name=nodes[element].name,
            role=nodes[element].role,
            org=nodes[element].org or row.org,
            opened_at=at,
            due_at=here.due(at, nodes[element].term) if nodes[element].term else None,
        )
        for task_id, element in open_now.items()
        if task_id not in known
    )
    if run.is_ended and row.state not in ("ended", "stopped"):
        row.state, row.ended_at = "ended", at
        row.outcome = str(row.done[-1]["data"].get("outcome", "")) if row.done else ""
        facts = {"outcome": row.outcome, "in_time": row.due_at is None or at <= row.due_at}
        ledger.record("workflow.case.ended", by=by, record=_ref(row), org=row.org, facts=facts)
    row.save()


@transaction.atomic
def complete(task_id, *, by, at, data=None):
    """Finish a task with what was decided (xong việc), and move the case on.

    data    plain JSON; `outcome` is one of the task's outcomes when it names any

    Raises    NotFound `workflow.task_unknown`; Conflict `workflow.task_not_open`,
              `workflow.task_held`, `workflow.case_paused`; Incorrect `workflow.outcome_unknown`
    Records   event `workflow.task.done`, and `workflow.case.ended` with the last one
    """
    case, task = locked_task(task_id)
    _check_open(case, task)
    if task.holder and task.holder != by.ref:
        raise errors.Conflict(
            "workflow.task_held",
            _("Việc này đang do người khác giữ; hãy mở lại danh sách."),
        )
    data = data or {}
    outcomes = running.process_of(bytes(case.model.bpmn)).nodes[task.element].outcomes
    if outcomes and data.get("outcome") not in outcomes:
        raise errors.Incorrect(
            "workflow.outcome_unknown",
            _("Chọn một trong các kết quả của bước này."),
            outcomes=list(outcomes),
        )
    _finish(task, by=by, at=at, data=data)
    run = running.Run.load(bytes(case.model.bpmn), case.run)
    run.complete(task.element, data)
    case.done.append({"element": task.element, "data": data, "at": at.isoformat(), "by": by.ref})
    facts = {"element": task.element, "outcome": data.get("outcome", "")}
    if task.acting_for:
        facts["acting_for"] = task.acting_for
    ledger.record("workflow.task.done", by=by, record=_ref(case), org=case.org, facts=facts)
    _follow(case, run, by=by, at=at)
    return describe(case)


def _finish(task, *, by, at, data):
    task.state, task.done_at, task.outcome = "done", at, data
    task.holder, task.holder_name = by.ref, by.name
    task.claimed_at = task.claimed_at or at
    task.save()


def _check_open(case, task):
    if task.state != "open" or case.state in ("ended", "stopped"):
        raise errors.Conflict("workflow.task_not_open", _("Việc này không còn chờ xử lý."))
    if case.state == "paused":
        raise errors.Conflict(
            "workflow.case_paused", _("Hồ sơ đang tạm dừng; hãy tiếp tục hồ sơ trước.")
        )


@transaction.atomic
def pause(case_id, *, by, at, reason):
    """Stop the clock (tạm dừng), because we wait for somebody else.

    Raises    NotFound `workflow.case_unknown`; Conflict `workflow.case_not_running`
    Records   event `workflow.case.paused` (facts: reason)
    """
    case = locked(case_id)
    _needs(case, "running")
    if case.due_at is not None:
        case.left_s = int(days.current().worked(at, case.due_at).total_seconds())
    case.state, case.due_at, case.pause_reason = "paused", None, reason
    case.save()
    _note("workflow.case.paused", case, by, reason=reason)
    return describe(case)


@transaction.atomic
def resume(case_id, *, by, at, afresh=False):
    """Let the clock run again (tính tiếp).

    afresh    the term starts from the beginning: so it does when an incomplete dossier became
              complete

    Raises    NotFound `workflow.case_unknown`; Conflict `workflow.case_not_paused`
    Records   event `workflow.case.resumed`
    """
    case = locked(case_id)
    _needs(case, "paused")
    case.state, case.clock_from, case.pause_reason = "running", at, ""
    if afresh:
        case.left_s = None
    case.due_at = days.due_of(case, days.current())
    case.save()
    _note("workflow.case.resumed", case, by, afresh=afresh)
    return describe(case)


@transaction.atomic
def extend(case_id, *, by, at, until, reason):
    """Put the result off (hẹn lại), once and before it is due.

    Raises    NotFound `workflow.case_unknown`; Conflict `workflow.case_not_running`;
              RuleBroken `workflow.extended_once`, `workflow.extension_wrong`
    Records   event `workflow.case.extended` (facts: was, until, reason)
    Source    NĐ 61/2018/NĐ-CP, Điều 19 (only one new date)
    """
    case = locked(case_id)
    _needs(case, "running")
    if case.extended:
        raise errors.RuleBroken("workflow.extended_once", _("Chỉ được hẹn lại một lần."))
    if case.due_at is None or until <= case.due_at or not reason.strip():
        raise errors.RuleBroken(
            "workflow.extension_wrong", _("Ngày hẹn mới phải sau ngày cũ và có lý do.")
        )
    was, case.due_at, case.extended = case.due_at, until, True
    case.save()
    facts = {"was": was.isoformat(), "until": until.isoformat(), "reason": reason}
    _note("workflow.case.extended", case, by, **facts)
    return describe(case)


@transaction.atomic
def stop(case_id, *, by, at, reason):
    """End a case before its end (dừng giải quyết): withdrawn, void, or no longer ours.

    Raises    NotFound `workflow.case_unknown`; Conflict `workflow.case_closed`
    Records   event `workflow.case.stopped` (facts: reason)
    """
    case = locked(case_id)
    if case.state in ("ended", "stopped"):
        raise errors.Conflict("workflow.case_closed", _("Hồ sơ này đã kết thúc."))
    case.tasks.filter(state="open").update(state="cancelled")
    case.state, case.ended_at, case.due_at = "stopped", at, None
    case.save()
    _note("workflow.case.stopped", case, by, reason=reason)
    return describe(case)


def case(case_id):
    """One case.

    Raises    NotFound `workflow.case_unknown`
    """
    return describe(_found(models.Case.objects.select_related("model"), case_id))


def case_about(about):
    """The newest case of a matter, or None."""
    rows = models.Case.objects.select_related("model").filter(about=about)
    row = rows.order_by("-started_at").first()
    return describe(row) if row else None


def locked(case_id):
    """The row of a case, locked until the end of the transaction.

    Raises    NotFound `workflow.case_unknown`
    """
    rows = models.Case.objects.select_for_update(of=("self",)).select_related("model")
    return _found(rows, case_id)


def locked_task(task_id):
    """A task and its case, both locked; the case first, as everywhere.

    Raises    NotFound `workflow.task_unknown`
    """
    case_id = models.Task.objects.filter(pk=task_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise errors.NotFound("workflow.task_unknown", _("Không có việc này."))
    row = locked(case_id)
    return row, models.Task.objects.get(pk=task_id)


def _found(rows, case_id):
    row = rows.filter(pk=case_id).first()
    if row is None:
        raise errors.NotFound("workflow.case_unknown", _("Không có hồ sơ công việc này."))
    return row


def _needs(row, state):
    if row.state != state:
        raise errors.Conflict(
            f"workflow.case_not_{state}", _("Hồ sơ không ở trạng thái cho phép việc này.")
        )


def _note(event, row, by, **facts):
    ledger.record(event, by=by, record=_ref(row), org=row.org, facts=facts)


def _ref(row):
    return f"Case/{row.pk}"


def describe(row):
    elements = row.tasks.filter(state="open").order_by("element").values_list("element", flat=True)
    return Case(
        id=row.pk,
        key=row.model.key,
        number=row.model.number,
        title=row.title,
        about=row.about,
        org=row.org,
        state=row.state,
        outcome=row.outcome,
        started_at=row.started_at,
        ended_at=row.ended_at,
        due_at=row.due_at,
        pause_reason=row.pause_reason,
        extended=row.extended,
        open_elements=tuple(elements),
        done=tuple(row.done),
    )


def time_left(found, *, at):
    """Working days until a case is due: 0 on the last day, below zero when late; None without a clock."""
    return None if found.due_at is None else days.current().days_left(at, found.due_at)
