"""Opening a quarter, and reminding units of it."""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.places import api as places
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.plan import domain, models, selectors

_WRITERS = ("unit_head", "station_head", "director")


def open_quarter(label, *, by, at):
    """Open a quarter (mở kỳ báo cáo): one report for each unit that the plan names.

    label     `2026-Q3`

    Raises    Incorrect `plan.not_a_quarter`; RuleBroken `plan.before_plan`, `plan.no_units`;
              Conflict `plan.quarter_open`; NotAllowed `access.not_permitted`
    Records   event `plan.quarter.opened` (facts: quarter, units)
    """
    access.require(by, "plan.review", org=domain.DEPARTMENT)
    version, plan = selectors.current()
    period = _period(label, plan)
    units = _units(plan)
    try:
        with transaction.atomic():
            row = models.Quarter.objects.create(
                version_id=version,
                label=period.label,
                opened_at=at,
                due_at=due_at(period, plan.report["due_after"]),
            )
            models.Report.objects.bulk_create(
                models.Report(quarter=row, unit=unit) for unit in units
            )
            facts = {"quarter": row.label, "units": len(units)}
            ledger.record("plan.quarter.opened", by=by, org=domain.DEPARTMENT, facts=facts)
            for report in row.report_set.all():
                tell(report, "plan.opened", at=at)
    except IntegrityError as why:
        raise errors.Conflict("plan.quarter_open", _("Kỳ báo cáo này đã được mở.")) from why
    return row.pk


def _period(label, plan):
    period = analytics.period(label)
    if "Q" not in period.label:
        raise errors.Incorrect("plan.not_a_quarter", _("Kỳ báo cáo là một quý, ví dụ 2026-Q3."))
    if period.start < plan.start:
        raise errors.RuleBroken(
            "plan.before_plan", _("Quý này trước ngày kế hoạch bắt đầu."), start=str(plan.start)
        )
    return period


def _units(plan):
    found = [f.code for kind in plan.units for f in places.facilities(kind, active=True)]
    if not found:
        raise errors.RuleBroken(
            "plan.no_units",
            _("Chưa có đơn vị nào thuộc loại phải báo cáo; hãy nạp danh mục cơ sở."),
        )
    return sorted(set(found))


def due_at(period, working_days):
    """When reports are due: so many working days after the quarter's last day."""
    last = datetime.combine(period.end - timedelta(days=1), time(12), tzinfo=dates.HANOI)
    return workflow.working_days().due(last, workflow.Term(working_days))


def tell(report, kind, *, at, days=0):
    """Tell the heads of a unit something about its report."""
    quarter = report.quarter
    facts = {"quarter": quarter.label, "due": dates.show(quarter.due_at), "days": days}
    for ref in _heads(report.unit):
        notify.send(
            kind,
            to=ref,
            once=f"{kind}/{report.pk}/{report.round}/{days}",
            by=actors.SYSTEM,
            at=at,
            facts=facts,
            url=f"/ke-hoach/bao-cao/{report.pk}/",
        )


def _heads(unit):
    return access.refs_of_holders(_WRITERS, unit)


def remind(now=None):
    """Remind units whose report is due soon or overdue (nhắc hạn), each day of the plan once.

    Returns   how many reports were reminded of
    """
    now = now or timezone.now()
    done = 0
    waiting = models.Report.objects.select_related("quarter__version")
    for report in waiting.filter(state__in=domain.EDITABLE, quarter__state="open"):
        kind, days = _reminder(report.quarter, now)
        if kind and not _reminded(report, kind, days):
            with transaction.atomic():
                tell(report, kind, at=now, days=days)
                models.Reminder.objects.create(report=report, kind=kind, days=days)
            done += 1
    return done


def _reminder(quarter, now):
    told = quarter.version.definition["report"]
    left = workflow.working_days().days_left(now, quarter.due_at)
    if 0 <= left <= told["remind_before"] and now <= quarter.due_at:
        return "plan.due_soon", told["remind_before"]
    passed = [days for days in told["remind_after"] if -left >= days]
    return ("plan.overdue", max(passed)) if passed else ("", 0)


def _reminded(report, kind, days):
    return models.Reminder.objects.filter(report=report, kind=kind, days=days).exists()
