"""What every view of the FHIR door has in common."""

import functools

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.portals.gateway.fhir import formats, kinds, negotiation, outcome, responses

USE = "gateway.use_fhir"


def interaction(permission, *methods, json=True, types=kinds.served):
    """A view of the FHIR door: JSON in and out, and an OperationOutcome for every refusal.

    json    False for a view whose answer is no JSON when all goes well, such as a file
    types   gives the resource types that its address may name
    """

    def decorate(view):
        view = _taking_json(view, types) if json else view
        guarded = access.screen(permission, portal="gateway", methods=methods)(view)

        @functools.wraps(guarded)
        def answer(request, *args, **kwargs):
            try:
                answered = guarded(request, *args, **kwargs)
            except errors.HaidangError as error:
                answered = responses.refusal(error)
            else:
                if answered.status_code == 405:
                    named = {str(value)[:1] for value in kwargs.values()}
                    nothing = "$" in named
                    answered = responses.refusal(nowhere()) if nothing else _told(answered)
            return responses.laid_out(answered) if negotiation.is_pretty(request) else answered

        return answer

    return decorate


def _told(answered):
    """The refusal of a method, with its `Allow`, as an OperationOutcome."""
    refused = outcome.NotServed(
        "fhir.method_not_served", _("Địa chỉ này không nhận phương thức đó.")
    )
    answer = responses.refusal(refused)
    if answered.has_header("Allow"):
        answer["Allow"] = answered["Allow"]
    return answer if not answered.content else answered


def _taking_json(view, types):
    @functools.wraps(view)
    def taken(request, *args, **kwargs):
        formats.refuse_other(request, negotiation.format(request))
        negotiation.refuse_nul(kwargs)
        kind = kwargs.get("kind", "Patient")
        if kind.startswith("$"):  # no type begins so: an operation that is not served here
            raise nowhere()
        kinds.require(kind, among=types())
        return view(request, *args, **kwargs)

    return taken


def nowhere():
    """The refusal of an address where nothing is."""
    return errors.NotFound("fhir.address_unknown", _("Không có địa chỉ này ở máy chủ FHIR."))
