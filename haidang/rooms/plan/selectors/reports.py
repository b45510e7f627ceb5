"""Reports of units as pages and papers show them, and the ranking made from them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.documents import api as documents
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.plan import domain, models
from haidang.rooms.plan.selectors import figures, plans


@dataclass(frozen=True)
class Line:
    """One unit's report in a list."""

    id: int
    unit: str
    name: str
    quarter: str
    state: str
    due_at: datetime
    submitted_at: datetime | None
    first_submitted_at: datetime | None
    round: int
    returns: int
    days_left: int

    @property
    def late(self):
        """Whether it came after its day, or has not come and the day is past."""
        if self.first_submitted_at:
            return self.first_submitted_at > self.due_at
        return self.days_left < 0


@dataclass(frozen=True)
class TaskLine:
    """What a unit says of one task, beside the task itself."""

    task: domain.Task
    state: str
    words: str
    evidence: tuple


@dataclass(frozen=True)
class Page:
    """A whole report."""

    line: Line
    words: str
    revision: int
    returns: tuple
    tasks: tuple
    figures: tuple
    frozen_at: datetime | None
    may_write: bool
    may_review: bool


def lines(quarter_id, *, at, units=None):
    """The reports of a quarter, by name of unit."""
    rows = models.Report.objects.select_related("quarter").filter(quarter=quarter_id)
    return _lines(rows if units is None else rows.filter(unit__in=units), at)


def of_unit(unit, *, at):
    """The reports of one unit, newest quarter first."""
    rows = models.Report.objects.select_related("quarter").filter(unit=unit)
    return sorted(_lines(rows, at), key=lambda one: one.quarter, reverse=True)


def _lines(rows, at):
    rows = list(rows)
    names, calendar = plans.names({row.unit for row in rows}), workflow.working_days()
    left = {row.quarter_id: calendar.days_left(at, row.quarter.due_at) for row in rows}
    found = [_line(row, names[row.unit], left[row.quarter_id]) for row in rows]
    return sorted(found, key=lambda one: one.name)


def _line(row, name, days_left):
    return Line(
        row.pk,
        row.unit,
        name,
        row.quarter.label,
        row.state,
        row.quarter.due_at,
        row.submitted_at,
        row.first_submitted_at,
        row.round,
        len(row.returns),
        days_left,
    )


def page(report_id, *, by, at):
    """A report with its figures: frozen ones once submitted, else as they stand now.

    Raises    NotFound `plan.report_unknown`, also for units that are not the asker's
    """
    row = _visible(report_id, by)
    plan = domain.read(row.quarter.version.definition)
    said = {one.task: one for one in row.tasks.all()}
    editable = row.state in domain.EDITABLE and row.quarter.state == "open"
    shown, frozen_at = _figures(row, plan)
    return Page(
        line=_lines([row], at)[0],
        words=row.words,
        revision=row.revision,
        returns=tuple(reversed(row.returns)),
        tasks=tuple(_task(task, said.get(task.code)) for task in plan.tasks),
        figures=tuple(shown),
        frozen_at=frozen_at,
        may_write=editable and access.may(by, "plan.report", org=row.unit),
        may_review=plans.is_desk(by) and row.state in ("submitted", "accepted"),
    )


def _visible(report_id, by):
    row = models.Report.objects.select_related("quarter__version").filter(pk=report_id).first()
    if row is None or not (plans.is_desk(by) or access.may(by, "plan.see_plan", org=row.unit)):
        raise errors.NotFound("plan.report_unknown", _("Không có báo cáo này."))
    return row


def _task(task, said):
    if said is None:
        return TaskLine(task, "not_started", "", ())
    return TaskLine(task, said.state, said.words, tuple(said.evidence))


def _figures(row, plan):
    if row.state in domain.EDITABLE:
        period = analytics.period(row.quarter.label)
        return figures.of_unit(plan.indicators, period, row.unit), None
    rows = list(models.Figure.objects.filter(report=row, round=row.round))
    order = {code: place for place, code in enumerate(plan.indicators)}
    rows.sort(key=lambda one: order.get(one.indicator, 999))
    return rows, rows[0].frozen_at if rows else row.submitted_at


def evidence(report_id, sha256, *, by):
    """A file of evidence: name, type, content.

    Raises    NotFound `plan.report_unknown`, `documents.file_unknown`
    """
    row = _visible(report_id, by)
    for said in row.tasks.all():
        for one in said.evidence:
            if one["file"] == sha256:
                return one["name"], documents.file(sha256).type, documents.open_file(sha256)
    raise errors.NotFound("documents.file_unknown", _("Không có tệp này."))


def done(quarter_id):
    """What is counted of each unit for the ranking."""
    rows = (
        models.Report.objects.select_related("quarter__version")
        .filter(quarter=quarter_id)
        .prefetch_related("tasks", Prefetch("figure_set", to_attr="kept"))
    )
    return [_done(row) for row in rows]


def _done(row):
    own = [f for f in row.kept if f.round == row.round and f.scope != "city"]
    return domain.Done(
        unit=row.unit,
        on_time=bool(row.first_submitted_at and row.first_submitted_at <= row.quarter.due_at),
        submitted=row.round > 0,
        returns=len(row.returns),
        reached=sum(f.reached is True for f in own),
        with_source=sum(f.reached is not None for f in own),
        tasks=len(row.quarter.version.definition["tasks"]),
        with_evidence=sum(bool(t.evidence) for t in row.tasks.all()),
    )


def ranking(quarter_id):
    """The plan's criteria, and the places of all units with their names."""
    criteria = plans.plan_of(quarter_id).ranking["criteria"]
    places = domain.rank(done(quarter_id), criteria)
    names = plans.names({place.unit for place in places})
    rows = [
        (place, names[place.unit], [place.points[c["code"]] for c in criteria]) for place in places
    ]
    return criteria, rows


def task_counts(quarter_id):
    """How many units say what of each task: {task: {state: number}}."""
    found = {}
    rows = models.TaskWords.objects.filter(
        report__quarter=quarter_id, report__state__in=("accepted", "signed")
    )
    for code, state in rows.values_list("task", "state"):
        states = found.setdefault(code, {})
        states[state] = states.get(state, 0) + 1
    return found


def frozen_city(quarter_id):
    """The city's figures as the signed summary froze them, by indicator; empty before."""
    rows = models.Figure.objects.filter(quarter=quarter_id, report=None)
    return {row.indicator: row for row in rows}
