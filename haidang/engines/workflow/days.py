"""Days that were declared off or working, and what a late declaration does to running clocks."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import calendar, models, running
from haidang.kernel import dates, errors


def current():
    """The calendar as it is declared now."""
    return calendar.Calendar(dict(models.Day.objects.values_list("on", "works")))


@transaction.atomic
def declare(on, *, works, name, source, by):
    """Declare a day off or a make-up working day, and return how many clocks it moved.

    Every running clock that has not passed that day is counted again; one that is past is not.

    Raises    Incorrect `workflow.day_unnamed`
    Records   event `workflow.day.declared` (facts: on, works, moved)
    """
    if not name.strip() or not source.strip():
        raise errors.Incorrect(
            "workflow.day_unnamed", _("Nêu tên ngày và văn bản công bố ngày này.")
        )
    values = {"works": works, "name": name, "source": source, "by_ref": by.ref}
    models.Day.objects.update_or_create(on=on, defaults=values)
    moved = _count_again(on)
    facts = {"on": on.isoformat(), "works": works, "moved": moved}
    ledger.record("workflow.day.declared", by=by, facts=facts)
    return moved


def _count_again(on):
    now_calendar, moved = current(), 0
    cases = models.Case.objects.select_for_update().filter(state="running", extended=False)
    for case in cases.exclude(due_at=None).filter(due_at__gte=_start_of(on)):
        due_at = due_of(case, now_calendar)
        if due_at != case.due_at:
            case.due_at = due_at
            case.save(update_fields=["due_at"])
            moved += 1
    tasks = models.Task.objects.select_for_update(of=("self",)).select_related("case__model")
    for task in tasks.filter(state="open", due_at__gte=_start_of(on)):
        due_at = due_of_task(task, now_calendar)
        if due_at != task.due_at:
            task.due_at = due_at
            task.save(update_fields=["due_at"])
    return moved


def _start_of(on):
    return datetime.combine(on, time(), tzinfo=dates.HANOI)


def due_of(case, calendar_):
    """When the clock of a case runs out; None without a term."""
    if case.left_s is not None:
        return calendar_.after(case.clock_from, timedelta(seconds=case.left_s))
    if not case.term_amount:
        return None
    return calendar_.due(case.clock_from, calendar.Term(case.term_amount, case.term_unit))


def due_of_task(task, calendar_):
    """When a task is due by its own term; None without one."""
    node = running.process_of(bytes(task.case.model.bpmn)).nodes[task.element]
    return calendar_.due(task.opened_at, node.term) if node.term else None
