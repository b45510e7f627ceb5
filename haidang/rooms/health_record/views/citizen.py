"""The family's records, in plain words, for themselves."""

import functools

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from haidang.engines.access import api as access
from haidang.rooms.health_record.selectors import banner, family, opening, pages
from haidang.rooms.health_record.views import shared
from haidang.ui import offline

_PORTAL = {"portal": "citizen"}


@access.screen("health_record.see_family_record", **_PORTAL)
def see_family(request):
    """The cards of the family."""
    members = family.members(request.actor)
    return offline.keep(render(request, "health_record/family.html", {"members": members}))


def page(what, permission="see_family_record", methods=("GET",)):
    """A part of a family record; the look is noted, and refused to who is not family."""

    def decorate(view):
        @access.screen(f"health_record.{permission}", methods=methods, **_PORTAL)
        @functools.wraps(view)
        def opened(request, patient_id):
            try:
                record = opening.read(patient_id, by=request.actor, what=what)
            except opening.Moved as moved:
                name = request.resolver_match.view_name
                return HttpResponseRedirect(reverse(name, args=[moved.facts["to"]]))
            found = view(request, record)
            if isinstance(found, HttpResponse):
                return found
            template, context = found
            frame = {"person": banner.of(record), "tabs": _tabs(request, patient_id)}
            status = context.pop("status", 200)
            shown = render(
                request, f"health_record/{template}.html", frame | context, status=status
            )
            return offline.keep(shown)

        return opened

    return decorate


def _tabs(request, patient_id):
    here = request.resolver_match.url_name
    here = "see_family_denials" if here == "deny_sharing" else here
    found = (
        (pgettext("nhiều", "Lượt khám"), "see_family_record", "stethoscope"),
        (_("Thuốc"), "see_family_medicines", "pill"),
        (pgettext("nhiều", "Kết quả"), "see_family_results", "flask-conical"),
        (_("Bản tóm tắt"), "see_family_summary", "file-text"),
        (_("Ai đã xem"), "see_family_looks", "eye"),
        (_("Ai được xem"), "see_family_denials", "lock"),
    )
    return [
        {
            "label": label,
            "url": reverse(f"health_record:{name}", args=[patient_id]),
            "active": name == here,
            "icon": icon,
            "count": None,
        }
        for label, name, icon in found
    ]


@page(gettext_noop("Hồ sơ gia đình"))
def see_family_record(request, record):
    """The last visits as sentences."""
    start = int(told) if (told := request.GET.get("tu", "")).isdecimal() else 0
    is_own = record.person.id == request.actor.patient
    shown = start + family.CHAPTERS
    more = f"?tu={shown}" if shown < record.count("Encounter") else ""
    before = f"?tu={max(start - family.CHAPTERS, 0)}" if start else ""
    return "family_story", {
        "story": family.story(record, is_own=is_own, start=start),
        "page": {"next_url": more, "previous_url": before},
    }


@page(gettext_noop("Thuốc"))
def see_family_medicines(request, record):
    """Medicines and how to take them."""
    now, earlier = family.medicines(record)
    return "family_medicines", {"now": now, "earlier": earlier}


@page(gettext_noop("Kết quả"))
def see_family_results(request, record):
    """Results and what they mean."""
    return "family_results", {"results": family.results(record)}


@page(gettext_noop("Bản tóm tắt"))
def see_family_summary(request, record):
    """What to show a doctor who does not know the person."""
    pdf_url = reverse("health_record:print_family_summary", args=[record.person.id])
    return "family_summary", shared.summary_page(request, record, pdf_url)


@page(gettext_noop("In bản tóm tắt"))
def print_family_summary(request, record):
    """The summary as PDF, to print or to keep on the phone."""
    return shared.summary_pdf(request, record)


@page(gettext_noop("Ai đã xem"))
def see_family_looks(request, record):
    """Who opened this record."""
    before = request.GET.get("truoc", "")
    lines, last = pages.looks(record.person, before=int(before) if before.isdecimal() else None)
    more = f"?truoc={last}" if last else ""
    return "family_looks", {"lines": lines, "page": {"next_url": more, "previous_url": ""}}
