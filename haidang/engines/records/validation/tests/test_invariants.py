"""Each invariant of R4 with values that keep it and values that break it.

What the schema carries out is shown by the mutations. The rest is shown here rule by rule, so that
one which fhirpathpy holds for true whatever is written, or for false, is found.
"""

from pathlib import Path

import pytest

from haidang.engines.records import r4
from haidang.engines.records.plain import Plain
from haidang.engines.records.validation import invariants, issues, presence
from haidang.kernel import fhirjson

TABLE = fhirjson.loads(Path(__file__).with_name("invariants.json").read_bytes())
RULES = invariants.all_rules()
#: Judged by `narrative` and `references`, whose tests show it.
ELSEWHERE = {"txt-1", "txt-2", "ref-1"}
#: As published nothing can break them: a choice has no element `definitionReference`, and `select()`
#: of a comparison always has a value.
NEVER_BROKEN = {"evv-1", "eld-11"}
#: Advice to have narrative, and a warning of R4B's about types that are no resources of R4.
NOT_TOLD = {"dom-6", "dom-r4b"}
#: Every kind of definition has this rule, under a key of its own; `mea-0` stands for them.
A_NAME = RULES["mea-0"][1].expression
CASES = [
    pytest.param(key, value, name == "keeps", id=f"{key} {name} {n}")
    for key, case in TABLE.items()
    for name in ("keeps", "breaks")
    for n, value in enumerate(case[name])
]


def test_every_invariant_is_shown_to_be_kept_and_broken():
    carried = {
        rule.key for kind in r4.catalogue().kinds.values() for rule, _ in presence.of(kind) if rule
    }
    names = {key for key, (_, rule) in RULES.items() if rule.expression == A_NAME}

    assert len(carried) >= 55
    assert RULES.keys() - carried - ELSEWHERE - NOT_TOLD - (names - {"mea-0"}) == set(TABLE)
    assert {key for key, case in TABLE.items() if not case["breaks"]} == NEVER_BROKEN
    assert all(case["keeps"] for case in TABLE.values())


@pytest.mark.parametrize(("key", "value", "kept"), CASES)
def test_an_invariant_is_kept_and_broken_as_it_says(key, value, kept):
    place, where = TABLE[key]["of"], "there"
    rule = invariants.whole(RULES[key][1])
    is_resource = isinstance(value, dict) and "resourceType" in value
    root = value if is_resource else {"resourceType": place.partition(".")[0]}
    # A rule that asks of its resource stands on a part of it: `StructureDefinition.snapshot`.
    part = value[place.partition(".")[2]] if is_resource and "." in place else value

    found = invariants.judge(rule, part, place, where, Plain(root))

    told = [(each.code, dict(each.facts)["rule"]) for each in found]
    assert told == ([] if kept else [("validation.invariant", key)])


@pytest.mark.parametrize("key", sorted(RULES))
def test_every_invariant_compiles(key):
    assert invariants._compiled(RULES[key][1].expression)


BESIDE = {"extension": [{"url": "urn:a", "valueCode": "b"}]}
PERSON = {
    "resourceType": "Patient",
    "gender": "male",
    "_gender": BESIDE,
    "birthDate": "2026-01-15",
    "_birthDate": BESIDE,
    "_active": BESIDE,
    "name": [{"given": ["An", None], "_given": [BESIDE, BESIDE]}],
    "contact": [{"gender": "female", "_gender": BESIDE, "name": {"text": "B"}}],
}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("gender = 'male'", True),
        ("Patient.gender = 'male'", True),
        ("Patient.name.empty()", False),
        ("is(Patient)", True),
        ("%resource is Patient", True),
        ("%resource.gender = 'male'", True),
        ("birthDate.toString().length() = 10", True),
        ("birthDate.hasValue() and birthDate.getValue() = @2026-01-15", True),
        ("birthDate.extension('urn:a').value = 'b'", True),
        ("active.exists() and active.hasValue().not()", True),
        ("name.given.count() = 2", True),
        ("name.given.where(hasValue()) = 'An'", True),
        ("contact.gender = 'female'", True),
        ("%sct = 'http://snomed.info/sct' and %loinc = 'http://loinc.org'", True),
        ("%`vs-marital-status` = 'http://hl7.org/fhir/ValueSet/marital-status'", True),
        ("%`ext-patient-birthTime` = 'http://hl7.org/fhir/StructureDefinition/patient-birthTime'", True),
        ("generalPractitioner.resolve().exists() or true", None),
        ("name.exists())", None),
        ("gender = = 'male'", None),
        ("name..exists()", None),
        ("name exists", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_rule_is_carried_out_with_what_stands_beside_primitives(expression, holds):
    rule = r4.Rule("own-1", issues.ERROR, expression, "")

    found = invariants.judge(rule, PERSON, "Patient", "Patient", Plain(PERSON))

    codes = {True: [], False: ["validation.invariant"], None: ["validation.rule_not_judged"]}
    assert [each.code for each in found] == codes[holds]


def test_what_is_beside_a_primitive_breaks_no_rule_of_its_value():
    told = {"resourceType": "Appointment", "status": "cancelled", "_status": BESIDE,
            "cancelationReason": {"text": "a"}, "participant": [{"status": "accepted", "type": [{"text": "a"}]}]}  # fmt: skip

    assert [each for each in invariants.faults(told) if each.severity == issues.ERROR] == []


def test_what_is_nested_deeply_breaks_nothing():
    inner = {"url": "urn:a", "valueCode": "b"}
    for _ in range(400):
        inner = {"url": "urn:a", "extension": [inner]}

    found = invariants.faults(PERSON | {"extension": [inner]})

    assert [each for each in found if each.severity == issues.ERROR] == []
