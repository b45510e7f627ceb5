"""Each published profile with examples that keep to it, and ones that break it in one way."""

import copy

import jsonpatch
import pytest

from haidang.engines.records.validation import judging
from haidang.engines.records.validation.profiles import registry
from haidang.engines.records.validation.tests import tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything_open")]
TABLES = tables.every()
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
    facts = dict(issue.facts)
    assert facts.get("rule") == case.get("rule", facts.get("rule"))
    assert facts.get("element") == _whole(case.get("element"), table["profile"])


def test_every_profile_has_examples_that_pass_and_fail():
    named = {table["profile"]: table for table in TABLES}

    assert set(named) == {each["url"] for each in registry.published()}
    assert all(len(t["passes"]) >= 2 and len(t["fails"]) >= 4 for t in named.values())


def test_the_published_definitions_are_valid_themselves():
    assert [judging.validate(each) for each in registry.published() if judging.validate(each)] == []


def _whole(element, profile):
    """The address of an element of a profile; of another one it stands whole in the table."""
    return element if element is None or "#" in element else f"{profile}#{element}"


def _said(resource, profile):
    """What is said beyond references that lead nowhere here: examples stand alone. An extension is
    judged wherever it stands, without being asked.
    """
    asked = [] if registry.find(profile).type == "Extension" else [profile]
    found = judging.validate(copy.deepcopy(resource), profiles=asked)
    return [each for each in found if each.code != "validation.reference_unresolved"]
