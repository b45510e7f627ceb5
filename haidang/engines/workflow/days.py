"""Days that were declared off or working, and what a late declaration does to running clocks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import calendar, models, running
from haidang.kernel import dates, errors


def current():
    """The calendar as it is declared now."""
    return calendar.Calendar(dict(models.Day.objects.values_list("on", "works")))


@dataclass(frozen=True)
class Day:
    """One declared day: see `models.Day`."""

    on: date
    works: bool
    name: str
    source: str
    declared_at: datetime


def declared(since):
    """The days that were declared off or working from a day on, in their order."""
    rows = models.Day.objects.filter(on__gte=since).order_by("on")
    return [Day(row.on, row.works, row.name, row.source, row.declared_at) for row in rows]


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
    """Count running clocks again that have not passed a day; thousands of them in a few statements."""
    now_calendar = current()
    cases = models.Case.objects.select_for_update(of=("self",), no_key=True)
    cases = cases.filter(state="running", extended=False, due_at__gte=_start_of(on))
    moved = _shift(cases.order_by("pk").only("due_at", *_CLOCK), now_calendar, due_of)
    tasks = models.Task.objects.select_for_update(of=("self",), no_key=True)
    tasks = tasks.filter(state="open", due_at__gte=_start_of(on)).order_by("pk")
    terms = _terms()
    _shift(
        tasks.only("element", "opened_at", "due_at", "case", "case__model_id").select_related(
            "case"
        ),
        now_calendar,
        lambda task, here: here.due(task.opened_at, terms[task.case.model_id][task.element].term),
    )
    return moved


_CLOCK = ("clock_from", "left_s", "term_amount", "term_unit")


def _terms():
    """The steps of each model, read once."""
    rows = models.Model.objects.all()
    return {row.pk: running.process_of(bytes(row.bpmn)).nodes for row in rows}


def _shift(rows, here, due):
    changed = []
    for row in rows:
        due_at = due(row, here)
        if due_at != row.due_at:
            row.due_at = due_at
            changed.append(row)
    if changed:
        type(changed[0]).objects.bulk_update(changed, ["due_at"], batch_size=1000)
    return len(changed)


def _start_of(on):
    return datetime.combine(on, time(), tzinfo=dates.HANOI)


def due_of(case, calendar_):
    """When the clock of a case runs out; None without a term."""
    if case.left_s is not None:
        return calendar_.after(case.clock_from, timedelta(seconds=case.left_s))
    if not case.term_amount:
        return None
    return calendar_.due(case.clock_from, calendar.Term(case.term_amount, case.term_unit))
