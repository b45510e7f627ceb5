"""From resources to the parts of a record; what a field's absence means is decided here."""

from decimal import Decimal
from typing import Any, TypedDict

import msgspec

from haidang.kernel import fhirjson
from haidang.rooms.health_record.fhir import care, papers, people, results
from haidang.rooms.health_record.fhir.care import ORDERS, drugs_of, naming

__all__ = ["ORDERS", "TYPES", "drugs_of", "load", "naming", "part_of"]

_READERS = {
    "Encounter": care.visit_of,
    "Condition": care.problem_of,
    "MedicationRequest": care.medicine_of,
    "MedicationStatement": care.medicine_of,
    "Procedure": care.procedure_of,
    "Immunization": care.vaccine_of,
    "ClinicalImpression": care.note_of,
    "AllergyIntolerance": care.allergy_of,
    "Invoice": care.cost_of,
    "Coverage": people.card_of,
    "Observation": results.result_of,
    "DiagnosticReport": results.report_of,
    "Composition": papers.paper_of,
    "DocumentReference": papers.document_of,
    "Provenance": papers.source_of,
    "Patient": people.who_of,
}
TYPES = tuple(_READERS)


class _Account(TypedDict, total=False):
    """What is read of an Invoice: its lines, by far the most of it, are passed over unread."""

    resourceType: str
    id: str
    date: str
    meta: dict[str, Any]
    totalGross: dict[str, Any]
    totalPriceComponent: list[dict[str, Any]]


_DECODERS = {"Invoice": msgspec.json.Decoder(_Account, float_hook=Decimal).decode}


def load(kind, body):
    """A resource from its bytes, as far as its part needs it."""
    return _DECODERS.get(kind, fhirjson.loads)(body)


def part_of(resource):
    """The part of a record that a resource tells of, or None for a type that no page shows."""
    read = _READERS.get(resource.get("resourceType"))
    return read(resource) if read else None
