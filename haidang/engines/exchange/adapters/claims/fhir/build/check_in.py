"""XML0: the Encounter as far as the check-in knows it, its card, and the order of the first cost."""

from haidang.engines.exchange.adapters.claims.fhir import marks, rows, visit
from haidang.engines.exchange.adapters.claims.fhir.build import account
from haidang.engines.exchange.adapters.claims.fhir.build.stay import coverages
from haidang.engines.exchange.adapters.claims.fhir.homes import check_in, stay

# kind → resource type, the element that names the thing, the field of its name
_ORDERS = {
    "drug": ("MedicationRequest", "medicationCodeableConcept", "TEN_THUOC"),
    "supply": ("DeviceRequest", "codeCodeableConcept", "TEN_VAT_TU"),
    "service": ("ServiceRequest", "code", "TEN_DICH_VU"),
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
    marks.put_fields(order, place, _told(row) | left)
    return [encounter, *cards, order]


def _told(row):
    """All that a row says of the visit, kept beside its order: the Encounter holds the latest row of the visit only."""
    names = [n for part in ("stay", "person", "card") for n in check_in.SHAPES["XML0", part].names]
    return {name: row[name] for name in sorted(names) if row.get(name)}


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
    resource, concept, name = _ORDERS[kind]
    made = of.start(resource, "XML0", str(row.index))
    marks.put_row(made, place, kind)
    made["status"] = "active"
    made["intent"] = "order"
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    check_in.ORDERS[kind].fill(made, row, left)
    if concept not in made:
        made[concept] = {"text": UNNAMED}
        left[name] = row.get(name, "")
    return made
