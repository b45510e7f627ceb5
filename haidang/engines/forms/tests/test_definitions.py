"""Definitions: what is read, and every fault named at once."""

import copy

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests.examples import LICENCE
from haidang.kernel import errors


def _with(change):
    definition = copy.deepcopy(LICENCE)
    change(definition)
    return definition


def _faults(definition):
    with pytest.raises(errors.Incorrect) as refused:
        forms.parse(definition)
    return [issue["expression"] for issue in refused.value.facts["issues"]]


def test_a_definition_is_read_whole():
    found = forms.parse(LICENCE)

    assert [item.link_id for item in found.items][:3] == ["intro", "applicant", "profession"]
    assert found.item("months").max_value == 120
    assert found.item("age").calculated.function == "years"


CASES = [
    (lambda d: d.update(key="Có dấu"), "key"),
    (lambda d: d.update(title=""), "title"),
    (lambda d: d.update(source=None), "source"),
    (lambda d: d.update(version=0), "version"),
    (lambda d: d.update(valid_from="hôm nay"), "valid_from"),
    (lambda d: d.update(items=[]), "items"),
    (lambda d: d["items"][2].update(type="chọn"), "items[2].type"),
    (lambda d: d["items"][2].update(link_id="intro"), "items[2].link_id"),
    (lambda d: d["items"][2].update(link_id="Tên"), "items[2].link_id"),
    (lambda d: d["items"][2].update(options=[]), "items[2].options"),
    (lambda d: d["items"][2].update(options=["a", "a"]), "items[2].options"),
    (lambda d: d["items"][2].update(required="có"), "items[2].required"),
    (lambda d: d["items"][2].update(colour="red"), "items[2]"),
    (lambda d: d["items"][3].update(enable_when=[{"question": "x"}]), "items[3].enable_when[0]"),
    (
        lambda d: d["items"][3].update(enable_when=[{"question": "khong_co", "answer": 1}]),
        "items[3]",
    ),
    (lambda d: d["items"][5].update(calculated={"eval": ["months"]}), "items[5].calculated"),
    (lambda d: d["items"][1]["items"][0].update(pattern="(a+)+$"), "items[1].items[0].pattern"),
    (lambda d: d["items"][1]["items"][0].update(pattern="[a"), "items[1].items[0].pattern"),
    (lambda d: d["items"][1]["items"][0].update(max_length=0), "items[1].items[0].max_length"),
    (lambda d: d["items"][1]["items"][2].update(max_value="mai"), "items[1].items[2].max_value"),
]


@pytest.mark.parametrize(("change", "where"), CASES)
def test_a_fault_is_named_where_it_is(change, where):
    assert where in _faults(_with(change))


def test_all_faults_are_named_at_once():
    def spoil(definition):
        definition.update(title="", source="")
        definition["items"][2].update(type="x", options=[])

    assert {"title", "source", "items[2].type"} <= set(_faults(_with(spoil)))


def test_a_circle_of_conditions_is_refused():
    def turn(definition):
        definition["items"][2]["enable_when"] = [
            {"question": "other_profession", "operator": "exists", "answer": True}
        ]

    assert "items[2]" in _faults(_with(turn)) or "items[3]" in _faults(_with(turn))


@pytest.mark.parametrize("definition", [None, [], "form", {"items": {"a": 1}}, {"items": [3]}])
def test_what_is_no_definition_is_refused(definition):
    assert _faults(definition)


def test_a_form_that_is_too_deep_is_refused():
    item = {"link_id": "q", "type": "string", "text": "?"}
    for number in range(9):
        item = {"link_id": f"g{number}", "type": "group", "text": "g", "items": [item]}

    assert _faults(_with(lambda d: d.update(items=[item])))
