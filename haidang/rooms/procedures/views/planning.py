"""Screens of a head: who acts for whom, a step given to a colleague, days off."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures import forms, selectors
from haidang.rooms.procedures.selectors import planning
from haidang.rooms.procedures.services import planning as desk
from haidang.rooms.procedures.views import department, filling

_BOTH = ("GET", "POST")


@access.screen("procedures.plan_work", portal="office", methods=_BOTH)
def see_absences(request):
    """Who is away, who acts for them; and the form that says so."""
    facts = planning.absences(by=request.actor, at=timezone.now())
    form = forms.Absent(
        request.POST or None,
        away=[(one.ref, f"{one.name} · {one.titles}") for one in facts["away"]],
        deputies=[(one.ref, f"{one.name} · {one.titles}") for one in facts["deputies"]],
    )
    if form.is_valid():
        try:
            desk.set_absence(**form.cleaned_data, by=request.actor, at=timezone.now())
            messages.success(request, _("Đã ghi. Việc tới người làm thay trong những ngày đó."))
            return redirect("procedures:absences")
        except errors.HaidangError as why:
            form.add_error(None, why.message)
    facts |= {"form": form, "errors": filling.told(form)}
    status = 422 if form.is_bound else 200
    return render(request, "procedures/planning/absences.html", facts, status=status)


@access.screen("procedures.plan_work", portal="office", methods=("POST",))
def end_absence(request, absence_id):
    """Somebody is back early."""
    desk.end_absence(absence_id, by=request.actor, at=timezone.now())
    messages.success(request, _("Đã kết thúc. Việc chưa xong trở lại người đã vắng."))
    return redirect("procedures:absences")


@access.screen("procedures.plan_work", portal="office", methods=("POST",))
def delegate(request, case_id, task_id):
    """Give a step to a colleague."""
    selectors.in_reach(case_id, by=request.actor)
    to = request.POST.get("to", "")[:200]
    try:
        desk.delegate(task_id, case_id=case_id, to=to, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã giao việc."))
    except errors.HaidangError as why:
        messages.error(request, why.message)
    return redirect("procedures:see_case", case_id)


@department.screen("procedures.declare_day", methods=_BOTH)
def see_calendar(request):
    """Days off by rule and by declaration; a new one moves every running clock."""
    form = forms.DayOff(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            moved = desk.declare_day(
                told["on"],
                works=told["works"] == "work",
                name=told["name"],
                source=told["source"],
                by=request.actor,
            )
            messages.success(request, _("Đã công bố. Tính lại hạn của {n} hồ sơ.").format(n=moved))
            return redirect("procedures:calendar")
        except errors.HaidangError as why:
            form.add_error(None, why.message)
    facts = planning.calendar(at=timezone.now()) | {"form": form, "errors": filling.told(form)}
    status = 422 if form.is_bound else 200
    return render(request, "procedures/planning/calendar.html", facts, status=status)
