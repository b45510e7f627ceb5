"""Who has reported what: units × forms of one period, and what the mart of obligations holds."""

from dataclasses import dataclass
from datetime import timedelta

from haidang.engines.access import api as access
from haidang.kernel import dates
from haidang.rooms.reporting import domain, models
from haidang.rooms.reporting.selectors import catalogue, reports, words


@dataclass(frozen=True)
class Matrix:
    """The reports of one period that the asker may see.

    forms     (code, number, title), in the order of the catalogue
    rows      (unit's name, [Line or None for each form of units])
    above     Lines of the department's own reports, most of them added up from the units'
    counts    for each of the forms {state: number, "late": number, "total": number}
    ended     circulars whose forms of this kind are no longer in force at the end of the period
    """

    kind: str
    label: str
    forms: tuple
    rows: tuple
    above: tuple
    counts: tuple
    total: int
    ended: tuple


def periods(kind, by):
    """The labels of the periods of a kind that were opened, newest first."""
    rows = _seen(by).filter(kind=kind).order_by("-starts_on")
    return list(dict.fromkeys(rows.values_list("period", flat=True)))


def matrix(kind, label, *, by, at):
    """Units × forms of one period, with the state of each report."""
    rows = _seen(by).filter(kind=kind, period=label).prefetch_related("definition")
    found = reports.lines(rows, at=at)
    order = {form.code: place for place, form in enumerate(catalogue.forms())}
    forms = sorted(
        {(x.form, x.number, words.title(x)) for x in found}, key=lambda one: order.get(one[0], 999)
    )
    below = [x for x in found if x.unit != domain.DEPARTMENT]
    by_place = {(x.unit, x.form): x for x in below}
    forms = [one for one in forms if one[0] in {x.form for x in below}]
    units = sorted({(x.unit_name, x.unit) for x in below})
    above = [x for x in found if x.unit == domain.DEPARTMENT]
    table = [(name, [by_place.get((unit, form[0])) for form in forms]) for name, unit in units]
    counts = [_counts([x for x in found if x.form == form[0]]) for form in forms]
    return Matrix(
        kind=kind,
        label=label,
        forms=tuple(forms),
        rows=tuple(table),
        above=tuple(sorted(above, key=lambda x: order.get(x.form, 999))),
        counts=tuple(counts),
        total=len(found),
        ended=_ended(kind, label),
    )


def _counts(found):
    told = {state: sum(x.state == state for x in found) for state in models.STATES}
    return told | {"late": sum(x.late for x in found), "total": len(found)}


def _ended(kind, label):
    _start, end = domain.span(kind, label)
    forms = [one for one in catalogue.forms() if one.period == kind]
    living = {one.code for one in forms if one.applies_on(end - timedelta(days=1))}
    return tuple(sorted({one.circular.title for one in forms if one.code not in living}))


def _seen(by):
    rows = models.Report.objects.all()
    if access.may(by, "reporting.see_reports", org=domain.DEPARTMENT):
        return rows
    return rows.filter(reviewer=by.org or "?")


def locked_of(form, label):
    """The reports of a form and period that an aggregated report is made of: (locked ones, how many in all)."""
    rows = models.Report.objects.filter(form=form, period=label)
    locked = rows.filter(state="locked").order_by("unit")
    return list(locked.prefetch_related("definition", "values", "corrections")), rows.count()


def obligations():
    """Every obligation as the mart `periodic_report` holds it."""
    told = ("pk", "unit", "due_at", "first_submitted_at")
    for pk, unit, due_at, sent_at in models.Report.objects.values_list(*told).iterator():
        yield {
            "id": str(pk),
            "unit": unit,
            "due_on": _day(due_at),
            "submitted_on": _day(sent_at),
            "in_system": True,
        }


def _day(moment):
    return moment.astimezone(dates.HANOI).date() if moment else None
