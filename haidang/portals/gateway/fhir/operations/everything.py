"""Patient/$everything: the whole record of one person (patient-operation-everything.html).

At the type, R4 leaves it to the server of whom it tells: here of the person to whom the token
belongs. Whoever wants many people asks for `$export`.
"""

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import dates, errors
from haidang.portals.gateway.fhir import doors, kinds, negotiation, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_USUAL, _MOST = 5000, 10_000
_KNOWN = {"_type", "_since", "_count", "start", "end", "_cursor"}


@interaction(USE, "GET", "POST")
def everything(request, kind, id=None):
    """The whole record of one person, page by page with `_count`."""
    scopes.require(request.actor, "Patient", "r")  # the lens leaves out the rest
    id = id or own(request.actor)
    given = parameters.given(request)
    given.refuse_unknown(request, _KNOWN)
    asked = _narrowed(given)
    count = min(given.number("_count", _USUAL), _MOST)  # of none: no page and the total, as search
    with doors.opened(request.actor):
        page = records.everything_page(
            f"{kind}/{id}", count=count, cursor=given.text("_cursor", None), **asked
        )
        doors.note(request.actor, page.shown, "fhir.everything")
    asked, wishes = given.written(_KNOWN), negotiation.wishes(request)
    return responses.plain(responses.collection(request, page, asked, wishes=wishes))


def _narrowed(given):
    types, since = given.listed("_type"), given.moment("_since")
    if unknown := next((name for name in types if name not in kinds.served()), None):
        raise errors.Incorrect(
            "fhir.type_unknown", _("Không có loại tài nguyên này."), type=unknown[:64]
        )
    return {
        "types": types or None,
        "since": dates.parse_fhir(since)[0] if since else None,
        "start": given.moment("start"),
        "end": given.moment("end"),
    }


def own(by):
    """The id of the person for whom an app was opened, or to whom the token belongs."""
    if by.focus is not None:
        return records.refs([by.focus])[by.focus].partition("/")[2]
    if by.patient is None:
        raise errors.RuleBroken(
            "fhir.person_needed",
            _(
                "Hãy hỏi theo từng người (Patient/<id>/$everything), hoặc dùng $export cho nhiều người."
            ),
        )
    return by.patient


OPERATIONS = [Operation("everything", everything, on=("Patient/id", "Patient"), reads=True)]
