"""Who does whose work: absence with a deputy, a task given to somebody else, days off."""

from django.utils.translation import gettext as _

from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import domain
from haidang.rooms.procedures.selectors import planning


def set_absence(*, who, deputy, first_on, last_on, by, at):
    """Say that a colleague is away and who acts for them (giao người làm thay), between two days.

    who, deputy    references of colleagues at the organisation of whoever says so

    Raises    NotFound `procedures.colleague_unknown`; NotAllowed `procedures.hand_over_above`;
              RuleBroken as `workflow.set_absence`, `procedures.days_passed`
    Records   as `workflow.set_absence`
    """
    away, other = planning.colleague(who, by=by), planning.colleague(deputy, by=by)
    domain.check_hand_over(by.roles, away.roles)
    if first_on < planning.day_of(at):
        raise errors.RuleBroken("procedures.days_passed", _("Ngày đầu không thể là ngày đã qua."))
    return workflow.set_absence(
        who=away.ref,
        who_name=away.name,
        deputy=other.ref,
        deputy_name=other.name,
        roles=away.roles,
        org=by.org,
        first_on=first_on,
        last_on=last_on,
        by=by,
    )


def end_absence(absence_id, *, by, at):
    """End an absence early (kết thúc làm thay); unfinished work goes back at once.

    Raises    NotFound `workflow.absence_unknown`
    Records   as `workflow.end_absence`
    """
    workflow.end_absence(absence_id, org=by.org, by=by, at=at)


def delegate(task_id, *, case_id, to, by, at):
    """Give a step to a colleague (giao việc), whoever holds it now.

    Raises    NotFound `procedures.colleague_unknown`, `workflow.task_unknown`; NotAllowed
              `procedures.hand_over_above`; as `workflow.delegate`
    Records   event `workflow.task.delegated`
    """
    task = workflow.task(task_id)
    if task.case != case_id:
        raise errors.NotFound("workflow.task_unknown", _("Không có việc này."))
    other = planning.colleague(to, by=by)
    if task.role not in other.roles:
        domain.check_hand_over(by.roles, {task.role})
    workflow.delegate(task_id, to=other.ref, to_name=other.name, by=by, at=at)


def declare_day(on, *, works, name, source, by):
    """Declare a day off or a make-up working day (công bố ngày nghỉ); return how many clocks moved.

    Raises    as `workflow.declare_day`
    Records   event `workflow.day.declared`
    """
    return workflow.declare_day(on, works=works, name=name, source=source, by=by)
