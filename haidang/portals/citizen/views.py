"""The home page of a person and their family, and what they were told."""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from haidang.engines.access import api as access
from haidang.engines.notify import api as notify
from haidang.portals.citizen import family
from haidang.ui import context, offline


@access.screen("signed_in", portal="citizen")
def home(request):
    """The family's cards, and the doors below them."""
    if context.portal_of(request.actor) != "citizen":
        return HttpResponseRedirect(context.home_of(request.actor))
    members = family.of(request.actor)
    context.remember_family(request, [(member.name, member.url) for member in members])
    facts = {
        "family": members,
        "looks": family.looks_at(request.actor),
        "unread": notify.unread(request.actor.ref),
    }
    return offline.keep(render(request, "citizen/home.html", facts))


@access.screen("signed_in", portal="citizen")
def news(request):
    """Everything that the asker was told, newest first."""
    before = request.GET.get("truoc", "")
    found = notify.inbox(request.actor.ref, before=int(before) if before.isdecimal() else None)
    url = f"?truoc={found[-1].id}" if len(found) == notify.PAGE else ""
    facts = {
        "messages_told": found,
        "page": {"next_url": url, "previous_url": ""},
        "unread": notify.unread(request.actor.ref),
        "english": get_language() == "en",
    }
    return render(request, "citizen/news.html", facts)


@access.screen("signed_in", portal="citizen", methods=("POST",))
def mark_read(request):
    """Mark everything as read."""
    notify.mark_read(request.actor.ref)
    return redirect("citizen:news")
