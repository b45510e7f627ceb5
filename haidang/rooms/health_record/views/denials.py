"""Who may see a record: what the person has closed, closing more, and opening it again."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.health_record import forms, services
from haidang.rooms.health_record.selectors import denials
from haidang.rooms.health_record.views import citizen

_LOOK = gettext_noop("Ai được xem hồ sơ")


@citizen.page(_LOOK)
def see_family_denials(request, record):
    """What is closed to whom and since when, and what stays open all the same."""
    return "family_denials", {
        "closed": denials.of(record, by=request.actor),
        "person_id": record.person.id,
    }


@citizen.page(_LOOK, "deny_sharing", methods=("GET", "POST"))
def deny_sharing(request, record):
    """The form that closes a record, or parts of it, to facilities."""
    known, others = denials.choices(record)
    parts = [(key, _(label)) for key, label in denials.PARTS.items()]
    form = forms.DenySharing(request.POST or None, known=known, others=others, parts=parts)
    if form.is_valid():
        try:
            services.deny_sharing(record.person.id, form.denial(), by=request.actor)
            messages.success(request, _("Đã đóng. Bạn có thể mở lại bất cứ lúc nào."))
            return redirect("health_record:see_family_denials", record.person.id)
        except (errors.RuleBroken, errors.Incorrect) as refused:
            form.add_error(_FIELDS.get(refused.code), _(refused.message))
    wrong = _errors_of(form) if form.is_bound else []
    return "deny_sharing", {
        "form": form, "errors": wrong, "person_id": record.person.id, "status": 422 if wrong else 200,
    }  # fmt: skip


_FIELDS = {
    "health_record.denial_over": "until",
    "health_record.denial_of_nothing": "parts",
    "health_record.no_facility": "org",
}


@access.screen("health_record.lift_denial", methods=("POST",), portal="citizen")
def lift_denial(request, patient_id, consent_id):
    """Open again what was closed."""
    services.lift_denial(patient_id, consent_id, by=request.actor)
    messages.success(request, _("Đã mở lại."))
    return redirect("health_record:see_family_denials", patient_id)


def _errors_of(form):
    return [
        {"field_id": form[name].id_for_label if name in form.fields else "", "message": message}
        for name, found in form.errors.items()
        for message in found
    ]
