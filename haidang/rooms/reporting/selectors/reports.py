"""Reports as pages, files and rules see them: lines of lists, one whole report, one cell."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.reporting import domain, models
from haidang.rooms.reporting.selectors import catalogue


@dataclass(frozen=True)
class Line:
    """One obligation of one unit in a list."""

    id: int
    form: str
    number: str
    title: str
    title_en: str
    unit: str
    unit_name: str
    reviewer: str
    kind: str
    period: str
    state: str
    due_at: datetime
    filled_at: datetime | None
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    round: int
    days_left: int
    overdue: bool

    @property
    def late(self):
        """Whether it came after its moment, or has not come and the moment is past."""
        if self.first_submitted_at:
            return self.first_submitted_at > self.due_at
        return self.overdue


@dataclass(frozen=True)
class Page:
    """A whole report: its form, what each cell comes to, what is kept of it, who may do what."""

    line: Line
    form: domain.Form
    starts_on: date
    last_on: date
    reviewer_name: str
    results: dict
    values: dict
    corrections: tuple
    faults: tuple
    words: str
    unfilled_at: datetime | None
    unfilled_why: str
    revision: int
    history: tuple
    submitted_by: str
    approved_at: datetime | None
    approved_by: str
    locked_at: datetime | None
    locked_by: str
    digest: str
    paper: str
    may_fill: bool
    may_submit: bool
    may_review: bool
    may_lock: bool


def page(report_id, *, by, at):
    """A report with everything that belongs to it.

    Raises    NotFound `reporting.report_unknown`, also for reports that the asker may not see
    """
    row = _visible(report_id, by)
    form = form_of(row)
    values = {one.cell: one for one in row.values.all()}
    corrections = tuple(row.corrections.order_by("pk"))
    results = domain.evaluate(form, given(values.values()), standing(corrections))
    editable = row.state in domain.EDITABLE
    told = ("starts_on", "words", "unfilled_at", "unfilled_why", "revision", "submitted_by", "approved_at", "approved_by", "locked_at", "locked_by", "digest", "paper")  # fmt: skip
    return Page(
        line=lines([row], at=at)[0],
        form=form,
        last_on=row.ends_on - timedelta(days=1),
        reviewer_name=names([row.reviewer])[row.reviewer],
        results=results,
        values=values,
        corrections=corrections,
        faults=tuple(domain.faults_of(form, results)),
        history=tuple(reversed(row.history)),
        may_fill=editable and writes(by, "reporting.fill", row.unit),
        may_submit=editable and writes(by, "reporting.submit", row.unit),
        may_review=row.state in ("submitted", "approved")
        and access.may(by, "reporting.review", org=row.reviewer),
        may_lock=row.state == "approved" and access.may(by, "reporting.lock", org=row.reviewer),
        **{name: getattr(row, name) for name in told},
    )


def form_of(row):
    """The form of a report, as it stood when the report was opened."""
    return catalogue.form_of(row.definition.content, row.definition.circular)


def given(values):
    """{cell: Given} of the rows that were filled or typed."""
    return {
        one.cell: domain.Given(
            one.state,
            one.value,
            tuple(one.missing),
            (sum(s["value"] is not None for s in one.sources), len(one.sources))
            if one.sources
            else None,
        )
        for one in values
    }


def standing(corrections):
    """{cell: value} of the corrections that stand; the last of a cell counts."""
    last = {one.cell: one.value for one in corrections}
    return {cell: value for cell, value in last.items() if value is not None}


def writes(by, permission, unit):
    """Whether somebody may write a unit's report: a role of the whole city writes for no unit."""
    of_the_city = by.org in (None, "", places.HAI_PHONG)
    return by.kind == "system" or (not of_the_city and access.may(by, permission, org=unit))


def sees(by, row):
    """Whether somebody may see a report: its unit, whoever reviews it, the department."""
    return any(
        access.may(by, "reporting.see_reports", org=org)
        for org in (row.unit, row.reviewer, domain.DEPARTMENT)
    )


def _visible(report_id, by):
    row = models.Report.objects.select_related("definition").filter(pk=report_id).first()
    if row is None or not sees(by, row):
        raise errors.NotFound("reporting.report_unknown", _("Không có báo cáo này."))
    return row


def find(form, unit, period):
    """The id of the report of a form, unit and period.

    Raises    NotFound `reporting.report_unknown`
    """
    row = models.Report.objects.filter(form=form, unit=unit, period=period).first()
    if row is None:
        raise errors.NotFound("reporting.report_unknown", _("Không có báo cáo này."))
    return row.pk


def lines(rows, *, at):
    """Rows as lines of a list, in their order."""
    rows = list(rows)
    called, calendar = names({row.unit for row in rows}), workflow.working_days()
    left = {due: calendar.days_left(at, due) for due in {row.due_at for row in rows}}
    return [_line(row, called, left[row.due_at], at) for row in rows]


def _line(row, called, days_left, at):
    content = row.definition.content
    told = ("form", "unit", "reviewer", "kind", "period", "state", "due_at", "filled_at", "first_submitted_at", "submitted_at", "round")  # fmt: skip
    return Line(
        id=row.pk,
        number=content["number"],
        title=content["title"],
        title_en=content["title_en"],
        unit_name=called[row.unit],
        days_left=days_left,
        overdue=at > row.due_at,
        **{name: getattr(row, name) for name in told},
    )


def names(units):
    """What units are called, by code."""
    found = places.find_facilities(list(units))
    return {code: found[code].name if code in found else code for code in units}


def units_of(by):
    """The units whose reports somebody makes: the own one, or the stations of the own commune."""
    return sorted(places.find_facilities(access.reached(by.org))) if by.org else []


def own(by, *, at, state="", kind=""):
    """The obligations of the asker's unit: what is still to do first, then the newest."""
    rows = models.Report.objects.prefetch_related("definition").filter(unit__in=units_of(by))
    rows = rows.filter(**{k: v for k, v in (("state", state), ("kind", kind)) if v})
    found = lines(rows, at=at)
    waiting = sorted((x for x in found if x.state in domain.EDITABLE), key=lambda x: x.due_at)
    done = [x for x in found if x.state not in domain.EDITABLE]
    return [*waiting, *sorted(done, key=lambda x: x.due_at, reverse=True)]


def is_desk(by):
    """Whether somebody reviews reports of others: at the department, or where forms are sent to."""
    if not access.may(by, "reporting.review"):
        return False
    if access.may(by, "reporting.review", org=domain.DEPARTMENT):
        return True
    return models.Report.objects.filter(reviewer=by.org or "").exclude(unit=by.org or "").exists()


def sees_many(by):
    """Whether somebody may see reports of other units: at the department or where forms are sent to."""
    return access.may(by, "reporting.see_reports", org=domain.DEPARTMENT) or is_desk(by)


def sources_of(value):
    """What a cell of an aggregated report adds up: [(report id, unit's name, number or None)]."""
    ids = [one["report"] for one in value.sources if one["report"]]
    units = dict(models.Report.objects.filter(pk__in=ids).values_list("pk", "unit"))
    called = names(set(units.values()))
    return [
        (
            one["report"],
            called[units[one["report"]]],
            Decimal(one["value"]) if one["value"] else None,
        )
        for one in value.sources
        if one["report"]
    ]


def same_cell_before(report_id, cell, *, by, limit=6):
    """What a cell showed in earlier reports of the same form and unit: [(period, Result)], newest first."""
    row = _visible(report_id, by)
    earlier = models.Report.objects.prefetch_related("definition", "values", "corrections")
    earlier = earlier.filter(form=row.form, unit=row.unit, starts_on__lt=row.starts_on)
    found = []
    for one in earlier.order_by("-starts_on")[:limit]:
        form, fixed = form_of(one), sorted(one.corrections.all(), key=lambda c: c.pk)
        if cell in form.cells:
            results = domain.evaluate(form, given(one.values.all()), standing(fixed))
            found.append((one.period, results[cell]))
    return found
