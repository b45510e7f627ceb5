"""Screens of the forms themselves: which there are, since when, and where each cell comes from."""

from django.shortcuts import render
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import dates
from haidang.rooms.reporting import selectors
from haidang.rooms.reporting.selectors import words
from haidang.rooms.reporting.views import tables, tabs


@access.screen("reporting.see_reports", portal="office")
def see_forms(request):
    """Every form with its circular, its deadline and how many of its cells the house fills."""
    today = timezone.now().astimezone(dates.HANOI).date()
    shown = {
        "groups": [
            (title, [_line(one, today) for one in selectors.forms() if one.level == level])
            for level, title in words.LEVELS.items()
        ],
        "tabs": tabs.tabs(request, "see_forms"),
    }
    return render(request, "reporting/forms.html", shown)


def _line(form, today):
    counts = form.counts()
    return {
        "form": form,
        "title": words.title(form),
        "period": words.PERIODS[form.period],
        "due": words.due(form.due),
        "sources": [(title, counts[key]) for key, title in words.SOURCES.items() if key in counts],
        "applies": form.applies_on(today),
        "ends_alone": form.valid_to is not None and selectors.successor(form) is None,
    }


@access.screen("reporting.see_reports", portal="office")
def see_form(request, code):
    """One form, empty: what each cell is to hold and where it comes from."""
    form = selectors.form(code)
    shown = {
        "form": form,
        "line": _line(form, timezone.now().astimezone(dates.HANOI).date()),
        "units": [places.FACILITY_KINDS[kind] for kind in form.units],
        "to": places.FACILITY_KINDS.get(form.to, ""),
        "table": tables.blank(form),
        "checks": [one["text"] for one in form.checks],
    }
    return render(request, "reporting/form.html", shown)
