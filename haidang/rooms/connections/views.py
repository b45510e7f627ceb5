"""The screens of the room."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.connections import forms, services
from haidang.rooms.connections.selectors import showing


@access.screen("connections.see_apps", portal="office")
def see_apps(request):
    """List the registered apps and services."""
    cards = showing.apps(by=request.actor)
    may_register = access.may(request.actor, "connections.register_app")
    return _page(request, "apps", cards=cards, may_register=may_register)


@access.screen("connections.register_app", portal="office", methods=("GET", "POST"))
def register_app(request):
    """Register an app; its secret, if it gets one, is shown once."""
    form = forms.NewApp(request.POST or None)
    if form.is_valid():
        try:
            made, secret = services.register_app(by=request.actor, **form.cleaned_data)
            card = showing.app(made, by=request.actor)
            return _page(request, "app", card=card, secret=secret, fresh=True)
        except errors.Incorrect as refusal:
            field = refusal.facts.get("field")
            form.add_error(field if field in form.fields else None, refusal.message)
    wrong = _errors_of(form) if form.is_bound else []
    return _page(request, "new_app", status=422 if wrong else 200, form=form, errors=wrong)


@access.screen("connections.see_apps", portal="office")
def see_app(request, client_id):
    """One app and what it may be given."""
    may_end = access.may(request.actor, "connections.end_app")
    card = showing.app(client_id, by=request.actor)
    return _page(request, "app", card=card, may_end=may_end and card.working)


@access.screen("connections.end_app", portal="office", methods=("POST",))
def end_app(request, client_id):
    """Close an app at once."""
    services.end_app(client_id, by=request.actor)
    messages.success(request, _("Đã ngắt ứng dụng. Mọi mã truy cập của nó hết hiệu lực."))
    return redirect("connections:see_app", client_id)


@access.screen("connections.open_app", methods=("GET", "POST"))
def open_app(request):
    """Find a patient and open an app for them; what is typed never enters an address.

    From the page of a visit `patient` and `encounter` are posted, and only the app is chosen here.
    """
    apps = showing.launchable(by=request.actor)
    query, patient = request.POST.get("q", ""), request.POST.get("patient", "")
    visit = request.POST.get("encounter", "")
    if request.POST.get("app"):
        base = request.build_absolute_uri("/fhir")
        app = request.POST["app"]
        return _sent(services.open_app(app, patient, by=request.actor, base=base, visit_id=visit))
    if patient:
        found = showing.patient_at(visit, patient, by=request.actor)
    else:
        found = showing.patients(query, by=request.actor)
    answer = _page(request, "open", layout="ui/staff.html", apps=apps, q=query, **found)
    # The form's answer leads on to the app, which Chromium counts among the form's targets.
    answer._csp_update = {"form-action": [app.launch_uri for app in apps]}
    return answer


@access.screen("connections.see_allowed", portal="citizen")
def see_allowed(request):
    """What one has allowed apps to do."""
    return _page(
        request, "allowed", layout=_own_layout(request), allowed=showing.allowed(by=request.actor)
    )


@access.screen("connections.see_allowed", portal="citizen", methods=("POST",))
def end_allowed(request, permit_id):
    """Take it back."""
    services.end_allowed(permit_id, by=request.actor)
    messages.success(request, _("Đã thu hồi. Ứng dụng không xem được gì nữa."))
    return redirect("connections:see_allowed")


def _own_layout(request):
    return "ui/citizen.html" if request.actor.kind == actors.CITIZEN else "ui/staff.html"


def _sent(uri):
    """On to an address of a registered app."""
    answer = HttpResponse(status=302)
    answer["Location"] = uri
    return answer


def _errors_of(form):
    return [
        {"field_id": form[name].id_for_label if name in form.fields else "", "message": message}
        for name, found in form.errors.items()
        for message in found
    ]


def _page(request, template, *, status=200, layout="ui/office.html", **context):
    context["layout"] = layout
    return render(request, f"connections/{template}.html", context, status=status)
