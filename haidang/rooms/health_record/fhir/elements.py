"""Small readers for FHIR datatypes, forgiving about what is missing."""

from decimal import Decimal

from haidang.kernel import systems

ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
#: Of an allergy or a diagnosis that nobody has confirmed.
UNSURE = {"unconfirmed", "provisional", "differential"}
#: "None known", said by somebody who has asked.
_NONE = {
    (ABSENT, "no-known-allergies"), (ABSENT, "no-known-medications"), (ABSENT, "no-known-problems"),
    (systems.SNOMED, "716186003"), (systems.SNOMED, "160245001"),
}  # fmt: skip
_UNASKED = {"no-allergy-info", "no-medication-info", "no-problem-info"}
_TAGS = ("<br/>", "<br>", "</p>", "</div>", "</li>")


def ref_of(resource):
    return f"{resource['resourceType']}/{resource['id']}"


def visit_of(resource):
    """The encounter that a resource names, or None."""
    return reference(resource.get("encounter") or resource.get("context"))


def reference(value):
    """`Type/id` of a Reference, or None."""
    if isinstance(value, list):
        value = value[0] if value else None
    return (value or {}).get("reference")


def words(concept):
    """What a CodeableConcept is called: its text, else a display, else a code."""
    if not concept:
        return ""
    if concept.get("text"):
        return concept["text"]
    codings = concept.get("coding", ())
    named = (c["display"] for c in codings if c.get("display"))
    return next(named, next((c["code"] for c in codings if c.get("code")), ""))


def code(concept, *wanted):
    """The code in the first of the wanted systems, or any code when none is asked for."""
    for coding in (concept or {}).get("coding", ()):
        if not wanted or coding.get("system") in wanted:
            return coding.get("code", "")
    return ""


def says_none(concept):
    """True when a concept says that nothing of its kind is known: no allergy, no medicine, no problem."""
    codings = (concept or {}).get("coding", ())
    return any((each.get("system"), each.get("code")) in _NONE for each in codings)


def says_unasked(concept):
    """True when a concept says that nobody knows: the same as no resource at all."""
    codings = (concept or {}).get("coding", ())
    return any(each.get("system") == ABSENT and each.get("code") in _UNASKED for each in codings)


def extension(resource, name):
    """The value of an extension of ours, whatever its type, or None."""
    url = systems.extension(name)
    for one in resource.get("extension", ()):
        if one.get("url") == url:
            return next((v for k, v in one.items() if k.startswith("value")), None)
    return None


def display_of(value):
    """What a Reference or Coding shows, or its number."""
    value = value or {}
    return value.get("display") or (value.get("identifier") or {}).get("value", "")


def facility_of(value):
    """National number of a facility from a Reference by identifier, or None."""
    identifier = (value or {}).get("identifier") or {}
    return identifier.get("value") if identifier.get("system") == systems.FACILITY else None


def number(value):
    """A Decimal, or None when there is no number."""
    if value is None or isinstance(value, bool):
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def amount(quantity):
    """A Quantity as people write it: `10 viên`, `< 5 mg/L`."""
    if not quantity or quantity.get("value") is None:
        return ""
    sign = quantity.get("comparator", "")
    shown = show(quantity["value"])
    parts = (f"{sign} {shown}" if sign else shown, unit(quantity))
    return " ".join(part for part in parts if part)


def unit(quantity):
    """The unit of a Quantity; senders write a dash where there is none, such as of pH."""
    told = quantity.get("unit") or quantity.get("code") or ""
    return told if told.strip("-– .") else ""


def show(value):
    """A number as people read it: `5,6`; `100.000` pills are `100`, not a hundred thousand."""
    text = format(number(value), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def notes(resource):
    return " ".join(n["text"] for n in resource.get("note", ()) if n.get("text"))


def first(values):
    return values[0] if values else {}
