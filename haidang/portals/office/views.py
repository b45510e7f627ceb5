"""The home page of civil servants and leaders."""

from django.http import HttpResponseRedirect
from django.shortcuts import render

from haidang.engines.access import api as access
from haidang.portals.staff import work
from haidang.ui import context


@access.screen("signed_in", portal="office")
def home(request):
    """What waits, the figures of the day, and the doors this person may open."""
    if context.portal_of(request.actor) == "citizen":
        return HttpResponseRedirect(context.home_of(request.actor))
    facts = {"waiting": work.waiting(request.actor), "figures": work.figures(request.actor)}
    return render(request, "office/home.html", facts)
