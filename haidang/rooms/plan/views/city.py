"""The health of the city on one page."""

from django.shortcuts import render
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.kernel import dates
from haidang.rooms.plan import selectors


@access.screen("plan.see_city", portal="office")
def see_city(request):
    """Map, visits by month, age pyramid, causes, and the year before."""
    today = timezone.now().astimezone(dates.HANOI).date()
    page = selectors.city_page(today)
    page["sees_facilities"] = selectors.sees_facilities(request.actor)
    return render(request, "plan/city.html", page)
