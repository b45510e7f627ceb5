"""XML2: for each drug an order, what was handed over, and a line of the account."""

from haidang.engines.exchange.adapters.claims.fhir import marks, rows
from haidang.engines.exchange.adapters.claims.fhir.build import account
from haidang.engines.exchange.adapters.claims.fhir.homes import drugs

UNNAMED = "Thuốc không ghi tên"
_PARTS = ("item", "price", "order", "dispense")


def lines(of, dossier, claim: dict, invoice: dict) -> list[dict]:
    made = []
    for row in dossier.rows("XML2"):
        made.extend(_line(of, row, dossier.form, claim, invoice))
    return made


def _line(of, row, form, claim, invoice):
    place, key, left = f"XML2/{row.index}", of.key(row), {}
    order = _order(of, row, place, key, left)
    item, price = _account(of, row, place, order, left)
    made = [order]
    if row.get("NGAY_TH_YL"):
        made.append(_dispense(of, row, place, key, order, item, left))
    amount = item.get("quantity")
    if amount and "value" in amount:
        order["dispenseRequest"] = {"quantity": dict(amount)}
    rows.keep_unexpected(of, row, left)
    rows.keep_homeless(row, form, _PARTS, left)
    marks.put_fields(item, place, left)
    account.add_line(claim, invoice, item, price, item["productOrService"].get("text", UNNAMED))
    return made


def _order(of, row, place, key, left):
    made = of.start("MedicationRequest", "XML2", key)
    marks.put_row(made, place, "order")
    made["status"] = "completed"
    made["intent"] = "order"
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    drugs.ORDER.fill(made, row, left)
    if "medicationCodeableConcept" not in made:
        made["medicationCodeableConcept"] = {"text": UNNAMED}
        left["TEN_THUOC"] = row.get("TEN_THUOC", "")
    return made


def _account(of, row, place, order, left):
    item = {"extension": [], "encounter": [of.stay()]}
    marks.put_row(item, place, "item")
    item["productOrService"] = copy_concept(order["medicationCodeableConcept"])
    drugs.ITEM.fill(item, row, left)
    price = {}
    marks.put_row(price, place, "price")
    drugs.PRICE.fill(price, row, left)
    return item, price


def _dispense(of, row, place, key, order, item, left):
    made = of.start("MedicationDispense", "XML2", key)
    marks.put_row(made, place, "dispense")
    made["status"] = "completed"
    made["medicationCodeableConcept"] = copy_concept(order["medicationCodeableConcept"])
    made["subject"] = of.subject()
    made["context"] = of.stay()
    made["authorizingPrescription"] = [{"reference": f"MedicationRequest/{order['id']}"}]
    amount = item.get("quantity")
    if amount and "value" in amount:
        made["quantity"] = dict(amount)
    return drugs.DISPENSE.fill(made, row, left)


def copy_concept(concept: dict) -> dict:
    """The same concept for another resource, shared with nobody."""
    made = {}
    if "coding" in concept:
        made["coding"] = [dict(each) for each in concept["coding"]]
    if "text" in concept:
        made["text"] = concept["text"]
    return made
