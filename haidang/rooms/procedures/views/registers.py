"""Screens of registers: everybody's search, the department's lists, and the applicant's data store."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures import selectors, services
from haidang.rooms.procedures.views import department, files

_MINUTE = timedelta(minutes=1)
_FIRST = "practitioners"


@access.screen("public", portal="public")
def search_registers(request):
    """Whether somebody holds a licence that is valid now, for everybody."""
    whence = request.META.get("REMOTE_ADDR", "")
    access.spend("procedures.registers", whence, limit=120, per=_MINUTE)
    key, query = request.GET.get("so", "") or _FIRST, request.GET.get("q", "")[:100]
    found = selectors.search_register(key, query, after=_after(request))
    facts = {"key": key, "query": query, "choices": selectors.register_choices(public_only=True)}
    page = {"next_url": _next(found["next"], so=key, q=query), "previous_url": ""}
    return render(request, "procedures/public_register.html", found | facts | {"page": page})


@department.screen("procedures.see_registers")
def see_registers(request):
    """A register with all its columns, by state, and what ends soon."""
    key, query = request.GET.get("so", "") or _FIRST, request.GET.get("q", "")[:100]
    state, ending = request.GET.get("trang-thai", ""), request.GET.get("sap-het") == "1"
    asked = {"state": state, "ending": ending, "after": _after(request)}
    found = selectors.search_register(key, query, everything=True, **asked)
    kept = {"so": key, "q": query, "trang-thai": state, "sap-het": "1" if ending else ""}
    facts = {
        "key": key,
        "query": query,
        "state": state,
        "ending": ending,
        "choices": selectors.register_choices(public_only=False),
        "page": {"next_url": _next(found["next"], **kept), "previous_url": ""},
    }
    return render(request, "procedures/registers.html", found | facts)


@department.screen("procedures.see_registers")
def see_entry(request, register, entry_id):
    """One entry, what it took the place of, and a leader's right to revoke it."""
    facts = selectors.entry_page(register, entry_id, by=request.actor)
    facts["may_revoke"] = facts["may_end"] and access.may(request.actor, "procedures.revoke_result")
    return render(request, "procedures/entry.html", facts)


@department.screen("procedures.revoke_result", methods=("POST",))
def revoke_result(request, register, entry_id):
    """Revoke a result with its reason and decision."""
    try:
        services.revoke_result(
            entry_id,
            reason=request.POST.get("reason", "")[:1000],
            decision=request.POST.get("decision", "")[:60],
            by=request.actor,
            at=timezone.now(),
        )
        messages.success(request, _("Đã thu hồi; người giữ kết quả được báo."))
    except (errors.Incorrect, errors.Conflict) as why:
        messages.error(request, why.message)
    return redirect("procedures:see_entry", register, entry_id)


@access.screen("procedures.apply", portal="citizen")
def see_data_store(request):
    """What need not be given again: results and accepted papers, of oneself and of organisations."""
    groups = selectors.data_store(request.actor, on=timezone.localdate())
    return render(request, "procedures/data_store.html", {"groups": groups})


@access.screen("procedures.apply", portal="citizen")
def stored_file(request, paper_id):
    """A paper of one's data store."""
    return files.answer(*selectors.stored_file(paper_id, by=request.actor))


def _after(request):
    day, _bar, key = request.GET.get("sau", "").partition("|")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _next(last, **kept):
    if last is None:
        return ""
    kept = {name: value for name, value in kept.items() if value}
    return "?" + urlencode(kept | {"sau": f"{last[0].isoformat()}|{last[1]}"})
