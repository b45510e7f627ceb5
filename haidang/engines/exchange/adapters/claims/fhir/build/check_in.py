"""XML0: the Encounter as far as the check-in knows it, its card, and the order of the first cost."""

from haidang.engines.exchange.adapters.claims.fhir import marks, rows, visit
from haidang.engines.exchange.adapters.claims.fhir.build import account
from haidang.engines.exchange.adapters.claims.fhir.build.stay import coverages
from haidang.engines.exchange.adapters.claims.fhir.homes import check_in, stay

_ORDERS = {
    "drug": ("MedicationRequest", "medicationCodeableConcept", "subject"),
    "supply": ("DeviceRequest", "codeCodeableConcept", "subject"),
    "service": ("ServiceRequest", "code", "subject"),
}
UNNAMED = "Không ghi tên"


def resources(of, row) -> list[dict]:
    place, left = f"XML0/{row.index}", {}
    encounter = _encounter(of, row, place, left)
    cards = coverages(of, left, place)
    kind = check_in.kind_of(row)
    order = _order(of, row, place, kind, left)
    rows.keep_unexpected(of, row, left)
    rows.keep_homeless(row, "3176", ("stay", "person", "card", kind), left)
    marks.put_fields(encounter, place, left)
    return [encounter, *cards, order]


def _encounter(of, row, place, left):
    made = of.start("Encounter")
    person = {"resourceType": "Patient", "id": "stated"}
    made["contained"] = [person]
    made["extension"] = [{"url": account.STATED, "valueReference": {"reference": "#stated"}}]
    marks.put_row(person, place, "person")
    check_in.PERSON.fill(person, row, left)
    visit.localise(person.get("identifier", ()), of.facility)
    marks.put_row(made, place, "stay")
    made["identifier"] = [{"system": visit.VISIT_NUMBERS + of.facility, "value": of.ma_lk}]
    made["status"] = "in-progress"
    made["class"] = stay.class_of(row.get("MA_LOAI_KCB", ""))
    made["subject"] = of.subject()
    made["serviceProvider"] = of.organisation()
    return check_in.ENCOUNTER.fill(made, row, left)


def _order(of, row, place, kind, left):
    name, concept, person = _ORDERS[kind]
    made = of.start(name, "XML0", str(row.index))
    marks.put_row(made, place, kind)
    made["status"] = "active"
    made["intent"] = "order"
    made[person] = of.subject()
    made["encounter"] = of.stay()
    check_in.ORDERS[kind].fill(made, row, left)
    made.setdefault(concept, {"text": UNNAMED})
    return made
