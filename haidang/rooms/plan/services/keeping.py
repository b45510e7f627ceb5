"""What the worker keeps ready: the figures of the page of the city's health."""

from django.utils import timezone

from haidang.engines.analytics import api as analytics
from haidang.kernel import actor, dates
from haidang.rooms.plan.selectors import city
from haidang.rooms.plan.services import reports


def keep_city_figures(now=None):
    """Compute what the page of the city's health lacks, one period at a time; how many were.

    A lake that holds nothing yet is waited for.
    """
    if not analytics.lake_place().seq:
        return 0
    now = now or timezone.now()
    for codes, period in city.watched(now.astimezone(dates.HANOI).date()):
        if reports.compute_missing(codes, period, by=actor.SYSTEM):
            return 1
    return 0
