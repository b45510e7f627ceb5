"""Each published profile with examples that keep to it, and ones that break it in one way."""

import copy
from pathlib import Path

import jsonpatch
import pytest

from haidang.engines.records.validation import judging
from haidang.engines.records.validation.profiles import registry
from haidang.kernel import fhirjson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything_open")]
TABLES = [
    fhirjson.loads(path.read_bytes())
    for path in sorted((Path(__file__).parent / "examples").glob("*.json"))
]
PASSING = [
    pytest.param(table["profile"], resource, id=f"{table['profile'].rpartition('/')[2]}-{name}")
    for table in TABLES
    for name, resource in table["passes"].items()
]
FAILING = [
    pytest.param(table, case, id=f"{table['profile'].rpartition('/')[2]}-{case['why']}")
    for table in TABLES
    for case in table["fails"]
]


@pytest.mark.parametrize(("profile", "resource"), PASSING)
def test_an_example_keeps_to_its_profile(profile, resource):
    assert _said(resource, profile) == []


@pytest.mark.parametrize(("table", "case"), FAILING)
def test_a_counter_example_fails_for_the_stated_reason_alone(table, case):
    spoiled = jsonpatch.apply_patch(copy.deepcopy(table["passes"][case["of"]]), case["change"])

    found = _said(spoiled, table["profile"])
    assert len(found) == 1, [(each.code, each.expression, each.facts) for each in found]
    (issue,) = found

    told = {"code": issue.code, "expression": issue.expression, "severity": issue.severity}
    wanted = {"severity": "error"} | {k: case[k] for k in told if k in case}
    assert told == wanted
    assert dict(issue.facts).get("rule") == case.get("rule", dict(issue.facts).get("rule"))


def test_every_profile_has_examples_that_pass_and_fail():
    named = {table["profile"]: table for table in TABLES}
    published = {each["url"] for each in registry.published() if each["type"] != "Extension"}

    assert set(named) == published
    assert all(len(t["passes"]) >= 2 and len(t["fails"]) >= 4 for t in named.values())


def test_every_rule_of_ours_is_broken_by_a_counter_example():
    rules = {
        rule["key"]
        for each in registry.published()
        for element in each["differential"]["element"]
        for rule in element.get("constraint", ())
    }

    assert rules == {case.get("rule") for table in TABLES for case in table["fails"]} & rules


def test_the_published_definitions_are_valid_themselves():
    assert [judging.validate(each) for each in registry.published() if judging.validate(each)] == []


def _said(resource, profile):
    """What is said beyond references that lead nowhere here: examples stand alone."""
    found = judging.validate(copy.deepcopy(resource), profiles=[profile])
    return [each for each in found if each.code != "validation.reference_unresolved"]
