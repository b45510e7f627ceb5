"""Screens of the exchange: the monitor, letting go again, comparing a day."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import dates, errors
from haidang.rooms.national_portal import selectors, services


@access.screen("national_portal.see_exchange", portal="office")
def see_exchange(request):
    """How the exchange stands: counts, what waits for a person, days compared."""
    at = timezone.now()
    facts = selectors.monitor(by=request.actor, at=at)
    facts["today"] = at.astimezone(dates.HANOI).date()
    return render(request, "national_portal/monitor.html", facts)


@access.screen("national_portal.replay", portal="office", methods=("POST",))
def replay(request, way):
    """Let one message, or all that stopped, go again."""
    ids = [int(one) for one in request.POST.getlist("id") if one.isdigit()]
    count = services.replay(way, ids, by=request.actor, at=timezone.now())
    messages.success(request, _("Đã cho chạy lại {count} tin.").format(count=count))
    return redirect("national_portal:see_exchange")


@access.screen("national_portal.replay", portal="office", methods=("POST",))
def compare(request):
    """Compare a day with the portal now."""
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
        differing = services.compare(on, at=timezone.now(), by=request.actor)
        told = _("Đã đối soát ngày {day}: {count} hồ sơ lệch.")
        messages.success(request, told.format(day=dates.show(on), count=len(differing)))
    except ValueError:
        messages.error(request, _("Chọn ngày cần đối soát."))
    except errors.Unavailable as why:
        messages.error(request, why.message)
    return redirect("national_portal:see_exchange")
