"""The service-quality index (chất lượng phục vụ) of units: computed, ranked, explained."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, facts, measures, scoring, words

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One month of the calendar, in the time of Hà Nội."""

    first: date

    @classmethod
    def of(cls, day):
        return cls(day.replace(day=1))

    @classmethod
    def read(cls, text, *, today):
        """The month that an address names, not after the present one.

        Raises    NotFound `procedures.month_unknown`
        """
        try:
            found = cls(date.fromisoformat(f"{text}-01")) if text else cls.of(today)
        except ValueError:
            found = None
        if found is None or not found.first.year >= 2020 or found.first > today:
            raise errors.NotFound("procedures.month_unknown", _("Không có tháng này."))
        return found

    @property
    def end(self):
        """The first day of the month after."""
        return (
            self.first.replace(month=self.first.month + 1)
            if self.first.month < 12
            else date(self.first.year + 1, 1, 1)
        )

    def back(self, months):
        """The month so many months before."""
        index = self.first.year * 12 + self.first.month - 1 - months
        return Month(date(index // 12, index % 12 + 1, 1))

    @property
    def span(self):
        """(first moment, first moment after) of the month."""
        return tuple(datetime.combine(d, time(), dates.HANOI) for d in (self.first, self.end))

    @property
    def code(self):
        return f"{self.first:%Y-%m}"

    @property
    def label(self):
        return f"{self.first:%m/%Y}"


def worlds(month, *, at):
    """What is counted in a month, {unit: World}: the department, and each unit that did a step."""
    since, until = month.span
    told = {
        "since": month.first,
        "until": month.end,
        "at": at,
        "dossiers": tuple(_dossiers(since, until, at)),
        "rated": tuple(_rated(since, until, at)),
        "procedures": tuple(catalogue.current(min(month.end, _day(at)))),
        "steps": tuple(_steps(since, until)),
        "feedback": tuple(_feedback(since, until)),
        "is_connected": bool(settings.HAIDANG_NATIONAL_PORTAL),
    }
    units = {domain.DEPARTMENT, *(step.org for _code, step, _on in told["steps"])}
    return {unit: measures.World(unit=unit, **told) for unit in sorted(units)}


def _dossiers(since, until, at):
    filed = Q(submitted_at__gte=since, submitted_at__lt=until)
    closed = Q(ended_at__gte=since, ended_at__lt=until)
    return facts.of(facts.counted().filter(filed | closed), at=at)


def _rated(since, until, at):
    rows = models.Dossier.objects.exclude(rating="")
    return facts.of(rows.filter(rated_at__gte=since, rated_at__lt=until), at=at)


def _steps(since, until):
    found = workflow.steps_done(since, until, without=(workflow.APPLICANT,))
    rows = models.Dossier.objects.filter(case__in={step.case for step in found})
    codes = dict(rows.values_list("case", "code"))
    return [(codes[s.case], s, _day(s.done_at)) for s in found if s.case in codes]


def _feedback(since, until):
    rows = models.Feedback.objects.select_related("dossier").filter(
        Q(answered_at__gte=since, answered_at__lt=until)
        | Q(answered_at=None, due_at__gte=since, due_at__lt=until)
    )
    for row in rows.order_by("given_at", "pk"):
        yield measures.Told(
            id=row.pk,
            code=row.dossier.code,
            unit=row.unit,
            due_on=_day(row.due_at),
            due_at=row.due_at,
            answered_on=_day(row.answered_at),
            late=row.late,
            unsatisfied=row.unsatisfied,
        )


def _day(moment):
    return moment.astimezone(dates.HANOI).date() if moment else None


def points(world):
    """The point of each criterion for the unit of a world, in the order of the edition."""
    return [_point(one, world) for one in scoring.edition(world.since).criteria]


def _point(criterion, world):
    if criterion.partners == world.decides:
        reason = _("Đơn vị này quyết định hồ sơ; tính theo hồ sơ, không theo bước phối hợp.")
        if not criterion.partners:
            reason = _("Đơn vị này chỉ phối hợp; không có hồ sơ của mình để tính.")
        return scoring.Point(criterion, reason=reason)
    if criterion.no_source:
        return scoring.Point(criterion, reason=_(criterion.no_source))
    found = measures.counted(criterion.code, world)
    if found is None:
        return scoring.Point(criterion, reason=_("Chưa kết nối Cổng Dịch vụ công quốc gia."))
    counts = sum(one.counts for one in found)
    nothing = _("Trong tháng không có gì để tính.")
    return scoring.point(criterion, counts, len(found), nothing=nothing)


@dataclass(frozen=True)
class Line:
    """One unit in the ranking of a month; `groups` are (title, points, scorable)."""

    unit: str
    name: str
    place: int | None
    percent: float | None
    points: float | None
    scorable: float
    groups: tuple
    trend: tuple


def ranking(month, *, by, at):
    """Units of a month by their index (xếp hạng đơn vị), with the months before.

    Raises    NotAllowed `access.not_allowed`
    """
    access.require(by, "procedures.see_quality")
    kept = list(models.Score.objects.filter(month=month.first))
    wholes = {row.unit: scoring.Whole(row.points, row.scorable) for row in kept}
    places = scoring.ranked(wholes)
    lines = [_line(row, wholes[row.unit], places.get(row.unit), month) for row in kept]
    lines.sort(key=lambda one: (one.place or 10_000, one.name))
    return {
        "month": month,
        "months": [Month.of(_day(at)).back(number) for number in range(MONTHS)],
        "edition": scoring.edition(month.first),
        "groups": [
            (words.title_in(one), one.points) for one in scoring.edition(month.first).groups
        ],
        "lines": lines,
        "computed_at": max((row.computed_at for row in kept), default=None),
        "own": by.org,
    }


def _line(row, whole, place, month):
    groups = scoring.edition(month.first).groups
    by_code = {one["code"]: one for one in row.criteria}
    return Line(
        unit=row.unit,
        name=unit_name(row.unit),
        place=place,
        percent=whole.percent,
        points=whole.points,
        scorable=whole.scorable,
        groups=tuple((words.title_in(one), *_group_points(one, by_code)) for one in groups),
        trend=tuple(percent for _first, percent in trend_of(row.unit, month)),
    )


def _group_points(group, by_code):
    """(points, scorable) of a group; (None, 0) when none of it has data."""
    own = [(one.points, by_code.get(one.code)) for one in group.criteria]
    scored = [(most, kept["points"]) for most, kept in own if kept and kept["points"] is not None]
    if not scored:
        return None, 0
    return round(sum(points for _most, points in scored), 2), sum(most for most, _p in scored)


def trend_of(unit, month):
    """(first day, percent) of the unit's months up to one, the oldest first."""
    rows = models.Score.objects.filter(
        unit=unit, month__gt=month.back(MONTHS).first, month__lte=month.first
    ).order_by("month")
    return [
        (row.month, scoring.Whole(row.points, row.scorable).percent)
        for row in rows
        if row.points is not None
    ]


def unit_name(unit):
    """What people call a unit, or its code."""
    return access.name_of(unit) or unit


def explained(unit, month, *, by):
    """Every point of a unit in a month, by group, as it was last computed (giải thích điểm).

    Raises    NotFound `procedures.score_unknown`; NotAllowed `access.not_allowed`
    """
    access.require(by, "procedures.see_quality")
    row = models.Score.objects.filter(unit=unit, month=month.first).first()
    if row is None:
        raise errors.NotFound(
            "procedures.score_unknown", _("Đơn vị này chưa có điểm của tháng này.")
        )
    by_code = {one["code"]: one for one in row.criteria}
    edition = scoring.edition(month.first)
    return {
        "unit": unit,
        "name": unit_name(unit),
        "month": month,
        "edition": edition,
        "whole": scoring.Whole(row.points, row.scorable),
        "computed_at": row.computed_at,
        "trend": [(f"{day}", percent) for day, percent in trend_of(unit, month)],
        "may_open": access.covers(by.org, unit),
        "groups": [
            {
                "title": words.title_in(group),
                "most": group.points,
                "points": _group_points(group, by_code),
                "criteria": [_told(one, by_code) for one in group.criteria],
            }
            for group in edition.groups
        ],
    }


def _told(criterion, by_code):
    """(title, criterion, what was kept, why it gave nothing), in the reader's language."""
    kept = by_code.get(criterion.code) or {"points": None, "reason": criterion.no_source}
    return words.title_in(criterion), criterion, kept, _(kept["reason"]) if kept["reason"] else ""


def behind(unit, month, code, *, by, at):
    """What one criterion counts, thing by thing, computed now; the list is the figure.

    Only who answers for the unit sees it, and never who gave which rating.

    Raises    NotFound `procedures.criterion_unknown`; NotAllowed `procedures.not_your_unit`
    """
    access.require(by, "procedures.see_quality")
    if not access.covers(by.org, unit):
        raise errors.NotAllowed(
            "procedures.not_your_unit", _("Danh sách này dành cho lãnh đạo của đơn vị đó.")
        )
    edition = scoring.edition(month.first)
    criterion = next((one for one in edition.criteria if one.code == code), None)
    world = worlds(month, at=at).get(unit)
    if criterion is None or world is None:
        raise errors.NotFound("procedures.criterion_unknown", _("Không có chỉ số này."))
    point = _point(criterion, world)
    listed = [] if point.reason else measures.counted(code, world)
    return {
        "unit": unit,
        "name": unit_name(unit),
        "month": month,
        "title": words.title_in(criterion),
        "criterion": criterion,
        "point": point,
        "listed": [] if criterion.confidential else sorted(listed, key=lambda one: one.counts),
        "opens": by.org == domain.DEPARTMENT and access.may(by, "procedures.process"),
    }
