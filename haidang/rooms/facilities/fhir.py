"""A facility as other systems read it: a FHIR Organization (cơ sở y tế ↔ Organization)."""

from haidang.kernel import systems

KIND, LEVEL = systems.codes("facility-kind"), systems.codes("facility-level")
COMMUNE = systems.extension("commune")


def to_fhir(facility):
    """The Organization of a facility as the places engine describes it."""
    made = {
        "resourceType": "Organization",
        "id": facility.organization_ref.partition("/")[2],
        "identifier": [{"system": systems.FACILITY, "value": facility.code}],
        "active": facility.active,
        "type": _types(facility),
        "name": facility.name,
    }
    if facility.synthetic:
        made["meta"] = {"tag": [dict(systems.SYNTHETIC)]}
    if facility.phone:
        made["telecom"] = [{"system": "phone", "value": facility.phone}]
    if facility.address or facility.commune:
        made["address"] = [_address(facility)]
    return made


def from_fhir(resource):
    """What an Organization of ours says, as the values of `places.save_facility` with its code."""
    kinds = {
        coding["system"]: coding["code"] for each in resource["type"] for coding in each["coding"]
    }
    address = resource.get("address", [{}])[0]
    telecom = resource.get("telecom", [{}])[0]
    return {
        "code": resource["identifier"][0]["value"],
        "name": resource["name"],
        "kind": kinds[KIND],
        "level": kinds.get(LEVEL, ""),
        "commune": _commune(address),
        "address": address.get("text", ""),
        "phone": telecom.get("value", ""),
        "active": resource["active"],
        "synthetic": systems.is_synthetic(resource),
    }


def _types(facility):
    codes = [(KIND, facility.kind), (LEVEL, facility.level)]
    return [{"coding": [{"system": system, "code": code}]} for system, code in codes if code]


def _address(facility):
    made = {"country": "VN"}
    if facility.address:
        made["text"] = facility.address
    if facility.commune:
        coding = {"system": systems.COMMUNE, "code": facility.commune}
        made["extension"] = [{"url": COMMUNE, "valueCoding": coding}]
    return made


def _commune(address):
    found = (e["valueCoding"]["code"] for e in address.get("extension", ()) if e["url"] == COMMUNE)
    return next(found, "")
