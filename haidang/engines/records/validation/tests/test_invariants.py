"""Each invariant of R4 with values that keep it and values that break it.

What the schema carries out is shown by the mutations. The rest is shown here rule by rule, so that
one which fhirpathpy holds for true whatever is written, or for false, is found.
"""

from pathlib import Path

import pytest

from haidang.engines.records import r4
from haidang.engines.records.validation import invariants, issues, presence
from haidang.kernel import fhirjson

TABLE = fhirjson.loads(Path(__file__).with_name("invariants.json").read_bytes())
RULES = invariants.all_rules()
#: Judged by `narrative` and `references`, whose tests show it.
ELSEWHERE = {"txt-1", "txt-2", "ref-1"}
#: As published nothing can break them: a choice has no element `definitionReference`, and `select()`
#: of a comparison always has a value.
NEVER_BROKEN = {"evv-1", "eld-11"}
CASES = [
    pytest.param(key, value, name == "keeps", id=f"{key} {name} {n}")
    for key, case in TABLE.items()
    for name in ("keeps", "breaks")
    for n, value in enumerate(case[name])
]


def test_every_invariant_that_refuses_is_shown_to_be_kept_and_broken():
    carried = {
        rule.key for kind in r4.catalogue().kinds.values() for rule, _ in presence.of(kind) if rule
    }
    refusing = {key for key, (_, rule) in RULES.items() if rule.severity == issues.ERROR}

    assert len(carried) >= 55
    assert refusing - carried - ELSEWHERE == set(TABLE)
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

    found = invariants.judge(rule, part, place, where, root)

    told = [(each.code, dict(each.facts)["rule"]) for each in found]
    assert told == ([] if kept else [("validation.invariant", key)])


@pytest.mark.parametrize("key", sorted(RULES))
def test_every_invariant_compiles(key):
    assert invariants._compiled(RULES[key][1].expression)


def test_a_rule_may_begin_with_the_type_of_its_resource():
    person = {"resourceType": "Patient", "gender": "male"}

    for expression, holds in (("Patient.gender = 'male'", True), ("Patient.name.exists()", False)):
        assert invariants.evaluate(expression, person, "Patient", person) is holds


@pytest.mark.parametrize(("name", "told"), [("Weight2", False), ("Can nang", True), ("_a", True)])
def test_a_pattern_of_r4_is_held_to_the_whole_of_a_text(name, told):
    measure = {"resourceType": "Measure", "name": name, "status": "draft"}

    rules = {dict(each.facts)["rule"] for each in invariants.faults(measure)}

    assert ("mea-0" in rules) is told
