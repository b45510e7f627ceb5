"""The home page of a person and their family."""

from django.http import HttpResponseRedirect
from django.shortcuts import render

from haidang.engines.access import api as access
from haidang.portals.citizen import family
from haidang.ui import context


@access.screen("signed_in", portal="citizen")
def home(request):
    """The family's cards, and the doors below them."""
    if context.portal_of(request.actor) != "citizen":
        return HttpResponseRedirect(context.home_of(request.actor))
    members = family.of(request.actor)
    context.remember_family(request, [(member.name, member.url) for member in members])
    facts = {"family": members, "looks": family.looks_at(request.actor)}
    return render(request, "citizen/home.html", facts)
