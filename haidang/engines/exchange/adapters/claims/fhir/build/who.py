"""The person of a dossier as a Patient of its own, for the person index."""

from haidang.engines.exchange.adapters.claims.fhir import visit
from haidang.engines.exchange.adapters.claims.fhir.homes import person
from haidang.kernel import errors, identity, systems

_PLACES = {
    systems.extension("province"): "state",
    systems.extension("district"): "district",
    systems.extension("commune"): "city",
}
_SHORTEST_ACCOUNT = 6


def patient(row, facility: str) -> dict:
    """The Patient that one row (XML1 or XML0) describes, without id."""
    made = person.PERSON.fill({"resourceType": "Patient"}, row, {})
    numbers = [each for each in made.pop("identifier", ()) if _names_somebody(each)]
    visit.localise(numbers, facility)
    numbers += [{"system": s, "value": v} for s, v in _insurance_numbers(row)]
    if numbers:
        made["identifier"] = numbers
    for address in made.get("address", ()):
        address["use"], address["country"] = "home", "VN"
        _name_places(address)
    return made


def _names_somebody(number):
    """False for what is typed where there is no number."""
    system, value = number["system"], number["value"]
    if set(value) == {"0"}:
        return False
    if system == person.ACCOUNT:
        return len(value) >= _SHORTEST_ACCOUNT and any(c.isdigit() for c in value)
    return system == visit.PATIENT_NUMBERS or len(set(value)) > 1


def _insurance_numbers(row):
    """Cards, and the lifelong social-insurance number that a regular card carries."""
    found = {}
    for text in row.get("MA_THE_BHYT", "").split(";"):
        try:
            found |= dict.fromkeys(identity.InsuranceCard.parse(text).identifiers)
        except errors.Incorrect:
            continue
    return list(found)


def _name_places(address):
    """Names of the province and commune, where the codes tell them."""
    for each in address.get("extension", ()):
        name, element = each["valueCoding"].get("display"), _PLACES.get(each["url"])
        if name and element:
            address[element] = name
