"""Codes against the value sets that R4 binds elements to.

Required sets that the package lists in full are in the schema. The rest is told here: a required
set that is not listed as an error, an extensible one as a warning; preferred ones are advice.
"""

from haidang.engines.records.validation import issues, membership, walking

_CODED = ("code", "Coding", "CodeableConcept", "Quantity")
_SEVERITY = {"required": issues.ERROR, "extensible": issues.WARNING}


def faults(resource):
    """The codes of a well-shaped resource that are not in their sets."""
    found = []
    for visit in walking.visits(resource):
        element = visit.element
        if element is not None and element.strength in _SEVERITY and visit.type in _CODED:
            found += judge(
                element.value_set, element.strength, visit.type, visit.value, visit.where
            )
    return found


def judge(value_set, strength, type, value, where):
    """[] when a coded value keeps to a binding, or when nobody here can tell."""
    severity = _SEVERITY.get(strength)
    if severity is None:
        return []
    pairs = codes_of(type, value)
    if not pairs:
        needed = strength == "required" and membership.is_known(value_set)
        return [issues.bad_code(where, value_set)] if needed else []
    verdicts = {membership.is_member(value_set, system, code) for system, code in pairs}
    if True in verdicts or None in verdicts:
        return []
    return [issues.bad_code(where, value_set, severity=severity)]


def codes_of(type, value):
    """(system, code) pairs of a coded value; the system of a `code` is None."""
    if type == "code":
        return [(None, value)]
    codings = [value] if type in ("Coding", "Quantity") else value.get("coding", ())
    return [(each.get("system") or "", each["code"]) for each in codings if each.get("code")]
