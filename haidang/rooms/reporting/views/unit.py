"""Screens of a unit: what it owes, with the clocks."""

from django.shortcuts import redirect, render
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.rooms.reporting import selectors
from haidang.rooms.reporting.selectors import words
from haidang.rooms.reporting.views import tabs


@access.screen("reporting.see_reports", portal="office")
def home(request):
    """The asker's part of the room: the matrix for who reviews, the own list for a unit."""
    if selectors.is_desk(request.actor):
        return redirect("reporting:see_matrix")
    if selectors.units_of(request.actor):
        return redirect("reporting:see_own")
    return redirect("reporting:see_matrix" if selectors.sees_many(request.actor) else "reporting:see_forms")  # fmt: skip


@access.screen("reporting.see_reports", portal="office")
def see_own(request):
    """The obligations of a unit: what is to do first, then what is done."""
    state, kind = request.GET.get("trang-thai", "")[:12], request.GET.get("loai-ky", "")[:8]
    every = selectors.own(request.actor, at=timezone.now())
    lines = [x for x in every if state in ("", x.state) and kind in ("", x.kind)]
    shown = {
        "lines": [
            (one, words.title(one), words.period(one.period), *words.STATES[one.state], words.clock(one))
            for one in lines
        ],
        "many_units": len({one.unit for one in every}) > 1,
        "counts": _counts(every),
        "states": [(s, title, s == state, sum(x.state == s for x in every)) for s, (title, _k) in words.STATES.items()],
        "kinds": [(k, title, k == kind) for k, title in words.PERIODS.items()],
        "total": len(every),
        "tabs": tabs.tabs(request, "see_own"),
    }  # fmt: skip
    return render(request, "reporting/own.html", shown)


def _counts(lines):
    waiting = [one for one in lines if one.state in ("open", "returned")]
    return {
        "waiting": len(waiting),
        "late": sum(one.late for one in waiting),
        "returned": sum(one.state == "returned" for one in lines),
        "locked": sum(one.state == "locked" for one in lines),
    }
