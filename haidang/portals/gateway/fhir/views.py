"""What every view of the FHIR door has in common."""

import functools

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.portals.gateway.fhir import kinds, negotiation, responses

USE = "gateway.use_fhir"


def interaction(permission, *methods, json=True):
    """A view of the FHIR door: JSON in and out, and an OperationOutcome for every refusal.

    json   False for a view whose answer is no JSON when all goes well, such as a file
    """

    def decorate(view):
        view = _taking_json(view) if json else view
        guarded = access.screen(permission, portal="gateway", methods=methods)(view)

        @functools.wraps(guarded)
        def answer(request, *args, **kwargs):
            try:
                return guarded(request, *args, **kwargs)
            except errors.HaidangError as error:
                return responses.refusal(error)

        return answer

    return decorate


def _taking_json(view):
    @functools.wraps(view)
    def taken(request, *args, **kwargs):
        negotiation.refuse_other_formats(request)
        if "kind" in kwargs:
            _served(kwargs["kind"])
        return view(request, *args, **kwargs)

    return taken


def _served(kind):
    if kind not in kinds.served():
        raise errors.NotFound("fhir.type_unknown", "Không có loại tài nguyên này.", type=kind[:64])
