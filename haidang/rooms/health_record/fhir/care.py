"""Visits, problems, medicines, procedures, vaccines, notes and costs."""

import re

from haidang.kernel import ids, systems, text
from haidang.rooms.health_record.domain import parts
from haidang.rooms.health_record.fhir import elements as el

_ACTIVE = {"active": True, "recurrence": True, "relapse": True}
_STOPPED = {"stopped", "cancelled", "entered-in-error", "not-taken"}
_WRONG, _OVER = {"entered-in-error", "refuted"}, {"inactive", "resolved"}
_EMERGENCY = "EMER"
#: Vital signs in the short form of the claims; they stand as results of their own.
_SIGNS = re.compile(r"CSST\s*<[^<>]*>")
_VISIT_NUMBERS = systems.visit("")


def visit_of(resource):
    """Encounter → Visit."""
    period = resource.get("period") or {}
    types = [el.code(one) for one in resource.get("type", ())]
    kind = (resource.get("class") or {}).get("code", "")
    provider = resource.get("serviceProvider") or {}
    return parts.Visit(
        ref=el.ref_of(resource),
        visit=el.ref_of(resource),
        at=period.get("start"),
        kind=kind,
        end=period.get("end"),
        facility=el.facility_of(provider),
        place=provider.get("display", ""),
        reason=el.words(el.first(resource.get("reasonCode"))),
        conclusion=el.extension(resource, "final-diagnosis") or "",
        diagnoses=_diagnoses(resource),
        outcome=(el.extension(resource, "treatment-outcome") or {}).get("display", ""),
        emergency=_EMERGENCY in (kind, *types),
        account=_account_of(resource),
    )


def _account_of(resource):
    """The Invoice of the visit: FHIR's has no encounter, but its id is made of the visit number."""
    for one in resource.get("identifier", ()):
        facility = one.get("system", "").removeprefix(_VISIT_NUMBERS)
        if facility != one.get("system") and one.get("value"):
            return f"Invoice/{ids.stable_id(facility, one['value'], 'Invoice')}"
    return None


def _diagnoses(resource):
    listed = sorted(resource.get("diagnosis", ()), key=lambda d: d.get("rank", 99))
    return tuple(name for d in listed if (name := d["condition"].get("display")))


def problem_of(resource):
    """Condition → Problem."""
    status = el.code(resource.get("clinicalStatus"))
    return parts.Problem(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("onsetDateTime") or resource.get("recordedDate"),
        code=el.code(resource.get("code"), systems.ICD10) or el.code(resource.get("code")),
        name=el.words(resource.get("code")),
        active=_ACTIVE.get(status, False) if status else None,
        main=False,
    )


def medicine_of(resource):
    """MedicationRequest or MedicationStatement → Medicine."""
    concept = resource.get("medicationCodeableConcept") or {}
    name = el.words(concept) or _drug_name(resource)
    dosage = el.first(resource.get("dosageInstruction") or resource.get("dosage"))
    strength = el.extension(resource, "strength") or ""
    substance = el.code(concept, systems.codes("drug-ingredient")) or text.fold(name)
    substance = substance or el.reference(resource.get("medicationReference")) or resource["id"]
    return parts.Medicine(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("authoredOn") or resource.get("effectiveDateTime"),
        key=f"{substance}|{text.fold(strength)}",
        name=name,
        strength=strength,
        dose=dosage.get("text", ""),
        how=dosage.get("patientInstruction") or el.words(dosage.get("route")),
        quantity=el.amount((resource.get("dispenseRequest") or {}).get("quantity")),
        stopped=resource.get("status") in _STOPPED,
    )


#: Types that order a medicine, or say that it is taken.
ORDERS = ("MedicationRequest", "MedicationStatement")


def drugs_of(orders):
    """`Medication/id` of the drugs that orders (resources) point at, in order."""
    found = {el.reference(one.get("medicationReference")) for one in orders}
    return sorted(ref for ref in found if ref and ref.startswith("Medication/"))


def naming(order, drugs):
    """An order that shows the name of the drug it points at; anything else as it is.

    drugs    {`Medication/id`: Medication}
    """
    named = order.get("medicationReference") or {}
    drug = drugs.get(named.get("reference"))
    if drug is None or named.get("display"):
        return order
    return {**order, "medicationReference": {**named, "display": el.words(drug.get("code"))}}


def _drug_name(resource):
    """The name of a drug that stands elsewhere: as the order shows it, or as it is within the order."""
    named = resource.get("medicationReference")
    inside = (each for each in resource.get("contained", ()) if f"#{each.get('id')}" == el.reference(named))  # fmt: skip
    return el.display_of(named) or next((el.words(each.get("code")) for each in inside), "")


def procedure_of(resource):
    """Procedure → Procedure."""
    period = resource.get("performedPeriod") or {}
    return parts.Procedure(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("performedDateTime") or period.get("start"),
        name=el.words(resource.get("code")),
        code=el.code(resource.get("code"), systems.ICD9CM),
    )


def vaccine_of(resource):
    """Immunization → Vaccine."""
    protocol = el.first(resource.get("protocolApplied"))
    dose = protocol.get("doseNumberPositiveInt") or protocol.get("doseNumberString") or ""
    return parts.Vaccine(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("occurrenceDateTime"),
        name=el.words(resource.get("vaccineCode")),
        dose=str(dose),
        lot=resource.get("lotNumber", ""),
    )


def note_of(resource):
    """ClinicalImpression → Note."""
    stage = el.extension(resource, "disease-stage")
    operation = el.extension(resource, "operation-note")
    extra = (("stage", stage), ("consultation", el.notes(resource)), ("operation", operation))
    return parts.Note(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("effectiveDateTime") or resource.get("date"),
        text=_SIGNS.sub("", resource.get("summary") or resource.get("description", "")).strip(),
        extra=tuple((name, value) for name, value in extra if value),
    )


def allergy_of(resource):
    """AllergyIntolerance → Allergy."""
    return parts.Allergy(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("recordedDate"),
        name=_agent(resource),
        severe=resource.get("criticality") == "high",
        standing=_standing(resource),
        sure=el.code(resource.get("verificationStatus")) not in el.UNSURE,
    )


def _agent(resource):
    """To what somebody is allergic: the code, else the substances of the reactions."""
    substances = (el.words(each.get("substance")) for each in resource.get("reaction", ()))
    return el.words(resource.get("code")) or ", ".join(dict.fromkeys(filter(None, substances)))


def _standing(resource):
    if el.code(resource.get("verificationStatus")) in _WRONG:
        return "wrong"
    if el.says_none(resource.get("code")):
        return "none"
    return "over" if el.code(resource.get("clinicalStatus")) in _OVER else "present"


def cost_of(resource):
    """Invoice → Cost; the parts of the price are told apart by our list `price-part`."""
    found = {}
    for component in resource.get("totalPriceComponent", ()):
        part = el.code(component.get("code"), systems.codes("price-part"))
        found[part] = el.number((component.get("amount") or {}).get("value"))
    own = [found[name] for name in ("self-pay", "copay") if found.get(name) is not None]
    return parts.Cost(
        ref=el.ref_of(resource),
        visit=None,
        at=resource.get("date"),
        total=el.number((resource.get("totalGross") or {}).get("value")),
        insurer=found.get("insurer"),
        patient=sum(own) if own else None,
    )
