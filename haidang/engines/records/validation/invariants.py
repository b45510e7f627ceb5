"""FHIRPath invariants: those of R4, and those of profiles.

What the schema has carried out already (`presence`) is not asked again.
"""

import functools
import re
import threading

from haidang.engines.records import r4
from haidang.engines.records.index import computed
from haidang.engines.records.plain import Plain
from haidang.engines.records.validation import issues, ordering, presence, references, walking

#: fhirpathpy keeps what it works on in one place for the whole process.
_ONE_AT_A_TIME = threading.Lock()


def has_status_if_problem(condition):
    """con-3: a problem on the list has a clinical status. The published expression compares a
    CodeableConcept with a text, so that every Condition with a category would break it.
    """
    codings = [
        coding for each in condition.get("category", ()) for coding in each.get("coding", ())
    ]
    is_problem = any(coding.get("code") == "problem-list-item" for coding in codings)
    status = condition.get("verificationStatus", {}).get("coding", ())
    is_void = any(coding.get("code") == "entered-in-error" for coding in status)
    return "clinicalStatus" in condition or is_void or not is_problem


def is_answered_by_boolean(condition):
    """que-7: to `exists` the answer is a boolean. fhirpathpy does not hold FHIR's boolean for
    FHIRPath's own, so that every such condition would break it.
    """
    return condition.get("operator") != "exists" or "answerBoolean" in condition


def is_a_practitioner_on_behalf(participant):
    """ctm-1: only a practitioner acts on behalf of an organization. `resolve()` is not there, but a
    reference names the type of what it points at; what is contained is not looked for.
    """
    if "onBehalfOf" not in participant:
        return True
    kind = references.type_said(participant.get("member", {}))
    return None if kind == "#" else kind in ("", "Practitioner")


#: The work of `narrative`, and of `references`: ref-1 says nothing of a reference by display alone.
_ELSEWHERE = {"txt-1", "txt-2", "ref-1"}
_OF_CONTAINED = {"dom-2", "dom-3", "dom-4", "dom-5"}
#: What fhirpathpy cannot carry out, carried out here.
_JUDGES = {
    **ordering.JUDGES,
    "dom-3": references.is_all_used,
    "con-3": has_status_if_problem,
    "que-7": is_answered_by_boolean,
    "ctm-1": is_a_practitioner_on_behalf,
}
#: What R4's own rules match a text by; they were written when that meant the whole text.
_PART = re.compile(r"matches\('(?!\^)((?:[^'\\]|\\.)*)'\)")
#: A resource without narrative is no worse for it.
_ADVICE = {"dom-6"}


def faults(resource):
    """The invariants that a well-shaped resource breaks, wherever they stand."""
    found, plain = [], Plain(resource)
    for visit in walking.visits(resource):
        for rule in _rules(visit, resource):
            found += judge(whole(rule), visit.value, visit.type, visit.where, plain)
    return found


@functools.cache
def whole(rule):
    """A rule of R4 with its patterns held to the whole of a text: a name that is no identifier has
    a part that is one.
    """
    expression = _PART.sub(r"matches('^(?:\1)$')", rule.expression)
    return r4.Rule(rule.key, rule.severity, expression, rule.human)


def judge(rule, value, type, where, plain, *, sentence=None):
    """[] when a rule holds of a value, otherwise the one issue it makes.

    type       of the value, as FHIRPath has to know it: `Period`, `Patient.contact`
    plain      the resource, which a rule knows as `%resource`, as a `Plain`
    sentence   what to tell people, when the rule's own words are in their language
    """
    if rule.key in _JUDGES:
        holds = _JUDGES[rule.key](value)
    elif "extension" in rule.expression:  # which may ask for what stands beside a primitive
        holds = evaluate(rule.expression, value, type, plain.resource)
    else:
        holds = evaluate(rule.expression, plain.of(value), type, plain.of(plain.resource))
    if holds is None:
        return [issues.not_judged(where, rule)]
    return [] if holds else [issues.broken_rule(where, rule, sentence=sentence)]


def evaluate(expression, value, type, root, extension=None):
    """Whether an expression is true; None when it cannot be carried out.

    extension    what it knows as `%extension`
    """
    from fhirpathpy.engine.nodes import ResourceNode

    try:
        with _ONE_AT_A_TIME:
            whole = ResourceNode.create_node(root, root["resourceType"])
            # Of a node fhirpathpy does not know the type by which a path may begin.
            begins = re.search(rf"(?<![\w.'/(]){type}\.", expression)
            node = value if begins else ResourceNode.create_node(value, type)
            known = {"resource": whole, "rootResource": whole, **_constants(expression)}
            if extension is not None:
                known["extension"] = ResourceNode.create_node(extension, "Extension")
            result = _compiled(expression)(node, known)
    except Exception:  # whatever the library trips over, the resource is not to blame
        return None
    return _truth(result)


def nodes(expression, root):
    """(value, place) of each element of a resource that an expression leads to; None when it cannot
    be carried out, or makes values instead of finding elements.

    A place is `Patient.name[0].given[1]`, or None where only the object itself tells which it is.
    """
    from fhirpathpy.engine.nodes import ResourceNode

    found = []
    try:
        with _ONE_AT_A_TIME:
            whole = ResourceNode.create_node(root, root["resourceType"])
            known = {"resource": whole, "rootResource": whole, **_constants(expression)}
            for begin in (
                root,
                whole,
            ):  # one knows the type that a path begins with, one its elements
                found += _compiled(expression, raw=True)(begin, known)
    except Exception:  # whatever the library trips over, the resource is not to blame
        return None
    if not all(isinstance(each, ResourceNode | dict) for each in found):
        return None
    return [(getattr(each, "data", each), getattr(each, "propName", None)) for each in found]


@functools.lru_cache(maxsize=4096)
def _constants(expression):
    """What FHIR lets an expression name besides (fhirpath.html#variables)."""
    found = {"sct": "http://snomed.info/sct", "loinc": "http://loinc.org"}
    for kind, name in re.findall(r"%[`']?(vs|ext)-([\w-]+)", expression):
        place = {"vs": "ValueSet", "ext": "StructureDefinition"}[kind]
        found[f"{kind}-{name}"] = f"http://hl7.org/fhir/{place}/{name}"
    return found


def _truth(result):
    """FHIRPath: nothing is not true; one value that is no boolean is true for being there."""
    if not result:
        return False
    return result[0] if isinstance(result[0], bool) else True


@functools.lru_cache(maxsize=4096)
def _compiled(expression, *, raw=False):
    import fhirpathpy
    from fhirpathpy.models import models

    computed.check(expression)  # fhirpathpy passes over what it cannot read
    # Without a function of its own, trace() would print people's data.
    options = {
        "traceFn": lambda *said: None,
        "userInvocationTable": _FUNCTIONS,
        "returnRawData": raw,
    }
    # fhirpathpy knows `$this` only within a function such as select().
    whole = f"select({expression})" if "$this" in expression else expression
    return fhirpathpy.compile(whole, models["r4"], options)


def _has_value(inputs):
    return len(inputs) == 1 and not isinstance(inputs[0], dict | list) and inputs[0] is not None


def _value_of(inputs):
    return inputs if _has_value(inputs) else []


#: What FHIR adds to FHIRPath (fhirpath.html#functions) and fhirpathpy lacks.
_FUNCTIONS = {
    "hasValue": {"fn": _has_value, "arity": {0: []}},
    "getValue": {"fn": _value_of, "arity": {0: []}},
}


def _rules(visit, resource):
    element = visit.element.rules if visit.element is not None else ()
    for rule in {rule.key: rule for rule in (*visit.kind.rules, *element)}.values():
        if not _is_settled(rule, visit.kind, resource):
            yield rule


def _is_settled(rule, kind, resource):
    return (
        rule.key in _ELSEWHERE
        or rule.key in _ADVICE
        or (rule.key in _OF_CONTAINED and "contained" not in resource)
        or presence.is_carried_out(rule, kind)
    )


def all_rules():
    """Every invariant that R4 has, by key, with where it first stands."""
    found = {}
    for kind in r4.catalogue().kinds.values():
        for rule in kind.rules:
            found.setdefault(rule.key, (kind.name, rule))
        for element in kind.elements:
            for rule in element.rules:
                found.setdefault(rule.key, (f"{kind.name}.{element.name}", rule))
    return found
