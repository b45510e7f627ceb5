"""Scores of options that a form adds up, and codes of questions; both ways through FHIR."""

import copy
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests import panels
from haidang.kernel import errors

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
_HL7 = "http://hl7.org/fhir/StructureDefinition"
TOTAL = "q_44261_6"
CODES = [one["code"] for one in panels._FREQUENCY]


def taken(resource):
    return forms.from_fhir(forms.read_questionnaire(json.dumps(resource)))


def nine():
    """The nine questions as they were taken in, and the total that an officer makes of them."""
    definition = taken(panels.NINE)
    definition["items"][9]["calculated"] = {"sum": panels.NINE_NAMES}
    return definition


def summed(choices, form=None):
    """What a page gets back that posted the nth answer of each question."""
    form = form or forms.parse(nine())
    posted = {
        name: [CODES[choice]]
        for name, choice in zip(panels.NINE_NAMES, choices, strict=False)
        if choice is not None
    }
    return forms.settle(form, forms.answers_of(form, posted), today=TODAY)


@pytest.mark.parametrize(
    ("choices", "total"),
    [
        ([3] * 9, 27),
        ([0] * 9, 0),
        ([0, 1, 2, 3, 0, 1, 2, 3, 0], 12),
        ([None, 1, None, None, 2], 3),
        ([], None),
    ],
)
def test_the_scores_of_what_was_chosen_are_added_up(choices, total):
    assert summed(choices).get(TOTAL) == total


def test_the_total_goes_out_as_a_number_and_decides_what_is_asked():
    form = forms.parse(nine())
    low, high = summed([1] * 9, form), summed([2, *[1] * 8], form)

    asked = [
        [field.enabled for field in forms.fields_of(form, answers)][-1] for answers in (low, high)
    ]

    assert asked == [False, True]
    assert forms.check(form, high, today=TODAY) == []
    item = forms.response_to_fhir(form, high, authored=NOW)["item"][9]
    assert item["answer"] == [{"valueInteger": 10}]


def test_a_total_that_a_browser_sends_is_not_believed():
    form = forms.parse(nine())
    posted = {panels.NINE_NAMES[0]: [CODES[1]], TOTAL: ["27"]}

    assert forms.settle(form, forms.answers_of(form, posted), today=TODAY)[TOTAL] == 1


def counting(*options, function="sum", kind="decimal", repeats=False):
    """A choice with these options, and a number computed from it."""
    choice = {"link_id": "a", "type": "choice", "text": "A", "repeats": repeats}
    choice["options"] = list(options)
    number = {"link_id": "b", "type": kind, "text": "B", "calculated": {function: ["a"]}}
    return forms.parse({"key": "dem-thu", "title": "T", "source": "S", "items": [choice, number]})


def test_every_answer_of_a_choice_counts_halves_too():
    form = counting(
        {"code": "x", "display": "X", "score": 1.5},
        {"code": "y", "display": "Y", "score": "-0.25"},
        {"code": "z", "display": "Z"},
        repeats=True,
    )

    answers = forms.settle(form, forms.answers_of(form, {"a": ["x", "y", "z"]}), today=TODAY)

    assert answers["b"] == "1.25"


@pytest.mark.parametrize(("function", "found"), [("count", "1"), ("join", "Nhiều")])
def test_what_is_no_arithmetic_does_not_take_the_score(function, found):
    option = {"code": "x", "display": "Nhiều", "score": 7}
    form = counting(option, function=function, kind="string" if function == "join" else "decimal")

    assert forms.settle(form, forms.answers_of(form, {"a": ["x"]}), today=TODAY)["b"] == found


@pytest.mark.parametrize("score", ["nhiều", "NaN", True, "Infinity", [1], 10**12])
def test_a_score_that_is_no_number_is_named_where_it_stands(score):
    with pytest.raises(errors.Incorrect) as refused:
        counting({"code": "x", "display": "X", "score": score})

    (issue,) = refused.value.facts["issues"]
    assert issue["expression"] == "items[0].options[0].score"


def test_a_sum_of_choices_without_scores_is_told_to_the_officer():
    plain = counting({"code": "x", "display": "X"})
    scored = counting({"code": "x", "display": "X", "score": 0})

    assert [one.link_id for one in forms.without_scores(plain, plain.item("b"))] == ["a"]
    assert forms.without_scores(scored, scored.item("b")) == []
    assert forms.without_scores(plain, plain.item("a")) == []


def test_scores_and_codes_come_in_and_nothing_of_them_is_named_as_lost():
    resource = forms.read_questionnaire(json.dumps(panels.NINE))
    form = forms.parse(forms.from_fhir(resource))

    first = form.item("q_44250_9")
    assert [option.score for option in first.options] == [0, 1, 2, 3]
    assert vars(first.codes[0]) == {
        "system": panels.LOINC,
        "code": "44250-9",
        "display": "Item 44250-9",
    }
    assert {one.what for one in forms.not_held(resource)} == {"readOnly"}


def test_scores_and_codes_go_out_as_r4_has_them_and_come_back_the_same():
    form = forms.parse(nine())

    resource = forms.to_fhir(form)
    again = forms.parse(forms.from_fhir(resource))

    item = resource["item"][0]
    assert item["code"] == panels.NINE["item"][0]["code"]
    assert item["answerOption"][3] == {
        "extension": [{"url": f"{_HL7}/ordinalValue", "valueDecimal": Decimal(3)}],
        "valueCoding": {
            "system": panels.LOINC,
            "code": "LA6571-9",
            "display": "Gần như mỗi ngày",
        },
    }
    assert again.items == form.items
    assert forms.not_held(json.loads(json.dumps(resource, default=str))) == []


def _answer(*extensions, coding=(), **value):
    listed = [{"url": f"{_HL7}/{url}", "valueDecimal": score} for url, score in extensions]
    inside = [{"url": f"{_HL7}/{url}", "valueDecimal": score} for url, score in coding]
    coded = {"code": "x", "display": "X"} | ({"extension": inside} if inside else {})
    return ({"extension": listed} if listed else {}) | (value or {"valueCoding": coded})


@pytest.mark.parametrize(
    ("option", "score", "named"),
    [
        (_answer(("ordinalValue", 2)), 2, 0),
        (_answer(("itemWeight", 2.5)), Decimal("2.5"), 0),
        (_answer(coding=[("itemWeight", 4)]), 4, 0),
        (_answer(("itemWeight", 5), coding=[("ordinalValue", 1)]), 1, 1),
        (_answer(("itemWeight", 1), coding=[("ordinalValue", 1)]), 1, 0),
        (_answer(("ordinalValue", 3), valueString="Thường xuyên"), 3, 0),
    ],
)
def test_a_score_is_found_wherever_it_stands(option, score, named):
    item = {"linkId": "a", "text": "A", "type": "choice", "answerOption": [option]}
    resource = {"resourceType": "Questionnaire", "status": "draft", "item": [item]}

    definition = taken(resource)

    assert forms.parse(definition).item("a").options[0].score == score
    assert len(forms.not_held(resource)) == named
    assert json.loads(json.dumps(definition)) == definition  # as a sketch is kept


def test_scores_in_a_contained_value_set_come_in_too():
    option = {"code": "x", "display": "X"}
    option["extension"] = [{"url": f"{_HL7}/ordinalValue", "valueDecimal": 2}]
    listed = {"resourceType": "ValueSet", "id": "v", "status": "active"}
    listed["compose"] = {"include": [{"system": panels.LOINC, "concept": [option]}]}
    item = {"linkId": "a", "text": "A", "type": "choice", "answerValueSet": "#v"}
    resource = {"resourceType": "Questionnaire", "contained": [listed], "item": [item]}

    assert forms.parse(taken(resource)).item("a").options[0].score == 2


def test_codes_that_cannot_be_held_are_named():
    item = copy.deepcopy(panels.NINE["item"][9])
    item["code"] = [{"system": panels.LOINC, "display": "Không mã", "version": "2.77"}]
    item["code"] += [{"code": f"c{number}"} for number in range(21)]
    resource = {"resourceType": "Questionnaire", "item": [item | {"readOnly": False}]}

    told = [(one.where, one.what) for one in forms.not_held(resource)]

    assert ("item[0].code[0].version", "version") in told
    assert ("item[0].code[0]", "code") in told
    assert ("item[0].code", "code") in told
    assert len(forms.parse(taken(resource)).item(TOTAL).codes) == 20


@pytest.mark.parametrize(
    "codes", ["44250-9", [{}], [{"system": "a"}], [{"code": "a", "version": "1"}], [{"code": 5}]]
)
def test_a_code_of_the_wrong_shape_is_named(codes):
    definition = nine()
    definition["items"][0]["codes"] = codes

    with pytest.raises(errors.Incorrect) as refused:
        forms.parse(definition)

    assert refused.value.facts["issues"][0]["expression"].startswith("items[0].codes")


POSTED = {
    "text": ["A"],
    "option.0.code": ["x"],
    "option.0.display": ["X"],
    "option.0.system": [panels.LOINC],
    "option.0.score": ["1,5"],
    "option.1.display": ["Y"],
    "option.1.score": ["0"],
    "option.2.display": [""],
    "option.2.score": ["9"],
    "option.3.display": ["Z"],
    "option.3.score": ["nhiều"],
    "code.0.code": ["44250-9"],
    "code.0.system": [panels.LOINC],
    "code.0.display": [""],
    "code.1.code": [""],
    "code.1.system": ["http://example.org"],
}


def test_the_page_of_a_question_writes_scores_and_codes():
    items = [{"link_id": "a", "type": "choice", "text": "A"}]

    values = forms.values_of(items, "a", POSTED)

    assert values["options"] == [
        {"code": "x", "display": "X", "system": panels.LOINC, "score": "1.5"},
        {"code": "y", "display": "Y", "score": 0},
        {"code": "z", "display": "Z", "score": "nhiều"},
    ]
    assert values["codes"] == [{"system": panels.LOINC, "code": "44250-9"}]


def test_changed_scores_and_codes_are_told_in_words():
    older, newer = nine(), nine()
    newer["items"][0]["options"][1]["score"] = "1.5"
    newer["items"][0]["options"][2].pop("score")
    newer["items"][1]["codes"] = []

    first, second = forms.differences(forms.parse(older), forms.parse(newer))

    assert first.words == (
        "điểm của «Vài ngày»: «1» thành «1,5»",
        "điểm của «Hơn nửa số ngày»: «2» thành «không có»",
    )
    assert second.words == ("Mã: «44255-8» thành «không có»",)
