"""Screens of the service-quality index: ranking, the points of a unit, what a point counts."""

from django.shortcuts import render
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.kernel import dates
from haidang.rooms.procedures.selectors import quality

_screen = "procedures.see_quality"


def _month(text, at):
    return quality.Month.read(text, today=at.astimezone(dates.HANOI).date())


@access.screen(_screen, portal="office")
def see_quality(request):
    """Units of a month by their index, with the way that each took."""
    at = timezone.now()
    month = _month(request.GET.get("thang", ""), at)
    facts = quality.ranking(month, by=request.actor, at=at)
    return render(request, "procedures/quality.html", facts)


@access.screen(_screen, portal="office")
def see_unit_quality(request, unit, month):
    """Every point of one unit in one month, with its formula and its counts."""
    found = quality.explained(unit, _month(month, timezone.now()), by=request.actor)
    return render(request, "procedures/quality_unit.html", found)


@access.screen(_screen, portal="office")
def see_quality_list(request, unit, month, code):
    """What one criterion counted, thing by thing."""
    at = timezone.now()
    facts = quality.behind(unit, _month(month, at), code, by=request.actor, at=at)
    return render(request, "procedures/quality_list.html", facts)
