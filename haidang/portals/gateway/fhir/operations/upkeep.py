"""`$reindex` and `$purge`: what keeps the store true, and what takes a person out of it for good.

Source of `$purge`: FHIR R5, patient-operation-purge.html; R4 has none.
"""

import functools

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors, kinds, responses, scopes
from haidang.portals.gateway.fhir.operations import bulk, parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import interaction

REINDEX, PURGE = "gateway.reindex", "gateway.purge_people"
_HERE = "https://haidang.vn/fhir/OperationDefinition"


@interaction(REINDEX, "POST")
def reindex(request):
    """Read the search values of every record anew, or of the types named ($reindex)."""
    bulk.require_async(request)
    types = [t for text in parameters.given(request).all("type") for t in str(text).split(",")]
    for type in types:
        if type not in kinds.served():
            raise errors.Incorrect(
                "fhir.type_unknown", _("Không có loại tài nguyên này."), type=type[:64]
            )
    return bulk.begun(request, functools.partial(records.bulk.ask_for_reindex, types))


@interaction(PURGE, "POST")
def purge(request, kind, id):
    """Remove everything of one person for good (Patient/id/$purge); `reason` has to be given."""
    scopes.require(request.actor, "*", "d")
    reason = parameters.given(request).needed("reason")
    with doors.opened(request.actor):
        found = records.current(f"{kind}/{id}")
        if found is None:
            raise errors.NotFound("records.not_found", _("Không có tài nguyên này."))
        done = records.purge(found.ref, by=request.actor, reason=str(reason))
    text = _("Đã xoá vĩnh viễn %(resources)d tài nguyên và %(versions)d phiên bản cũ.")
    counts = {"resources": done.resources, "versions": done.versions}
    return responses.plain(records.saying(text % counts))


OPERATIONS = [
    Operation("reindex", reindex, on=("system",), defined_at=f"{_HERE}/reindex"),
    Operation("purge", purge, on=("Patient/id",), defined_at=f"{_HERE}/Patient-purge"),
]
