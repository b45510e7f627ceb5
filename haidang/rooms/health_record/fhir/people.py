"""The person and the insurance card."""

from haidang.kernel import systems
from haidang.rooms.health_record.domain import parts
from haidang.rooms.health_record.fhir import elements as el


def who_of(resource):
    """Patient → Who."""
    return parts.Who(
        ref=el.ref_of(resource),
        name=_name(resource),
        birth_date=resource.get("birthDate"),
        sex=resource.get("gender"),
        deceased=resource.get("deceasedDateTime")
        or ("yes" if resource.get("deceasedBoolean") else None),
        numbers=tuple(
            (one["system"], one["value"])
            for one in resource.get("identifier", ())
            if one.get("system") and one.get("value")
        ),
        phone=next(
            (t.get("value", "") for t in resource.get("telecom", ()) if t.get("system") == "phone"),
            "",
        ),
        address=el.first(resource.get("address")).get("text", ""),
        replaced_by=_replaced_by(resource),
    )


def _name(resource):
    name = el.first(resource.get("name"))
    return name.get("text") or " ".join([name.get("family", ""), *name.get("given", ())]).strip()


def _replaced_by(resource):
    links = (one for one in resource.get("link", ()) if one.get("type") == "replaced-by")
    return next((el.reference(one.get("other")) for one in links), None)


def card_of(resource):
    """Coverage → Card."""
    period = resource.get("period") or {}
    return parts.Card(
        ref=el.ref_of(resource),
        visit=None,
        at=period.get("start"),
        number=_card_number(resource),
        end=period.get("end"),
        facility=(el.extension(resource, "primary-care-facility") or {}).get("value"),
    )


def _card_number(resource):
    for one in resource.get("identifier", ()):
        if one.get("system") in (systems.INSURANCE_CARD, systems.SOCIAL_INSURANCE):
            return one.get("value", "")
    return resource.get("subscriberId", "")
