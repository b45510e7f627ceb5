"""Screens of acting for others: what one gave and holds; at the desk, who represents whom."""

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures import forms, selectors, services
from haidang.rooms.procedures.views import department, files, filling

_HOUR = timedelta(hours=1)
_BOTH = ("GET", "POST")


@access.screen("procedures.apply", portal="citizen")
def see_authorisations(request):
    """For whom one may act, and who may act for oneself."""
    return render(
        request, "procedures/authorisations.html", selectors.authorisations(request.actor)
    )


@access.screen("procedures.apply", portal="citizen", methods=_BOTH)
def authorise(request):
    """Authorise somebody; the evidence is kept with it."""
    known = selectors.authorisations(request.actor)
    choices = {
        "principals": known["principals"],
        "procedures": selectors.procedure_choices(at=timezone.now()),
    }
    form = forms.Authorise(request.POST or None, request.FILES or None, **choices)
    return _asked(request, form, "authorise.html", _authorise, _("Đã uỷ quyền."))


def _authorise(request, told, evidence):
    access.spend("procedures.authorise", request.actor.ref, limit=20, per=_HOUR)
    services.authorise(**told, evidence=evidence, by=request.actor, at=timezone.now())


@access.screen("procedures.apply", portal="citizen", methods=_BOTH)
def represent(request):
    """Say that one represents an organisation; the desk confirms it."""
    form = forms.Represent(request.POST or None, request.FILES or None)
    done = _("Đã gửi. Bộ phận một cửa xem giấy tờ rồi báo cho bạn.")
    return _asked(request, form, "represent.html", _represent, done)


def _represent(request, told, evidence):
    services.represent(**told, evidence=evidence, by=request.actor, at=timezone.now())


def _asked(request, form, template, act, done):
    """A form with a file: shown, or acted on and told of."""
    if form.is_valid():
        told = dict(form.cleaned_data)
        file = told.pop("evidence")
        try:
            act(request, told, (file.name, file.chunks()))
            messages.success(request, done)
            return redirect("procedures:authorisations")
        except errors.HaidangError as why:
            form.add_error(None, why.message)
    facts = {"form": form, "errors": filling.told(form)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"procedures/{template}", facts, status=status)


@access.screen("procedures.apply", portal="citizen", methods=("POST",))
def revoke(request, authorisation_id):
    """End an authorisation that one gave or holds."""
    reason = request.POST.get("reason", "")[:500]
    services.revoke(authorisation_id, by=request.actor, at=timezone.now(), reason=reason)
    messages.success(request, _("Đã chấm dứt uỷ quyền."))
    return redirect("procedures:authorisations")


@department.screen("procedures.receive_paper")
def see_representatives(request):
    """Who waits to be confirmed as the representative of an organisation."""
    return render(
        request, "procedures/representatives.html", {"lines": selectors.waiting_representatives()}
    )


@department.screen("procedures.receive_paper", methods=("POST",))
def confirm_representative(request, authorisation_id):
    """Confirm or refuse one of them."""
    try:
        services.confirm_representative(
            authorisation_id,
            accepted="accept" in request.POST,
            reason=request.POST.get("reason", "")[:500],
            by=request.actor,
            at=timezone.now(),
        )
        messages.success(request, _("Đã ghi; người đề nghị được báo."))
    except (errors.Incorrect, errors.Conflict) as why:
        messages.error(request, why.message)
    return redirect("procedures:representatives")


@department.screen("procedures.receive_paper")
def evidence(request, authorisation_id):
    """The paper with which somebody shows that they may act."""
    return files.answer(*selectors.evidence(authorisation_id, by=request.actor))
