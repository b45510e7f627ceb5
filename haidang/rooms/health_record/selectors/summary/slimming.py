"""What of a resource goes into a document: what the section needs, and no reference that leads out (pure)."""

from haidang.kernel import systems

_SAID = ("resourceType", "id", "language", "contained", "status", "code", "note", "bodySite")
_KEPT = {
    "Patient": ("name", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime", "address", "telecom"),
    "AllergyIntolerance": (
        "clinicalStatus", "verificationStatus", "type", "category", "criticality", "patient",
        "onsetDateTime", "recordedDate", "lastOccurrence", "reaction",
    ),
    "MedicationRequest": (
        "intent", "medicationCodeableConcept", "medicationReference", "subject", "authoredOn",
        "dosageInstruction", "reasonCode",
    ),
    "MedicationStatement": (
        "medicationCodeableConcept", "medicationReference", "subject", "effectiveDateTime",
        "effectivePeriod", "dosage", "reasonCode",
    ),
    "Medication": ("form", "amount", "ingredient"),
    "Condition": (
        "clinicalStatus", "verificationStatus", "category", "severity", "subject", "onsetDateTime",
        "onsetAge", "onsetPeriod", "abatementDateTime", "recordedDate",
    ),
    "Immunization": (
        "vaccineCode", "patient", "occurrenceDateTime", "occurrenceString", "lotNumber", "site", "route",
        "doseQuantity", "protocolApplied",
    ),
    "Observation": (
        "category", "subject", "effectiveDateTime", "effectivePeriod", "issued", "performer",
        "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger",
        "valueRange", "valueRatio", "valueDateTime", "valuePeriod", "dataAbsentReason",
        "interpretation", "referenceRange", "component", "method",
    ),
    "Procedure": ("category", "subject", "performedDateTime", "performedPeriod", "performedString", "outcome"),
    "Encounter": ("class", "type", "subject", "period", "reasonCode", "serviceProvider"),
    "CarePlan": ("intent", "title", "description", "subject", "period"),
}  # fmt: skip
#: Numbers by which a person is known across the country; file numbers stay where they belong.
_NUMBERS = {
    systems.CITIZEN_ID, systems.INSURANCE_CARD, systems.SOCIAL_INSURANCE, systems.PASSPORT,
}  # fmt: skip
_STRENGTH = systems.extension("strength")
_UNKNOWN = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }
    ]
}


def slim(resource, inside, *, place=None, assumed=None):
    """Return what the document carries of a resource.

    inside    references that resolve in the document; every other literal one is left out
    place     {identifier, display} of the facility, for a result that names no performer
    assumed   clinical status of a Condition of which nobody said one: IPS needs it, and it is that
              of the section where the Condition stands
    """
    kind = resource["resourceType"]
    kept = {name: resource[name] for name in (*_SAID, *_KEPT[kind]) if name in resource}
    kept = _closed({**kept, **_labels(resource), **_EXTRA.get(kind, _nothing)(resource)}, inside)
    kept = _with_contained(kept)
    if kind == "Observation" and not kept.get("performer"):
        kept["performer"] = [place or _UNKNOWN]
    if kind == "Condition" and "clinicalStatus" not in kept and assumed:
        kept["clinicalStatus"] = assumed
    return kept


def _with_contained(kept):
    """Only those contained resources that something kept, or another of them, refers to (dom-3)."""
    held = {each.get("id"): each for each in kept.get("contained", ())}
    bare = {name: value for name, value in kept.items() if name != "contained"}
    wanted, found = _inner(bare), {}
    while wanted := {id for id in wanted if id in held and id not in found}:
        found |= {id: held[id] for id in wanted}
        wanted = set().union(*(_inner(held[id]) for id in wanted))
    return bare | ({"contained": [held[id] for id in held if id in found]} if found else {})


def _inner(value):
    """The ids of contained resources that something refers to."""
    if isinstance(value, list):
        return set().union(*map(_inner, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    reference = value.get("reference")
    own = {reference[1:]} if isinstance(reference, str) and reference.startswith("#") else set()
    return own.union(*map(_inner, value.values()))


def _labels(resource):
    """How confidential it is: whoever reads the document has to know."""
    labels = resource.get("meta", {}).get("security")
    return {"meta": {"security": labels}} if labels else {}


def _nothing(_resource):
    return {}


def _of_patient(resource):
    numbers = [
        {"system": one["system"], "value": one["value"]}
        for one in resource.get("identifier", ())
        if one.get("system") in _NUMBERS and one.get("value")
    ]
    addresses = [
        {name: one[name] for name in ("use", "text", "city", "state", "country") if name in one}
        for one in resource.get("address", ())
    ]
    found = {"identifier": numbers, "address": addresses}
    # IPS requires a birth date, or that it is told that there is none.
    found |= {} if "birthDate" in resource else {"_birthDate": _UNKNOWN}
    return {name: value for name, value in found.items() if value}


def _of_order(resource):
    kept = [one for one in resource.get("extension", ()) if one.get("url") == _STRENGTH]
    return {"extension": kept} if kept else {}


def _of_stay(resource):
    """The diagnoses in words: the Conditions themselves stand in their own sections, or not at all."""
    listed = sorted(resource.get("diagnosis", ()), key=lambda one: one.get("rank", 99))
    named = [
        {"condition": {"display": one["condition"]["display"]}}
        for one in listed
        if one["condition"].get("display")
    ]
    return {"diagnosis": named} if named else {}


def _of_drug(resource):
    """What the drug is made of, as far as it is named here: a substance elsewhere is not in the document."""
    listed = [
        one
        for one in resource.get("ingredient", ())
        if "itemCodeableConcept" in one or _stays(one.get("itemReference", {}))
    ]
    return {"ingredient": listed}


def _stays(reference):
    return bool(reference.get("display") or reference.get("reference", "").startswith("#"))


_EXTRA = {
    "Patient": _of_patient,
    "Medication": _of_drug,
    "MedicationRequest": _of_order,
    "Encounter": _of_stay,
}


def _closed(value, inside):
    """A copy without literal references that lead out of the document."""
    if isinstance(value, list):
        return [kept for one in value if (kept := _closed(one, inside)) not in ({}, None)]
    if not isinstance(value, dict):
        return value
    reference = value.get("reference")
    if isinstance(reference, str) and not reference.startswith("#"):
        # By our own address, or of one version, it is the resource that the document holds.
        named = reference.removeprefix(f"{systems.BASE}/").partition("/_history/")[0]
        value = {name: part for name, part in value.items() if name != "reference"}
        value |= {"reference": named} if named in inside else {}
    closed = {name: _closed(part, inside) for name, part in value.items()}
    return {name: part for name, part in closed.items() if part not in ({}, [], None)}
