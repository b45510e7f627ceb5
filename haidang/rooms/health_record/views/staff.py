"""One person's record for those who care for them, under one address a person."""

import functools
import secrets

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.kernel import errors
from haidang.rooms.health_record import forms, services
from haidang.rooms.health_record.selectors import (
    banner,
    files,
    finding,
    opening,
    pages,
    timeline,
    versions,
)
from haidang.rooms.health_record.views import addresses, shared


@access.screen("health_record.find_person", methods=("GET", "POST"))
def find_person(request):
    """The search page; a number that finds one person leads straight to the record.

    What is typed may name a person, so it is posted and waits in the session under an opaque
    handle: addresses, logs and the browser's history never hold it.
    """
    if request.method == "POST":
        handle = _keep_search(request, request.POST.get("q", ""))
        return redirect(f"{reverse('health_record:find_person')}?lan={handle}")
    asked = request.session.get(_SEARCHES, {}).get(request.GET.get("lan"), "")
    found = finding.find(asked, by=request.actor)
    hits = found["hits"]
    if len(hits) == 1 and hits[0]["sure"] and access.may(request.actor, "health_record.see_person"):
        return redirect("health_record:see_person", hits[0]["id"])
    return render(request, "health_record/find.html", {"q": asked, **found})


_SEARCHES, _SEARCHES_KEPT = "health_record.searches", 10


def _keep_search(request, typed):
    """Keep what was typed in the session, with the few before it; return its handle."""
    kept = list(request.session.get(_SEARCHES, {}).items())[1 - _SEARCHES_KEPT :]
    handle = secrets.token_urlsafe(6)
    request.session[_SEARCHES] = dict([*kept, (handle, typed.strip()[:500])])
    return handle


def page(permission, what, *, whole=False):
    """A part of a person's page: opens the record, or asks to break the glass.

    The view is called with the request, the opened record, its addresses and what more the
    address holds; it returns a template name and the context beside banner and tabs, or an answer.
    """

    def decorate(view):
        @access.screen(permission)
        @functools.wraps(view)
        def opened(request, patient_id, **more):
            try:
                record = opening.read(patient_id, by=request.actor, what=what, whole=whole)
            except opening.Moved as moved:
                name = request.resolver_match.view_name
                return HttpResponseRedirect(reverse(name, args=[moved.facts["to"], *more.values()]))
            except errors.NotAllowed as refused:
                return _ask_to_break_glass(request, patient_id, refused)
            found = view(request, record, addresses.Addresses(patient_id), **more)
            if isinstance(found, HttpResponse):
                return found
            template, context = found
            tab = context.pop("tab", request.resolver_match.url_name)
            frame = {
                "person": banner.of(record),
                "tabs": addresses.tabs(record, tab, by=request.actor),
                "person_id": patient_id,
                "may_break": record.withheld
                and access.may(request.actor, "health_record.break_glass"),
            }
            return render(request, f"health_record/{template}.html", frame | context)

        return opened

    return decorate


def _ask_to_break_glass(request, patient_id, refused, form=None):
    if not access.may(request.actor, "health_record.break_glass"):
        raise refused
    context = {
        "form": form or forms.BreakGlass(),
        "person_id": patient_id,
        "message": refused.message,
    }
    return render(request, "health_record/break_glass.html", context, status=403)


@access.screen("health_record.break_glass", methods=("GET", "POST"))
def break_glass(request, patient_id):
    """Open the record in an emergency, then show it; asked for the page, ask for the reason.

    A record of which a part is withheld opens as it is, so its page leads here.
    """
    form = forms.BreakGlass(request.POST or None)
    people.person(patient_id)
    if request.method == "GET":
        context = {"form": form, "person_id": patient_id, "message": ""}
        return render(request, "health_record/break_glass.html", context)
    if not form.is_valid():
        context = {"form": form, "person_id": patient_id, "message": ""}
        return render(request, "health_record/break_glass.html", context, status=422)
    services.break_glass(patient_id, by=request.actor, reason=form.cleaned_data["reason"])
    return redirect("health_record:see_person", patient_id)


@page("health_record.see_person", gettext_noop("Dòng thời gian"))
def see_person(request, record, urls):
    """The life by episodes; htmx asks for the next ones only."""
    kind, start = request.GET.get("loai", ""), request.GET.get("tu", "")
    urls = addresses.Addresses(urls.patient_id, kind)
    shown = timeline.of(record, urls, kind=kind, start=int(start) if start.isdecimal() else 0)
    if request.headers.get("HX-Request"):
        return "episodes", shown
    doubts = pages.doubts(record.person, by=request.actor, url_of=urls.pair)
    return "person", shown | {"facts": pages.facts(record), "doubts": doubts}


@page("health_record.see_person", gettext_noop("Bản tóm tắt"))
def see_summary(request, record, urls):
    """What whoever cares for the person next must know, on one page."""
    return "summary", shared.summary_page(request, record, urls.page("print_summary"))


@page("health_record.see_person", gettext_noop("In bản tóm tắt"))
def print_summary(request, record, urls):
    """The summary as PDF."""
    return shared.summary_pdf(request, record)


@page("health_record.see_person", gettext_noop("Vấn đề sức khoẻ"))
def see_problems(request, record, urls):
    """Problems over the whole life, each once."""
    return "problems", {"lines": pages.problems(record)}


@page("health_record.see_person", gettext_noop("Thuốc"))
def see_medicines(request, record, urls):
    """Medicines, those perhaps still taken first."""
    now, earlier = pages.medicines(record)
    return "medicines", {"now": now, "earlier": earlier}


@page("health_record.see_person", gettext_noop("Kết quả"))
def see_results(request, record, urls):
    """Every test with its newest value, or one test over time."""
    key = request.GET.get("xet-nghiem")
    if key:
        return "series", {"series": pages.one_series(record, key), "back": urls.page("see_results")}
    return "results", {"lines": pages.results(record, urls.series)}


@page("health_record.see_person", gettext_noop("Giấy tờ"))
def see_papers(request, record, urls):
    """Papers and documents."""
    return "papers", {"lines": pages.papers(record, urls.paper)}


@page("health_record.see_person", gettext_noop("Giấy tờ"))
def see_paper(request, record, urls, kind, part_id):
    """One paper, fit for printing."""
    ref = f"{kind}/{part_id}"
    found = pages.paper(record, ref)
    found["files"] = files.lines(found["paper"], urls.file(ref))
    return "paper", found | {"tab": "see_papers", "back": urls.page("see_papers")}


@page("health_record.see_person", gettext_noop("Tệp kèm theo giấy tờ"))
def see_file(request, record, urls, part_id, place):
    """One file of a document: shown when it is a picture or a PDF, else handed over to keep."""
    found = files.of(record, f"DocumentReference/{part_id}", place, by=request.actor)
    answer = HttpResponse(found.content, content_type=found.content_type)
    way = "inline" if found.is_shown else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{found.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@page("health_record.see_person", gettext_noop("Lượt khám"))
def see_visits(request, record, urls):
    """Visits and stays."""
    return "visits", {"lines": pages.visits(record, urls.visit)}


@page("health_record.see_person", gettext_noop("Lượt khám"))
def see_visit(request, record, urls, visit_id):
    """One visit with everything in it."""
    found = timeline.one(record, urls, f"Encounter/{visit_id}")
    may_open = access.may(request.actor, "connections.open_app")
    return "visit", found | {
        "tab": "see_visits", "back": urls.page("see_visits"), "visit_id": visit_id, "may_open": may_open,
    }  # fmt: skip


@page("health_record.see_sources", gettext_noop("Nguồn dữ liệu"), whole=True)
def see_sources(request, record, urls):
    """The messages that the record came from, and every part with its version."""
    may, kind = access.may(request.actor, "intake.see_intake"), request.GET.get("loai", "")
    return "sources", {
        "sources": versions.sources(record, urls.message if may else lambda _receipt: ""),
        "parts": versions.stored(record, urls.versions, kind=kind),
        "kinds": versions.kinds(record, urls.sources, kind=kind),
    }


@page("health_record.see_sources", gettext_noop("Các phiên bản"), whole=True)
def see_versions(request, record, urls, kind, part_id):
    """The versions of one part with what each changed."""
    found = versions.of(record, f"{kind}/{part_id}", by=request.actor)
    return "versions", {
        "versions": found, "tab": "see_sources", "back": urls.page("see_sources"), "kind": kind,
    }  # fmt: skip


@page("health_record.see_looks", gettext_noop("Ai đã xem"))
def see_looks(request, record, urls):
    """Who opened this record, and who was refused."""
    before = request.GET.get("truoc", "")
    lines, last = pages.looks(record.person, before=int(before) if before.isdecimal() else None)
    more = urls.page("see_looks", truoc=last) if last else ""
    return "looks", {"lines": lines, "page": {"next_url": more, "previous_url": ""}}
