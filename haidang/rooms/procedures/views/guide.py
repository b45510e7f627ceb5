"""What everybody may read before applying: find a procedure, read it, check the conditions.

Nobody has to sign in for that. Who has sees their own dossiers and papers in the same place.
"""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.rooms.procedures import forms, selectors
from haidang.rooms.procedures.views import filling

_MINUTE = timedelta(minutes=1)


def _applicant(request):
    """The asker when they may apply; a stranger and the staff read what everybody may."""
    return request.actor if access.may(request.actor, "procedures.apply") else None


def _page(request, name, facts, *, status=200):
    by = _applicant(request)
    facts |= {"applicant": by, "layout": "ui/citizen.html" if by else "ui/public.html"}
    return render(request, f"procedures/{name}.html", facts, status=status)


def _spend(request):
    if request.actor is None:
        whence = request.META.get("REMOTE_ADDR", "")
        access.spend("procedures.guide", whence, limit=120, per=_MINUTE)


@access.screen("public", portal="public")
def find(request):
    """Find a procedure by what one needs, in plain words; below, one's own dossiers."""
    _spend(request)
    words, at, by = request.GET.get("q", "")[:100], timezone.now(), _applicant(request)
    facts = {
        "words": words,
        "sectors": selectors.sectors(words, at=at),
        "mine": selectors.dossiers_of(by, at=at) if by else [],
    }
    return _page(request, "find", facts)


@access.screen("public", portal="public")
def see_procedure(request, key):
    """One procedure: who, papers, time, fee; and the ways to check the conditions and to begin."""
    _spend(request)
    facts = selectors.procedure(key, by=_applicant(request), at=timezone.now())
    return _page(request, "procedure", facts)


@access.screen("public", portal="public", methods=("GET", "POST"))
def check_eligibility(request, key):
    """Whether one may apply, by questions in plain words; nothing of the answers is kept."""
    _spend(request)
    at = timezone.now()
    facts = selectors.to_check(key, by=_applicant(request), at=at)
    given = request.POST if request.method == "POST" else None
    form = forms.Eligibility(given, conditions=facts.pop("conditions"), initial=facts["known"])
    facts |= {"form": form, "errors": filling.told(form)}
    if form.is_valid():
        kind, against, unclear = selectors.verdict(key, form.cleaned_data, at=at)
        facts |= {"verdict": kind, "against": against, "unclear": unclear}
    return _page(request, "eligibility", facts, status=422 if form.errors else 200)
