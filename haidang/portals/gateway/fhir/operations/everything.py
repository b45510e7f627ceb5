"""Patient/$everything: the whole record of one person (patient-operation-everything.html)."""

from haidang.engines.records import api as records
from haidang.portals.gateway.fhir import doors, negotiation, responses, scopes
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction


@interaction(USE, "GET")
def everything(request, kind, id):
    """The whole record of one person (Patient/$everything)."""
    scopes.require(request.actor, "*", "r")
    asked = negotiation.everything(request)
    with doors.opened(request.actor):
        shown = records.everything(f"{kind}/{id}", **asked)
        doors.note(request.actor, shown, "fhir.everything")
    return responses.plain(responses.collection(request, shown))


OPERATIONS = [Operation("everything", everything, on=("Patient/id",))]
