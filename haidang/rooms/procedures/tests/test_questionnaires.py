"""An officer takes a FHIR Questionnaire into a form, and gives the form out as one."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from haidang.engines.forms import api as forms
from haidang.kernel import errors
from haidang.rooms.procedures.selectors import editing
from haidang.rooms.procedures.services import editing as desk
from haidang.rooms.procedures.services import questionnaires
from haidang.rooms.procedures.tests import people, test_processes

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
SCREENING = {
    "resourceType": "Questionnaire",
    "title": "Sàng lọc",
    "item": [
        {
            "linkId": "/44250-9",
            "text": "Ít hứng thú",
            "type": "choice",
            "answerOption": [
                {
                    "valueCoding": {
                        "code": code,
                        "display": display,
                        "extension": [{"url": ORDINAL, "valueDecimal": score}],
                    }
                }
                for score, (code, display) in enumerate([("a", "Không"), ("b", "Vài ngày")])
            ],
        },
        {
            "linkId": "truthful",
            "text": "Kể thêm",
            "type": "text",
            "enableWhen": [
                {"question": "/44250-9", "operator": "=", "answerCoding": {"code": "b"}}
            ],
        },
    ],
}


@pytest.fixture(autouse=True)
def office(opened_office, db):
    """The procedures of the catalogue."""


@pytest.fixture
def key():
    return desk.begin_procedure("Sàng lọc tâm trạng", by=people.OFFICER)


@pytest.fixture
def officer(client):
    return test_processes.signed_in(client, "officer")


def page(key):
    return f"/thu-tuc/soan/{key}/questionnaire/"


def names(key):
    return [forms.building.name_of(one) for one in editing.writing(key).definition["form"]]


def test_an_officer_sees_first_then_takes_and_the_declaration_stays_last(officer, key):
    text = json.dumps(SCREENING)
    shown = officer.post(page(key), {"act": "look", "resource": text}).content.decode()
    assert "Ít hứng thú" in shown
    assert ORDINAL in shown
    assert shown.count("Điểm của lựa chọn không được giữ") == 1
    assert "và 1 chỗ nữa" in shown
    assert "Kể thêm" in shown
    assert names(key) == ["block:applicant", "block:agreement"]

    answer = officer.post(
        page(key), {"act": "take", "way": "add", "resource": text, "revision": "1"}
    )

    assert answer.status_code == 302
    assert names(key) == ["block:applicant", "q_44250_9", "truthful_2", "block:agreement"]
    item = editing.read_form(editing.writing(key).definition).item("truthful_2")
    assert item.enable_when[0].question == "q_44250_9"


def test_a_file_is_looked_at_as_pasted_words_are(officer, key):
    file = SimpleUploadedFile("a.json", json.dumps(SCREENING).encode())

    assert "Kể thêm" in officer.post(page(key), {"act": "look", "file": file}).content.decode()


def test_replacing_takes_ones_own_questions_away_and_keeps_the_shared_ones(key):
    desk.add_question(key, "string", "Cũ", by=people.OFFICER, revision=1)

    questionnaires.take_questionnaire(
        key, json.dumps(SCREENING), replacing=True, by=people.OFFICER, revision=2
    )

    assert names(key) == ["block:applicant", "q_44250_9", "truthful_2", "block:agreement"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(key):
    desk.add_question(key, "string", "Của người khác", by=people.OFFICER, revision=1)

    with pytest.raises(errors.Conflict):
        questionnaires.take_questionnaire(
            key, json.dumps(SCREENING), replacing=True, by=people.OFFICER, revision=1
        )

    assert "cua_nguoi_khac" in names(key)


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ("", 400, "Không đọc được JSON"),
        ("{", 400, "dòng 1"),
        ('{"resourceType":"Patient"}', 400, "Đây không phải một Questionnaire"),
        (json.dumps(SCREENING | {"item": 7}), 422, "Questionnaire.item"),
        (json.dumps(SCREENING | {"item": []}), 422, "Questionnaire.item"),
        (json.dumps({"resourceType": "Questionnaire"}), 400, "items: "),
        (
            json.dumps(SCREENING | {"item": [{"linkId": "a", "text": "A", "type": "coding"}]}),
            422,
            "Questionnaire.item[0].type",
        ),
        (json.dumps(SCREENING | {"item": SCREENING["item"][1:]}), 400, "/44250-9"),
        (json.dumps(SCREENING | {"item": SCREENING["item"] * 2}), 400, "items[2].link_id"),
    ],
)
def test_a_wrong_one_is_refused_with_its_places_and_changes_nothing(
    officer, key, wrong, status, told
):
    answer = officer.post(page(key), {"act": "take", "resource": wrong, "revision": "1"})

    assert answer.status_code == status
    assert told in answer.content.decode()
    assert names(key) == ["block:applicant", "block:agreement"]


def test_hostile_words_reach_the_page_as_words(officer, key):
    item = {"linkId": "a", "type": "string", "text": "<script>x()</script>"}
    item["_text"] = {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/rendering-xhtml",
                "valueString": "Chữ <b>đậm</b><img src=x onerror=x()>",
            }
        ]
    }
    text = json.dumps(SCREENING | {"item": [item], "title": "</textarea><script>x()</script>"})

    shown = officer.post(page(key), {"act": "look", "resource": text}).content.decode()

    assert "Chữ <b>đậm</b>" in shown
    assert "<script>x()" not in shown
    assert "<img src=x" not in shown


def test_the_form_goes_out_as_a_questionnaire_that_comes_in_again(officer, key):
    questionnaires.take_questionnaire(
        key, json.dumps(SCREENING), replacing=False, by=people.OFFICER, revision=1
    )

    answer = officer.get(f"/thu-tuc/soan/{key}/questionnaire.json")

    resource = forms.read_questionnaire(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (resource["status"], resource["url"].rpartition("/")[2]) == ("draft", key)
    assert "q_44250_9" in {one["linkId"] for one in resource["item"]}
    assert forms.not_held(resource) == []


def test_only_who_writes_procedures_takes_questionnaires(client, key):
    assert client.get(page(key)).status_code in (302, 403)
