"""A summary as an International Patient Summary: a FHIR document Bundle (văn bản FHIR).

Source    HL7 IPS 1.1.0, Bundle-uv-ips and Composition-uv-ips
"""

from haidang.kernel import dates, ids, systems
from haidang.rooms.health_record.selectors.summary import narrative, sections

_IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition"
_LOINC = systems.LOINC
_UNKNOWN = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_CLINICAL = {
    "allergies": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
    "problems": "http://terminology.hl7.org/CodeSystem/condition-clinical",
}


def bundle(summary, base):
    """Return the document; the same summary makes the same bytes.

    base    address of the FHIR service, under which the entries have their full address
    """
    listed = [(part, _entries(summary, part)) for part in summary.parts]
    resources = [_composition(summary, listed), summary.patient, _author(summary)]
    resources += _all(listed)
    resources += summary.medications
    return {
        "resourceType": "Bundle",
        "id": summary.identifier,
        "meta": {"profile": [f"{_IPS}/Bundle-uv-ips"]},
        "language": summary.language,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{summary.identifier}"},
        "type": "document",
        "timestamp": _instant(summary.at),
        "entry": [_entry(one, base) for one in _each_once(resources)],
    }


def _each_once(resources):
    return {(one["resourceType"], one["id"]): one for one in resources}.values()


def _entry(resource, base):
    return {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def _instant(at):
    return at.astimezone(dates.HANOI).isoformat(timespec="milliseconds")


def _composition(summary, listed):
    return {
        "resourceType": "Composition",
        "id": ids.stable_id(summary.identifier, "composition"),
        "meta": {"profile": [f"{_IPS}/Composition-uv-ips"]},
        "language": summary.language,
        "text": narrative.of_person(summary),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{summary.identifier}"},
        "status": "final",
        "type": _coded("60591-5", "Patient summary Document"),
        "subject": {"reference": f"Patient/{summary.patient_id}", "display": summary.name},
        "date": _instant(summary.at),
        "author": [{"reference": f"Device/{_author(summary)['id']}", "display": "Hải Đăng"}],
        "title": summary.title,
        "confidentiality": "R" if summary.is_restricted else "N",
        "section": [_section(summary, part, entries) for part, entries in listed],
    }


def _all(listed):
    return (one for _part, entries in listed for one in entries)


def _section(summary, part, entries):
    return {
        "title": part.title,
        "code": _coded(part.kind.code, part.kind.display),
        "text": narrative.of_part(part, summary.language),
        "entry": [{"reference": f"{one['resourceType']}/{one['id']}"} for one in entries],
    }


def _coded(code, display):
    return {"coding": [{"system": _LOINC, "code": code, "display": display}]}


def _author(summary):
    """Who put the document together: this platform."""
    return {
        "resourceType": "Device",
        "id": ids.stable_id(systems.BASE, "author"),
        "status": "active",
        "deviceName": [{"name": "Hải Đăng", "type": "user-friendly-name"}],
    }


def _entries(summary, part):
    """The resources of a section; of a required one without any, that nothing is known."""
    return part.entries or (_absent(summary, part),)


def _absent(summary, part):
    kind = part.kind
    concept = {
        "coding": [
            {"system": sections.ABSENT, "code": kind.absent, "display": kind.absent_display}
        ],
        "text": part.absent,
    }
    about = {"reference": f"Patient/{summary.patient_id}"}
    shell = {"id": ids.stable_id(summary.identifier, kind.key)}
    if kind.key == "medications":
        return {
            "resourceType": "MedicationStatement", **shell, "status": "unknown",
            "medicationCodeableConcept": concept, "subject": about,
            "_effectiveDateTime": {"extension": [{"url": _UNKNOWN, "valueCode": "unknown"}]},
        }  # fmt: skip
    status = {"coding": [{"system": _CLINICAL[kind.key], "code": "active"}]}
    resource_type, subject = {
        "allergies": ("AllergyIntolerance", "patient"),
        "problems": ("Condition", "subject"),
    }[kind.key]
    return {"resourceType": resource_type, **shell, "clinicalStatus": status, "code": concept, subject: about}  # fmt: skip
