"""Keeps figures fresh: the worker computes the periods that people look at, again when data moved."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from haidang.engines.analytics import models
from haidang.engines.analytics.indicators import computing, periods
from haidang.engines.analytics.lake import feed
from haidang.kernel import actor, dates

_SETTLES = timedelta(days=40)  # late dossiers still come after a period has ended


def watched(today):
    """The month, quarter and year of a day, and those before."""
    quarter = (today.month + 2) // 3
    now = [
        periods.parse(text)
        for text in (f"{today:%Y-%m}", f"{today.year}-Q{quarter}", str(today.year))
    ]
    return [*now, *(period.before() for period in now)]


def refresh(now=None):
    """Compute the first watched period whose figures are too old; how many were computed.

    now    the moment, for tests
    """
    now = now or timezone.now()
    place = feed.place()
    if not place.seq:
        return 0
    for period in watched(now.astimezone(dates.HANOI).date()):
        if _is_due(period, place, now):
            computing.compute_all(period, by=actor.SYSTEM)
            return 1
    return 0


def _is_due(period, place, now):
    newest = (
        models.Computation.objects.filter(period_start=period.start, period_end=period.end)
        .order_by("-id")
        .values_list("computed_at", "data_seq")
        .first()
    )
    if newest is None:
        return True
    computed_at, seq = newest
    old = now - computed_at > timedelta(hours=settings.HAIDANG_FIGURES_HOURS)
    return old and place.seq > seq and computed_at < _settled(period.end)


def _settled(end: date):
    return datetime.combine(end, datetime.min.time(), dates.HANOI) + _SETTLES
