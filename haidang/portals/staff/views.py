"""The front door of the house, and the home page of staff."""

from django.http import HttpResponseRedirect
from django.shortcuts import render

from haidang.engines.access import api as access
from haidang.portals.staff import desk
from haidang.ui import context


@access.screen("signed_in", portal="public")
def front_door(request):
    """Lead everybody to the portal where they belong."""
    return HttpResponseRedirect(context.home_of(request.actor))


@access.screen("signed_in")
def home(request):
    """Find a person first; then what waits, what came in today, and whom one saw last."""
    if context.portal_of(request.actor) == "citizen":
        return HttpResponseRedirect(context.home_of(request.actor))
    return render(request, "staff/home.html", {"desk": desk.of(request.actor)})
