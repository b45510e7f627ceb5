"""One facility on one page, and the list to choose it from."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.kernel import dates
from haidang.rooms.plan import selectors


@access.screen("plan.see_facility", portal="office")
def see_facilities(request):
    """Choose a facility; who has only one comes to its page at once."""
    query, kind = request.GET.get("q", "")[:80], request.GET.get("loai", "")[:40]
    found, cut = selectors.facility_choices(request.actor, query=query, kind=kind)
    if len(found) == 1 and not query and not kind:
        return redirect(reverse("plan:see_facility", args=[found[0].code]))
    shown = {
        "found": found,
        "cut": cut,
        "query": query,
        "kind": kind,
        "kinds": selectors.facility_kinds(),
    }
    return render(request, "plan/facilities.html", shown)


@access.screen("plan.see_facility", portal="office")
def see_facility(request, code):
    """Visits, causes, beds, money, completeness of records, problems of dossiers."""
    today = timezone.now().astimezone(dates.HANOI).date()
    page = selectors.facility_page(code, by=request.actor, today=today)
    page["may_see_intake"] = access.may(request.actor, "intake.see_intake", org=code)
    return render(request, "plan/facility.html", page)
