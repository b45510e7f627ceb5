"""The account: the Claim with a line for each row of XML2 and XML3, and the Invoice that says who pays."""

from haidang.engines.exchange.adapters.claims.fhir import marks, visit
from haidang.engines.exchange.adapters.claims.fhir.homes import money, person
from haidang.kernel import systems

_PLACE = "XML1/1"
_CLAIM_TYPE = "http://terminology.hl7.org/CodeSystem/claim-type"
_PRIORITY = "http://terminology.hl7.org/CodeSystem/processpriority"
STATED = systems.extension("stated-patient")
OF_VISIT = systems.extension("visit")  # FHIR's Invoice names no encounter
NO_CARD = "Không sử dụng thẻ bảo hiểm y tế"


def claim(of, coverages: list[dict], left: dict[str, str]) -> dict:
    """The Claim of the visit, without its lines."""
    made = of.start("Claim")
    made["contained"] = [stated_person(of, left)]
    made["extension"] = [{"url": STATED, "valueReference": {"reference": "#stated"}}]
    marks.put_row(made, _PLACE, "claim")
    made["identifier"] = [{"system": visit.VISIT_NUMBERS + of.facility, "value": of.ma_lk}]
    made["status"] = "active"
    made["type"] = {"coding": [{"system": _CLAIM_TYPE, "code": "institutional"}]}
    made["use"] = "claim"
    made["patient"] = of.subject()
    made["billablePeriod"] = _period(of)
    made["created"] = of.ended_at
    made["provider"] = of.organisation()
    made["priority"] = {"coding": [{"system": _PRIORITY, "code": "normal"}]}
    made["insurance"] = _insurance(coverages)
    money.CLAIM.fill(made, of.summary, left)
    for name in ("diagnosis", "procedure"):
        for sequence, each in enumerate(made.get(name, ()), 1):
            each["sequence"] = sequence
    return made


def stated_person(of, left: dict[str, str]) -> dict:
    """The person as this dossier states them, kept inside the Claim."""
    made = {"resourceType": "Patient", "id": "stated"}
    marks.put_row(made, _PLACE, "person")
    person.PERSON.fill(made, of.summary, left)
    visit.localise(made.get("identifier", ()), of.facility)
    return made


def _period(of):
    started, ended = of.started_at, of.ended_at
    return {"start": started, "end": ended} if started and started <= ended else {"end": ended}


def _insurance(coverages):
    if not coverages:
        return [{"sequence": 1, "focal": True, "coverage": {"display": NO_CARD}}]
    return [
        {
            "sequence": place,
            "focal": place == 1,
            "coverage": {"reference": f"Coverage/{each['id']}"},
        }
        for place, each in enumerate(coverages, 1)
    ]


def invoice(of, left: dict[str, str]) -> dict:
    """The Invoice of the visit, without its lines: who pays how much."""
    made = of.start("Invoice")
    made["extension"] = [{"url": OF_VISIT, "valueReference": of.stay()}]
    marks.put_row(made, _PLACE, "account")
    made["status"] = "balanced" if of.summary.get("NGAY_TTOAN") else "issued"
    made["subject"] = of.subject()
    made["issuer"] = of.organisation()
    return money.ACCOUNT.fill(made, of.summary, left)


def add_line(claim: dict, invoice: dict, item: dict, price: dict, name: str) -> None:
    """Put the two sides of a line at the end of the account, under one number."""
    lines = claim.setdefault("item", [])
    item["sequence"] = price["sequence"] = len(lines) + 1
    lines.append(item)
    price["chargeItemCodeableConcept"] = {"text": name}
    invoice.setdefault("lineItem", []).append(price)
