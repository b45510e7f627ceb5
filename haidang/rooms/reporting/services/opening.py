"""Opening periods: what every unit owes and until when; and reminding it."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.reporting import domain, models
from haidang.rooms.reporting.selectors import catalogue
from haidang.rooms.reporting.services import keeping

#: A period whose deadline is longer past is not opened by itself: nobody could have reported it here.
_GRACE = timedelta(days=10)
_CLOSES = time(17)


@transaction.atomic
def open_period(code, label, *, by, at):
    """Open a period of a form (mở kỳ báo cáo): each unit that owes the report gets one.

    Units that have theirs already keep it, so opening again adds only what is new.

    code      `6-BCX`
    label     `2026-Q3`, of the form's kind of period

    Returns   how many reports were opened
    Raises    NotFound `reporting.form_unknown`, when no circular is in force for the period;
              Incorrect `reporting.period_wrong`; RuleBroken `reporting.period_running`;
              NotAllowed `access.not_permitted`
    Records   event `reporting.period.opened` (facts: form, period, units)
    """
    access.require(by, "reporting.open_period", org=domain.DEPARTMENT)
    newest = catalogue.form(code)
    starts_on, ends_on = domain.span(newest.period, label, newest.cut)
    form = catalogue.form(code, on=ends_on - timedelta(days=1))
    if ends_on > at.astimezone(dates.HANOI).date():
        raise errors.RuleBroken(
            "reporting.period_running", _("Kỳ này chưa kết thúc nên chưa mở báo cáo được.")
        )
    return _open(form, label, starts_on, ends_on, by=by, at=at)


def _open(form, label, starts_on, ends_on, *, by, at):
    there = set(
        models.Report.objects.filter(form=form.code, period=label).values_list("unit", flat=True)
    )
    wanted = [unit for unit in _units(form) if unit not in there]
    if not wanted:
        return 0
    definition = _definition(form)
    due, reviewer = due_at(form, ends_on), _reviewer(form)
    rows = [
        models.Report(
            definition=definition,
            form=form.code,
            unit=unit,
            reviewer=reviewer,
            kind=form.period,
            period=label,
            starts_on=starts_on,
            ends_on=ends_on,
            opened_at=at,
            due_at=due,
        )
        for unit in wanted
    ]
    for row in rows:
        keeping.step(row, "opened", by=by, at=at)
    made = models.Report.objects.bulk_create(rows)
    for row in made:
        keeping.tell_unit(row, "reporting.opened", at=at)
    facts = {"form": form.code, "period": label, "units": len(made)}
    ledger.record("reporting.period.opened", by=by, org=domain.DEPARTMENT, facts=facts)
    return len(made)


def _definition(form):
    content, circular, digest = catalogue.content_of(form)
    row, _new = models.Definition.objects.get_or_create(
        code=form.code, digest=digest, defaults={"content": content, "circular": circular}
    )
    return row


def _units(form):
    """Who owes the report: active facilities of the form's kinds, or the department."""
    if form.level == "department":
        return [domain.DEPARTMENT] if places.find_facilities([domain.DEPARTMENT]) else []
    return sorted({f.code for kind in form.units for f in places.facilities(kind, active=True)})


def _reviewer(form):
    if form.to:
        found = places.facilities(form.to, active=True)
        if found:
            return min(one.code for one in found)
    return domain.DEPARTMENT


def due_at(form, ends_on):
    """When a report of a form is due (hạn nộp): at the end of a working day.

    Source    each form's circular; a deadline on a day off moves to the next working day (Bộ luật
              Dân sự 91/2015/QH13, Điều 148)
    """
    calendar = workflow.working_days()
    if "day" in form.due:
        day = calendar.next_working(ends_on + timedelta(days=form.due["day"] - 1))
        return datetime.combine(day, _CLOSES, tzinfo=dates.HANOI)
    last = datetime.combine(ends_on - timedelta(days=1), time(12), tzinfo=dates.HANOI)
    return calendar.due(last, workflow.Term(form.due["working_days"]))


def open_due(now=None):
    """Open what has become due to report since it was last looked (việc của máy); how many reports."""
    now = now or timezone.now()
    today, done = now.astimezone(dates.HANOI).date(), 0
    for form in catalogue.forms():
        label, starts_on, ends_on = _last_ended(form, today)
        if form.applies_on(ends_on - timedelta(days=1)) and now <= due_at(form, ends_on) + _GRACE:
            with transaction.atomic():
                done += _open(form, label, starts_on, ends_on, by=actors.SYSTEM, at=now)
    return done


def _last_ended(form, today):
    """The newest period of a form that has ended."""
    label = domain.label_of(form.period, today)
    starts_on, ends_on = domain.span(form.period, label, form.cut)
    while ends_on > today:
        label = domain.label_of(form.period, domain.span(form.period, label)[0] - timedelta(days=1))
        starts_on, ends_on = domain.span(form.period, label, form.cut)
    return label, starts_on, ends_on


def remind(now=None):
    """Remind units whose report is due soon or overdue (nhắc hạn), each day of the form's list once.

    Returns   how many reports were reminded of
    """
    now, done = now or timezone.now(), 0
    calendar = workflow.working_days()
    waiting = models.Report.objects.prefetch_related("definition").filter(state__in=domain.EDITABLE)
    given = set(models.Reminder.objects.filter(report__in=waiting).values_list("report", "kind", "days"))  # fmt: skip
    for row in waiting:
        kind, days, left = _reminder(row, now, calendar)
        if kind and (row.pk, kind, days) not in given:
            with transaction.atomic():
                keeping.tell_unit(row, kind, at=now, days=days, left=left)
                models.Reminder.objects.create(report=row, kind=kind, days=days)
            done += 1
    return done


def _reminder(row, now, calendar):
    """(kind, day of the form's list, working days that are left or passed), or no kind.

    A worker that was down on the day itself reminds later, and says how many days there really are.
    """
    told = row.definition.content.get("remind") or domain.REMIND
    left = calendar.days_left(now, row.due_at)
    if now <= row.due_at:
        near = [days for days in told["before"] if left <= days]
        return ("reporting.due_soon", min(near), left) if near else ("", 0, 0)
    passed = [days for days in told["after"] if -left >= days]
    return ("reporting.overdue", max(passed), -left) if passed else ("", 0, 0)
