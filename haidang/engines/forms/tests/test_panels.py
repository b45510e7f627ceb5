"""Questionnaires like those of LOINC: read, filled in on a page, and given back as FHIR."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests import panels

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
MOOD = forms.parse(forms.from_fhir(panels.MOOD))
VITALS = forms.parse(forms.from_fhir(panels.VITAL_SIGNS))
POSTED = {
    "q_8867_4": ["72"],
    "q_8310_5": ["38,5"],
    "q_8310_5.unit": ["Cel"],
    "q_8361_8.other": ["Đứng tựa"],
    "why": ["Cảm lạnh"],
}


def test_coded_answers_keep_their_system():
    answers = forms.answers_of(MOOD, {"q_44250_9": ["LA6569-3"], "q_44255_8": ["LA6568-5"]})

    assert forms.check(MOOD, answers, today=TODAY) == []
    back = forms.response_to_fhir(MOOD, answers, authored=NOW)["item"][0]["answer"][0]
    assert back == {
        "valueCoding": {"system": panels.LOINC, "code": "LA6569-3", "display": "Vài ngày"}
    }


def test_a_quantity_has_its_unit_whether_there_is_one_or_a_choice():
    answers = forms.settle(VITALS, forms.answers_of(VITALS, POSTED), today=TODAY)

    assert forms.check(VITALS, answers, today=TODAY) == []
    assert answers["q_8867_4"] == {
        "value": "72",
        "unit": "lần/phút",
        "code": "/min",
        "system": panels.UCUM,
    }
    assert forms.shown(answers["q_8310_5"]) == "38,5 °C"


def test_a_quantity_without_its_unit_is_not_taken():
    answers = forms.answers_of(VITALS, POSTED | {"q_8310_5.unit": [""]})

    (problem,) = forms.check(VITALS, answers, today=TODAY)

    assert problem.path == "q_8310_5"
    assert "đơn vị" in problem.message


@pytest.mark.parametrize(("temperature", "asked"), [("38", False), ("38,1", True)])
def test_a_condition_compares_the_number_of_a_quantity(temperature, asked):
    answers = forms.settle(
        VITALS, forms.answers_of(VITALS, POSTED | {"q_8310_5": [temperature]}), today=TODAY
    )

    assert ("why" in answers) is asked


def test_words_of_ones_own_are_taken_only_where_the_choice_is_open():
    answers = forms.answers_of(VITALS, POSTED)
    closed = forms.answers_of(MOOD, {"q_44250_9.other": ["Khác hẳn"]})

    assert answers["q_8361_8"] == {"text": "Đứng tựa"}
    assert closed == {}


def test_answers_go_out_and_come_back_the_same():
    answers = forms.settle(VITALS, forms.answers_of(VITALS, POSTED), today=TODAY)

    resource = forms.response_to_fhir(VITALS, answers, authored=NOW)

    assert resource["item"][1]["answer"] == [
        {
            "valueQuantity": {
                "value": Decimal("38.5"),
                "unit": "°C",
                "code": "Cel",
                "system": panels.UCUM,
            }
        }
    ]
    assert resource["item"][2]["answer"] == [{"valueString": "Đứng tựa"}]
    assert forms.response_from_fhir(VITALS, resource) == answers


def test_the_form_itself_goes_out_and_comes_back_the_same():
    resource = forms.to_fhir(VITALS)
    again = forms.parse(forms.from_fhir(resource))

    assert [vars(one) for one in again.everything()] == [vars(one) for one in VITALS.everything()]
    assert [one["type"] for one in resource["item"]][:4] == [
        "quantity",
        "quantity",
        "open-choice",
        "choice",
    ]
    assert resource["item"][3]["answerValueSet"] == f"#{resource['contained'][0]['id']}"
    assert resource["item"][4]["enableWhen"][0]["answerQuantity"] == {"value": 38}
