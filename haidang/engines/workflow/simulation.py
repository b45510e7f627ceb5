"""Past cases played on another process, before anybody is bound to it (mô phỏng quy trình).

A step that the past case took takes as long as it took then, and decides the same; a step that it
never had takes what its term allows and decides its first outcome. Steps that wait side by side
overlap. The clock starts afresh when the applicant has answered, as it does in life. What comes out
stands beside what really happened, counted by the same rules.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.utils.translation import gettext as _

from haidang.engines.workflow import calendar, days, models, process, running
from haidang.kernel import errors

_MOST_STEPS = 200
_BATCH = 200
_UNSTATED = timedelta(hours=4)


@dataclass
class Load:
    """The work of one step over all cases: how often it was done, and office hours of it."""

    element: str
    name: str
    role: str
    times: int = 0
    hours: float = 0.0

    def add(self, took):
        self.times += 1
        self.hours += took.total_seconds() / 3600


@dataclass(frozen=True)
class Outcome:
    """How the past cases would have gone, and how they went.

    known         cases that ended in those days; no more than asked for are played, spread evenly
    played        cases that reached an end
    stuck         ids of those that would not have
    hours         office hours from start to end, a number for each played case
    was_hours     the same as it really was
    judged        played cases that had a term; `late` and `was_late` are of these
    load, was_load    the steps with their work, the busiest first
    """

    known: int = 0
    played: int = 0
    stuck: list[str] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)
    was_hours: list[float] = field(default_factory=list)
    judged: int = 0
    late: int = 0
    was_late: int = 0
    load: list[Load] = field(default_factory=list)
    was_load: list[Load] = field(default_factory=list)

    @property
    def load_hours(self):
        """Office hours of work by role."""
        found = {}
        for one in self.load:
            found[one.role] = found.get(one.role, 0.0) + one.hours
        return found

    @property
    def median_hours(self):
        return median(self.hours) if self.hours else 0.0

    @property
    def was_median_hours(self):
        return median(self.was_hours) if self.was_hours else 0.0


def simulate(key, bpmn, *, since, until, cases=None, most=None):
    """Play the ended cases of a process, started between two moments, on a model.

    cases    ids of the cases to play, out of those; all when left out
    most     how many are played; when there are more, every second, third, … one is

    Raises    Incorrect `workflow.model_wrong`
    """
    rows = models.Case.objects.filter(model__key=key, state="ended", started_at__gte=since)
    rows = rows.filter(started_at__lt=until).select_related("model").order_by("started_at", "pk")
    if cases is not None:
        rows = rows.filter(pk__in=list(cases))
    keys = list(rows.values_list("pk", flat=True))
    chosen = keys[:: -(-len(keys) // most)] if most and len(keys) > most else keys
    past = _Past(len(keys), bpmn, days.current())
    for begin in range(0, len(chosen), _BATCH):
        batch = list(rows.filter(pk__in=chosen[begin : begin + _BATCH]))
        steps = _steps_of(batch)
        for row in batch:
            past.play(row, steps.get(row.pk, []))
    return past.outcome()


def _steps_of(rows):
    found = {}
    for task in models.Task.objects.filter(case__in=rows, state="done"):
        found.setdefault(task.case_id, []).append(task)
    return found


class _Past:
    """The cases that were played so far, and their figures."""

    def __init__(self, known, bpmn, here):
        self.known, self.bpmn, self.calendar = known, bpmn, here
        self.model = running.process_of(bpmn)
        self.hours, self.was_hours, self.stuck = [], [], []
        self.judged = self.late = self.was_late = 0
        self.load, self.was_load = {}, {}

    def play(self, row, tasks):
        took = [(task, self.calendar.worked(task.opened_at, task.done_at)) for task in tasks]
        try:
            whole, last, load = _play(self.bpmn, self.model, row, _steps(row, took))
        except errors.HaidangError:
            self.stuck.append(row.pk)
            return
        self.hours.append(whole.total_seconds() / 3600)
        was = self.calendar.worked(row.started_at, row.ended_at)
        self.was_hours.append(was.total_seconds() / 3600)
        for element, time in load:
            _of(self.load, self.model.nodes[element]).add(time)
        for task, time in took:
            _of(self.was_load, task).add(time)
        self._judge(row, whole, last)

    def _judge(self, row, whole, last):
        due_at = days.due_of(row, self.calendar)
        if due_at is None or not row.term_amount:
            return
        self.judged += 1
        self.was_late += row.ended_at > due_at
        began = (
            row.started_at if last == whole else self.calendar.after(row.started_at, whole - last)
        )
        term = calendar.Term(row.term_amount, row.term_unit)
        self.late += self.calendar.after(began, last) > self.calendar.due(began, term)

    def outcome(self):
        load, was = (
            sorted(found.values(), key=lambda one: (-one.hours, one.element))
            for found in (self.load, self.was_load)
        )
        return Outcome(
            self.known,
            len(self.hours),
            self.stuck,
            self.hours,
            self.was_hours,
            self.judged,
            self.late,
            self.was_late,
            load,
            was,
        )


def _of(loads, step):
    """The line of a step; steps of the past are tasks, those of the model are nodes."""
    element = getattr(step, "element", None) or step.id
    return loads.setdefault(element, Load(element, step.name, step.role))


def _steps(row, took):
    """What a case decided and how long it took: {element: [(data, office time), …]}."""
    times = {(task.element, task.done_at): time for task, time in took}
    steps = {}
    for step in row.done:
        at = datetime.fromisoformat(step["at"])
        found = times.get((step["element"], at), _UNSTATED)
        steps.setdefault(step["element"], []).append((step["data"], found))
    return steps


def _play(bpmn, model, row, left):
    """(office time until the end, of that since the clock last began, [(element, time)])."""
    run, clock = running.Run.start(bpmn, running.begun_with(row.run)), timedelta()
    afresh, waiting, load = timedelta(), {}, []
    for _count in range(_MOST_STEPS):
        for element in run.open_tasks().values():
            if element not in waiting:
                data, took = _step(model.nodes[element], left)
                waiting[element] = (clock + took, data, took)
        if run.is_ended:
            return clock, clock - afresh, load
        element = min(waiting, key=lambda name: waiting[name][0])
        clock, data, took = waiting.pop(element)
        load.append((element, took))
        if model.nodes[element].role == process.APPLICANT:
            afresh = clock
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
