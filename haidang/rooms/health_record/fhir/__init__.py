"""From resources to the parts of a record; what a field's absence means is decided here."""

from haidang.rooms.health_record.fhir import care, papers, people, results

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


def part_of(resource):
    """The part of a record that a resource tells of, or None for a type that no page shows."""
    read = _READERS.get(resource.get("resourceType"))
    return read(resource) if read else None
