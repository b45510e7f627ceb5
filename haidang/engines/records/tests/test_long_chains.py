"""Chains of many references, and to whatever type: as many statements as steps, or a refusal."""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records import wire
from haidang.engines.records.search import conditions, query
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")
STEPS = 12


@pytest.fixture
def data():
    """Observations that are made of one another, in a row."""
    made = [
        {"resourceType": "Observation", "id": f"o{n}", "status": "final",
         "hasMember": [{"reference": f"Observation/o{n + 1}"}], "focus": [{"reference": "Patient/an"}]}
        for n in range(STEPS)
    ]  # fmt: skip
    end = {"resourceType": "Observation", "id": f"o{STEPS}", "status": "amended"}
    records.save_all([*made, end, {"resourceType": "Patient", "id": "an", "name": [{"text": "An"}]}], by=actor.SYSTEM)  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    said, ask = [], wire.rows

    def listening(statement, values=(), **more):
        said.append(statement)
        return ask(statement, values, **more)

    monkeypatch.setattr(wire, "rows", listening)
    return said


def found(name, value):
    return [each.id for each in records.search("Observation", [(name, value)], strict=True).matches]


@pytest.mark.parametrize("few", [2000, 0])
@pytest.mark.parametrize(
    ("name", "ends"),
    [("has-member:Observation." * STEPS + "status", ["o0"]),
     ("_has:Observation:has-member:" * STEPS + "status", [])],
)  # fmt: skip
def test_each_step_is_asked_for_once(data, asked, monkeypatch, few, name, ends):
    monkeypatch.setattr(conditions, "FEW", few)
    value = "amended"
    found(name, value)  # what is looked up once in a while is known by now
    asked.clear()

    assert found(name, value) == ends
    assert len(asked) < 3 * STEPS


def test_a_reference_to_whatever_type_is_looked_for_among_those_that_are_there(data, asked):
    assert len(found("focus._id", "an")) == STEPS
    asked.clear()
    found("focus._id", "an")

    assert len(asked) < 12


@pytest.mark.parametrize(
    "name", ["focus.focus.focus._id", "_has:Observation:focus:focus.focus.focus._id"]
)
def test_too_many_ways_are_refused_and_a_type_on_the_way_helps(data, name):
    with pytest.raises(errors.TooLarge) as refused:
        records.search("Observation", [(name, "an")])

    assert refused.value.code == "records.search_too_wide"
    assert refused.value.facts == {"name": name, "most": query.MOST_WAYS}
    assert found("focus:Observation.focus:Observation.focus._id", "an") == []


def test_a_long_name_that_nobody_knows_is_told_at_once():
    """Each type's part of it is looked at once, however many ways lead there."""
    with pytest.raises(errors.Incorrect) as refused:
        records.search("Task", [("focus." * 40 + "nothing", "x")], strict=True)

    assert refused.value.code == "records.search_unknown"
