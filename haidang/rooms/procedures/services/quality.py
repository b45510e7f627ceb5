"""Keeping the service-quality index: computed again and again, and what it learns from news."""

from django.db import transaction
from django.utils import timezone

from haidang.kernel import dates
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import quality, scoring


def compute(month, *, at):
    """Compute the index of every unit of a month and keep it (tính điểm); return how many units."""
    found = quality.worlds(month, at=at)
    with transaction.atomic():
        for unit, world in found.items():
            _keep(unit, month, quality.points(world), at)
        models.Score.objects.filter(month=month.first).exclude(unit__in=found).delete()
    return len(found)


def _keep(unit, month, points, at):
    whole = scoring.whole(points)
    values = {
        "edition": scoring.edition(month.first).name[:20],
        "points": whole.points,
        "scorable": whole.scorable,
        "criteria": [_told(one) for one in points],
        "computed_at": at,
    }
    models.Score.objects.update_or_create(unit=unit, month=month.first, defaults=values)


def _told(point):
    return {
        "code": point.criterion.code,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "share": None if point.share is None else round(point.share, 1),
        "points": point.points,
        "reason": point.reason,
    }


def keep_scores(now=None):
    """The worker's turn: the present month and the one before, and months that have no score yet.

    Returns   0, so that the worker waits
    """
    at = now or timezone.now()
    this = quality.Month.of(at.astimezone(dates.HANOI).date())
    months = [this.back(number) for number in range(quality.MONTHS)]
    known = set(models.Score.objects.values_list("month", flat=True).distinct())
    first = models.Dossier.objects.filter(submitted_at__isnull=False).order_by("submitted_at")
    began = first.values_list("submitted_at", flat=True).first()
    for number, month in enumerate(months):
        asked = began is not None and month.span[1] > began
        if asked and (number < 2 or month.first not in known):
            compute(month, at=at)
    return 0


def rated(dossier_id, *, at):
    """Keep when a dossier was rated; the same news again changes nothing."""
    models.Dossier.objects.filter(pk=dossier_id, rated_at=None).update(rated_at=at)


def shared(code, state, *, at):
    """Keep which state of a dossier the national portal holds now; older news is passed over.

    state    national code, as in `domain.STATES`
    """
    row = models.Dossier.objects.filter(code=code).first()
    if row is None or state not in domain.STATES.values():
        return
    kept, new = models.Shared.objects.get_or_create(
        dossier=row, defaults={"state": state, "at": at}
    )
    if not new and kept.at <= at:
        models.Shared.objects.filter(pk=kept.pk).update(state=state, at=at)
