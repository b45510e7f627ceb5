"""Patient/$summary: an International Patient Summary document (hl7.org/fhir/uv/ips).

`_language` or Accept-Language chooses Vietnamese or English; `$summary/pdf` gives the same on paper.
A record that was merged answers with the one that replaced it.
"""

import functools

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction
from haidang.rooms.health_record import api as health_record

_IPS = "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"


@interaction(USE, "GET", "POST")
def summary(request, kind, id=None):
    """The summary of one person, named by the address or by `identifier`, as a document Bundle."""
    given = parameters.given(request)
    with doors.opened(request.actor):
        patient = standing(records.get(f"{kind}/{id}")) if id else _identified(request.actor, given)
        made = made_for(request.actor, patient, _language(request, given))
    answer = responses.plain(health_record.summary_document(made, responses.base(request)))
    answer["Content-Language"] = made.language
    return answer


def _identified(by, given):
    scopes.require(by, "Patient", "s")
    wanted = given.needed("identifier")
    wanted = parameters.token(wanted) if isinstance(wanted, dict) else given.text("identifier")
    page = records.search("Patient", [("identifier", wanted), ("_count", "3")])
    found = {one.ref: one for one in map(standing, page.matches)}
    if len(found) != 1:
        raise errors.NotFound("fhir.identifier_not_one", _("Số này không chỉ đúng một hồ sơ."))
    return next(iter(found.values()))


def made_for(by, patient, language):
    """The summary of a Patient, made of what the client may see; the look is noted first.

    Called within `doors.opened`.
    """
    for kind in health_record.SUMMARY_TYPES:
        scopes.require(by, kind, "r")
    doors.note(by, [patient], "fhir.summary")
    stored = records.compartment(patient.rid, types=health_record.SUMMARY_TYPES)
    drugs = records.get_many(health_record.medication_refs(stored))
    return health_record.make_summary(stored, language=language, medications=drugs)


def standing(patient):
    """A Patient, or the one that replaced it; of Patients that replace each other, the last met."""
    met = {patient.ref}
    while (following := _replaced_by(patient)) and following not in met:
        met.add(following)
        patient = records.get(following)
    return patient


def _replaced_by(patient):
    links = (one for one in patient.resource.get("link", ()) if one.get("type") == "replaced-by")
    refs = (one["other"].get("reference", "") for one in links)
    return next((ref for ref in refs if ref.startswith("Patient/")), None)


def _language(request, given):
    """The first language asked for that we speak; Vietnamese else."""
    asked = given.text("_language")
    header = request.headers.get("Accept-Language", "").lower()
    wanted = [asked] if asked else [code for code, _ in trans_real.parse_accept_lang_header(header)]
    spoken = (one[:2].lower() for one in wanted)
    return next((one for one in spoken if one in health_record.SUMMARY_LANGUAGES), "vi")


def _told(view):
    """As `interaction`, for an answer that is not JSON."""
    guarded = access.screen(USE, portal="gateway")(view)

    @functools.wraps(guarded)
    def answer(request, *args, **kwargs):
        try:
            return guarded(request, *args, **kwargs)
        except errors.HaidangError as error:
            return responses.refusal(error)

    return answer


@_told
def summary_pdf(request, id):
    """The summary of one person as PDF."""
    language = _language(request, parameters.given(request))
    with doors.opened(request.actor):
        patient = standing(records.get(f"Patient/{id}"))
        made = made_for(request.actor, patient, language)
    page = request.build_absolute_uri(reverse("health_record:see_summary", args=[patient.id]))
    content = health_record.summary_pdf(made, address=page)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Language"] = language
    return answer


OPERATIONS = [
    Operation("summary", summary, on=("Patient/id", "Patient"), defined_at=_IPS, reads=True)
]
URLS = [path("fhir/Patient/<str:id>/$summary/pdf", summary_pdf, name="summary_pdf")]
