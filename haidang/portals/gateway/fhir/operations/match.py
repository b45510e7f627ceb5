"""Patient/$match: who may be meant by a description, graded and explained (patient-operation-match.html).

Of people for whom the client's facility does not care yet, only those are told whom a national
number names for certain, and of them only what the client has just said itself
(docs/decisions/0008-what-match-reveals.md).
"""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson, systems
from haidang.portals.gateway.fhir import doors, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
EVIDENCE = systems.extension("match-evidence")
_SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
}
_MOST, _USUAL = 50, 10
_COMPARED = 1000  # most of them may be people of whom this client is told nothing
_CERTAIN = "certain"
_REVEALED = ("name", "gender", "birthDate")


@interaction(USE, "POST")
def match(request, kind):
    """People who may be meant by a Patient, the likeliest first."""
    by = request.actor
    scopes.require(by, kind, "s")
    access.spend(
        "gateway.match", by.ref, limit=settings.HAIDANG_MATCHES_PER_MINUTE, per=timedelta(minutes=1)
    )
    given = parameters.given(request, resource_as="resource")
    wanted = _patient(given.needed("resource"))
    records.validation.check_shape(wanted)
    count = min(given.number("count", _USUAL), _MOST)
    found = people.match(people.candidate_of(wanted), limit=_COMPARED)
    if given.flag("onlyCertainMatches"):
        found = _only_certain(found)
    return responses.plain(_bundle(request, _told(by, wanted, found, count)))


def _patient(resource):
    if not isinstance(resource, dict) or resource.get("resourceType") != "Patient":
        raise errors.Incorrect(
            "fhir.patient_expected",
            _("Tham số resource phải là một Patient."),
            expression="Parameters",
        )
    return resource


def _only_certain(found):
    """The one certain match; several are not one (R4: then none is returned)."""
    certain = [one for one in found if one.grade == _CERTAIN]
    return certain if len(certain) == 1 else []


def _told(by, wanted, found, count):
    """(match, Patient) of the first whom this client may be told of; each is a look in the book."""
    with doors.opened(by):
        whole = {one.rid: one for one in records.get_many([each.ref for each in found])}
    unknown = [one for one in found if one.rid not in whole and _may_be_revealed(by, one)]
    with access.reach(by, people=[one.rid for one in unknown]):
        parts = {one.rid: one for one in records.get_many([each.ref for each in unknown])}
    shown = [one for one in found if one.rid in whole or one.rid in parts][:count]
    ledger.looked_many(
        by=by, about=sorted({one.ref for one in shown}), what="fhir.match", purpose="care"
    )
    return [
        (
            one,
            fhirjson.raw(whole[one.rid].json)
            if one.rid in whole
            else _part(parts[one.rid], wanted),
        )
        for one in shown
    ]


def _may_be_revealed(by, found):
    """Whoever holds a person's card may learn that the person has a record here."""
    of_facility = by.patient is None and by.client is None and bool(by.org)
    return found.grade == _CERTAIN and found.national and of_facility


def _part(stored, wanted):
    """Of a Patient whom the client does not care for yet: what it has said itself, and the id."""
    resource = stored.resource
    said = {(i.get("system"), i.get("value")) for i in wanted.get("identifier", ())}
    numbers = [
        {"system": i["system"], "value": i["value"]}
        for i in resource.get("identifier", ())
        if (i.get("system"), i.get("value")) in said
    ]
    meta = {"versionId": resource["meta"]["versionId"], "tag": [_SUBSETTED]}
    known = {name: resource[name] for name in _REVEALED if name in resource and name in wanted}
    part = {"resourceType": "Patient", "id": stored.id, "meta": meta}
    return part | ({"identifier": numbers} if numbers else {}) | known


def _bundle(request, told):
    entries = [
        {
            "fullUrl": f"{responses.base(request)}/{one.ref}",
            "resource": resource,
            "search": {
                "extension": [{"url": GRADE, "valueCode": one.grade}, *_evidence(one.match)],
                "mode": "match",
                "score": Decimal(one.match.score) / 100,
            },
        }
        for one, resource in told
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return bundle | ({"entry": entries} if entries else {})


def _evidence(match):
    """One extension for each attribute that was compared, with what it put on the scale."""
    return [
        {
            "url": EVIDENCE,
            "extension": [
                {"url": "attribute", "valueCode": one.field},
                {"url": "level", "valueCode": one.level},
                {"url": "contribution", "valueDecimal": Decimal(one.weight) / 100},
            ],
        }
        for one in match.evidence
    ]


OPERATIONS = [Operation("match", match, on=("Patient",), reads=True)]
