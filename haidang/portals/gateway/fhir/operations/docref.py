"""DocumentReference/$docref: a person's documents, those kept and the summary made on demand.

Source    US Core 7.0 and the International Patient Access guide, operation docref: patient, start, end,
          type, on-demand. Without start and end only what is current: the summary of today and the
          newest document of each type. The range is of care (`context.period`), else of the document.
"""

from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import dates, errors, fhirjson, ids, systems
from haidang.portals.gateway.fhir import doors, negotiation, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters, summary, terms
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction
from haidang.rooms.health_record import api as health_record

_US_CORE = "http://hl7.org/fhir/us/core/OperationDefinition/docref"
#: LOINC of a patient summary, and of the summary that the guide asks for by default.
_SUMMARY, _DEFAULT = "60591-5", "34133-9"
_FORMATS = (("application/fhir+json", "$summary"), ("application/pdf", "$summary/pdf"))
_KNOWN = {"patient", "start", "end", "type", "on-demand"}
_UNREAL = {"entered-in-error", "superseded"}


@interaction(USE, "GET", "POST")
def docref(request, kind):
    """The documents of one person that a range and a type ask for."""
    by, given = request.actor, parameters.given(request)
    scopes.require(by, kind, "s")
    given.refuse_unknown(request, _KNOWN)
    asked = _Asked(given)
    with doors.opened(by):
        patient = summary.standing(records.get(asked.patient))
        doors.note(by, [patient], "fhir.docref")
        stored = (
            [] if asked.on_demand else _kept(records.compartment(patient.rid, types=[kind]), asked)
        )
    entries = [
        _entry(f"{responses.base(request)}/{one.ref}", fhirjson.raw(one.json)) for one in stored
    ]
    if asked.wants_summary:
        entries = [_on_demand(request, patient, language) for language in _LANGUAGES] + entries
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    bundle["link"] = [{"relation": "self", "url": _address(request, given)}]
    return responses.plain(bundle | ({"entry": entries} if entries else {}))


def _address(request, given):
    """What was asked for and understood, as an address, however it came."""
    asked = [(name, _text(value)) for name, value in given.pairs() if name in _KNOWN]
    asked += negotiation.wishes(request)
    return f"{responses.base(request)}/DocumentReference/$docref?{urlencode(asked)}"


def _text(value):
    """A parameter as a query writes it; of a concept its first coding, which is what counted."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, dict):
        return value
    if "reference" in value:
        return value["reference"]
    coding = terms.concept(value, "type")[0]
    return f"{coding.system}|{coding.code}" if coding.system else coding.code


_LANGUAGES = health_record.SUMMARY_LANGUAGES


class _Asked:
    """What was asked for, understood."""

    def __init__(self, given):
        self.patient = _patient(given.needed("patient"))
        self.start, self.end = _moments(given.moment("start")), _moments(given.moment("end"))
        self.type = _type(given.one("type"))
        self.on_demand = given.flag("on-demand")

    @property
    def is_current(self):
        return self.start is None and self.end is None

    @property
    def wants_summary(self):
        """Today's summary is in scope unless another type, or a range that has ended, is asked for."""
        if self.type and self.type[1] not in (_SUMMARY, _DEFAULT):
            return False
        return self.end is None or self.end[1] > timezone.now()

    def covers(self, resource):
        """Whether a document is of the type and within the range."""
        return self._of_type(resource) and self._within(_care(resource))

    def _of_type(self, resource):
        if self.type is None:
            return True
        system, code = self.type
        codings = (resource.get("type") or {}).get("coding", ())
        return any(c.get("code") == code and system in ("", c.get("system")) for c in codings)

    def _within(self, care):
        begin, finish = care
        after = self.start is None or finish is None or finish > self.start[0]
        before = self.end is None or begin is None or begin < self.end[1]
        return after and before


def _patient(value):
    text = value.get("reference") if isinstance(value, dict) else value
    id = text.removeprefix("Patient/") if isinstance(text, str) else ""
    if not ids.is_fhir_id(id):
        raise errors.Incorrect(
            "fhir.parameter_unreadable", _("patient phải là id của một Patient."), name="patient"
        )
    return f"Patient/{id}"


def _moments(text):
    return dates.parse_fhir(text) if text else None


def _type(value):
    """(system, code) of `code`, `system|code` or a CodeableConcept."""
    if value is None:
        return None
    if isinstance(value, dict):
        coding = terms.concept(value, "type")[0]
        return coding.system, coding.code
    if not isinstance(value, str):
        raise parameters.unreadable("type", _("mã, hệ|mã hoặc CodeableConcept"))
    system, bar, code = value.rpartition("|")
    return (system, code) if bar else ("", value)


def _care(resource):
    """When the care of a document was, as aware moments; None where it is open."""
    period = (resource.get("context") or {}).get("period") or {}
    if not period and resource.get("date"):
        period = {"start": resource["date"], "end": resource["date"]}
    start, end = period.get("start"), period.get("end")
    begin = dates.parse_fhir(start)[0] if start else None
    return begin, dates.parse_fhir(end)[1] if end else None


def _kept(stored, asked):
    """The documents in scope, the newest first."""
    read = [(one, one.resource) for one in stored]
    found = [
        (one, r) for one, r in read if r.get("status") not in _UNREAL and asked.covers(r)
    ]  # fmt: skip
    found.sort(key=lambda pair: (pair[1].get("date", ""), pair[0].rid), reverse=True)
    if not asked.is_current:
        return [one for one, _ in found]
    newest = {}
    for one, resource in found:
        newest.setdefault(str((resource.get("type") or {}).get("coding", "")), one)
    return list(newest.values())


def _on_demand(request, patient, language):
    """The summary of today: not stored, made when its address is asked."""
    base = f"{responses.base(request)}/{patient.ref}"
    about = {"reference": patient.ref}
    key = ids.stable_id("docref", patient.ref, language)
    query = urlencode({"_language": language})
    content = [
        {"attachment": {"contentType": kind, "language": language, "url": f"{base}/{name}?{query}"}}
        for kind, name in _FORMATS
    ]
    document = {
        "resourceType": "DocumentReference",
        "meta": {"tag": [{"system": systems.codes("document-kind"), "code": "on-demand"}]},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{key}"}],
        "status": "current",
        "docStatus": "final",
        "type": {
            "coding": [
                {"system": systems.LOINC, "code": _SUMMARY, "display": "Patient summary Document"}
            ]
        },
        "subject": about,
        "content": content,
    }
    return _entry(f"urn:uuid:{key}", document)


def _entry(address, resource):
    return {"fullUrl": address, "resource": resource, "search": {"mode": "match"}}


OPERATIONS = [
    Operation("docref", docref, on=("DocumentReference",), defined_at=_US_CORE, reads=True)
]
