"""Past cases played on another process, before anybody is bound to it (mô phỏng quy trình).

A step that the past case took takes as long as it took then, and decides the same; a step that it
never had takes what its term allows and decides its first outcome. Steps that wait side by side
overlap. What comes out is compared with what really happened.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.utils.translation import gettext as _

from haidang.engines.workflow import days, models, running
from haidang.kernel import errors

_MOST_STEPS = 200
_UNSTATED = timedelta(hours=4)


@dataclass(frozen=True)
class Outcome:
    """How the past cases would have gone.

    played        cases that reached an end
    stuck         ids of those that would not have
    hours         office hours from start to end, a number for each played case
    was_hours     the same as it really was
    load_hours    office hours of work by role
    """

    played: int = 0
    stuck: list[str] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)
    was_hours: list[float] = field(default_factory=list)
    load_hours: dict[str, float] = field(default_factory=dict)

    @property
    def median_hours(self):
        return median(self.hours) if self.hours else 0.0

    @property
    def was_median_hours(self):
        return median(self.was_hours) if self.was_hours else 0.0


def simulate(key, bpmn, *, since, until):
    """Play the ended cases of a process, started between two moments, on a model.

    Raises    Incorrect `workflow.model_wrong`
    """
    process = running.process_of(bpmn)
    calendar = days.current()
    hours, was, load, stuck = [], [], {}, []
    rows = models.Case.objects.filter(model__key=key, state="ended", started_at__gte=since)
    for row in rows.filter(started_at__lt=until).iterator(chunk_size=200):
        steps = _past(row, calendar)
        try:
            took = _play(bpmn, process, steps, load)
        except errors.HaidangError:
            stuck.append(row.pk)
            continue
        hours.append(took.total_seconds() / 3600)
        was.append(calendar.worked(row.started_at, row.ended_at).total_seconds() / 3600)
    return Outcome(len(hours), stuck, hours, was, load)


def _past(row, calendar):
    """What a case decided and how long it took: {element: [(data, office time), …]}."""
    took = {
        (task.element, task.done_at): calendar.worked(task.opened_at, task.done_at)
        for task in models.Task.objects.filter(case=row, state="done")
    }
    steps = {}
    for step in row.done:
        at = datetime.fromisoformat(step["at"])
        found = took.get((step["element"], at), _UNSTATED)
        steps.setdefault(step["element"], []).append((step["data"], found))
    return steps


def _play(bpmn, process, steps, load):
    """Office time until the end, by playing each waiting step as soon as it can be done."""
    run, clock = running.Run.start(bpmn, {}), timedelta()
    left = {element: list(found) for element, found in steps.items()}
    waiting = {}
    for _count in range(_MOST_STEPS):
        for element in run.open_tasks().values():
            if element not in waiting:
                data, took = _step(process.nodes[element], left)
                waiting[element] = (clock + took, data, took)
        if run.is_ended:
            return clock
        element = min(waiting, key=lambda name: waiting[name][0])
        clock, data, took = waiting.pop(element)
        role = process.nodes[element].role
        load[role] = load.get(role, 0.0) + took.total_seconds() / 3600
        run.complete(element, data)
    raise errors.RuleBroken("workflow.too_many_steps", _("Hồ sơ đi vòng quá nhiều lần."))


def _step(node, left):
    if left.get(node.id):
        return left[node.id].pop(0)
    data = {"outcome": node.outcomes[0]} if node.outcomes else {}
    return data, _allowed(node.term)


def _allowed(term):
    if term is None:
        return _UNSTATED
    hours = {"hour": 1, "working_day": 7.5, "day": 7.5 * 5 / 7}[term.unit]
    return timedelta(hours=term.amount * hours)
