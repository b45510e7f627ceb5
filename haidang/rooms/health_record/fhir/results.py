"""Results and reports."""

from haidang.kernel import systems, text
from haidang.rooms.health_record.domain import parts
from haidang.rooms.health_record.domain import results as rules
from haidang.rooms.health_record.fhir import elements as el

_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
_VITAL = "vital-signs"


def result_of(resource):
    """Observation → Result; a panel becomes one line with its components."""
    quantity = resource.get("valueQuantity") or {}
    number = el.number(quantity.get("value"))
    reference = _range_of(resource)
    return parts.Result(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=_when(resource),
        key=_key(resource.get("code")),
        name=el.words(resource.get("code")),
        number=None if quantity.get("comparator") else number,
        text=_value(resource),
        unit=el.unit(quantity),
        range=reference,
        level=_level(resource) or rules.judge(number, reference),
        vital=_is_vital(resource),
    )


def components_of(resource):
    """The components of an Observation as Results of their own (blood pressure, vital signs)."""
    return [
        result_of({**_SHELL, **_shared(resource), **component, "id": f"{resource['id']}#{place}"})
        for place, component in enumerate(resource.get("component", ()))
    ]


_SHELL = {"resourceType": "Observation"}


def _shared(resource):
    kept = ("encounter", "effectiveDateTime", "issued", "category", "effectivePeriod")
    return {name: resource[name] for name in kept if name in resource}


def _when(resource):
    period = resource.get("effectivePeriod") or {}
    return resource.get("effectiveDateTime") or period.get("start") or resource.get("issued")


def _key(concept):
    """What makes results one series: the LOINC code, else a national code, else the name."""
    return el.code(concept, systems.LOINC) or el.code(concept) or text.fold(el.words(concept))


def _value(resource):
    for name, value in resource.items():
        if name.startswith("value"):
            return _shown(name, value)
    several = [f"{el.words(c.get('code'))} {_value(c)}" for c in resource.get("component", ())]
    return "; ".join(several)


def _shown(name, value):
    if name == "valueQuantity":
        return el.amount(value)
    if name == "valueCodeableConcept":
        return el.words(value)
    if name == "valueBoolean":
        return "+" if value else "–"
    if isinstance(value, dict):
        return " – ".join(str(v) for v in value.values() if not isinstance(v, (dict, list)))
    return str(value)


def _range_of(resource):
    found = el.first(resource.get("referenceRange"))
    low = el.number((found.get("low") or {}).get("value"))
    high = el.number((found.get("high") or {}).get("value"))
    return parts.Range(low, high, found.get("text", ""))


def _level(resource):
    for concept in resource.get("interpretation", ()):
        level = rules.level_of(el.code(concept)) or rules.level_of(el.words(concept))
        if level:
            return level
    return ""


def _is_vital(resource):
    return any(el.code(c) == _VITAL for c in resource.get("category", ()))


def report_of(resource):
    """DiagnosticReport → Report."""
    section = next((el.code(c, _SECTION) for c in resource.get("category", ())), "")
    listed = (r.get("reference") for r in resource.get("result", ()))
    return parts.Report(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=_when(resource),
        name=el.words(resource.get("code")),
        kind=section,
        conclusion=resource.get("conclusion", ""),
        description=el.extension(resource, "description") or "",
        results=tuple(ref for ref in listed if ref),
    )
