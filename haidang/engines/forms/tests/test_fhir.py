"""Forms and answers as FHIR, out and in again, and questionnaires that others made."""

from datetime import UTC, date, datetime

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests.examples import GOOD, LICENCE
from haidang.kernel import errors

FORM = forms.parse(LICENCE)
ANSWERS = forms.settle(FORM, GOOD, today=date(2026, 11, 25))
# In the shape of the LOINC panels: slashes in link ids, options as codings, nested questions.
PANEL = {
    "resourceType": "Questionnaire",
    "status": "active",
    "name": "PHQ-like",
    "title": "Mood in the last two weeks",
    "publisher": "An example",
    "item": [
        {
            "linkId": "/44250-9",
            "text": "Little interest",
            "type": "choice",
            "required": True,
            "answerOption": [
                {"valueCoding": {"system": "http://loinc.org", "code": "LA6568-5"}},
                {
                    "valueCoding": {
                        "system": "http://loinc.org",
                        "code": "LA6569-3",
                        "display": "Several days",
                    }
                },
            ],
            "item": [
                {
                    "linkId": "/44250-9/why",
                    "text": "Why",
                    "type": "string",
                    "enableWhen": [
                        {
                            "question": "/44250-9",
                            "operator": "=",
                            "answerCoding": {"code": "LA6569-3"},
                        }
                    ],
                }
            ],
        },
        {"linkId": "/score", "text": "Score", "type": "decimal", "readOnly": True},
        {"linkId": "/Score", "text": "Score again", "type": "quantity"},
    ],
}


def test_a_form_goes_out_and_comes_back_the_same():
    resource = forms.to_fhir(FORM)
    back = forms.parse(forms.from_fhir(resource))

    assert [vars(a) for a in back.everything()] == [
        vars(a) | {"read_only": a.read_only or bool(a.calculated), "items": b.items}
        for a, b in zip(FORM.everything(), back.everything(), strict=True)
    ]
    assert (back.key, back.title, back.source) == (FORM.key, FORM.title, FORM.source)


def test_a_questionnaire_of_others_becomes_a_form():
    found = forms.parse(forms.from_fhir(PANEL))

    names = [item.link_id for item in found.everything()]
    assert names == ["q_44250_9", "q_44250_9_below", "q_44250_9_why", "score", "score_2"]
    assert found.item("q_44250_9").type == "choice"
    assert found.item("q_44250_9_why").enable_when[0].question == "q_44250_9"


@pytest.mark.parametrize("resource", [None, {}, {"resourceType": "Patient"}])
def test_what_is_no_questionnaire_is_refused(resource):
    with pytest.raises(errors.Incorrect):
        forms.from_fhir(resource)


def test_answers_go_out_and_come_back_the_same():
    authored = datetime(2026, 11, 25, 3, tzinfo=UTC)
    resource = forms.response_to_fhir(FORM, ANSWERS, authored=authored, subject="Patient/1")

    back = forms.response_from_fhir(FORM, resource)

    assert resource["status"] == "completed"
    assert resource["questionnaire"].endswith("/Questionnaire/cap-giay-phep|1")
    assert back == ANSWERS | {"diploma": ANSWERS["diploma"] | {"id": ""}}


SMOKING = {
    "resourceType": "Questionnaire", "url": "https://example.org/Questionnaire/smoking", "status": "active",
    "item": [
        {"linkId": "1", "text": "Có hút thuốc không", "type": "boolean", "required": True, "item": [
            {"linkId": "1h", "text": "Kể cả thuốc lào", "type": "display", "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"}]},
            {"linkId": "1.1", "text": "Mỗi ngày mấy điếu", "type": "integer", "item": [
                {"linkId": "1.1.1", "text": "Từ năm nào", "type": "integer"}]}]},
        {"linkId": "2", "text": "Khác", "type": "group", "item": [{"linkId": "2.1", "text": "Ghi chú", "type": "string"}]},
    ],
}  # fmt: skip


def test_a_question_with_more_below_it_is_still_asked():
    found = forms.parse(forms.from_fhir(SMOKING))

    question, below, other = found.items
    assert (question.type, question.required, question.hint) == ("boolean", True, "Kể cả thuốc lào")
    assert (below.type, [each.text for each in below.items][0]) == ("group", "Mỗi ngày mấy điếu")
    assert [(c.question, c.operator, c.answer) for c in below.enable_when] == [
        ("q_1", "exists", True)
    ]
    assert [each.type for each in below.items] == ["integer", "group"]
    assert below.items[1].items[0].text == "Từ năm nào"
    assert [each.text for each in other.items] == ["Ghi chú"]


def test_what_was_asked_below_a_question_stays_when_it_goes_out_and_comes_back():
    found = forms.parse(forms.from_fhir(SMOKING))

    again = forms.parse(forms.from_fhir(forms.to_fhir(found)))

    assert again.items == found.items
