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

_HL7 = "http://hl7.org/fhir/StructureDefinition"
ORDINAL, EXCLUSIVE = f"{_HL7}/ordinalValue", f"{_HL7}/questionnaire-optionExclusive"
SCREENING = {
    "resourceType": "Questionnaire",
    "title": "Sàng lọc",
    "item": [
        {
            "linkId": "/44250-9",
            "text": "Ít hứng thú",
            "type": "choice",
            "code": [{"system": "http://loinc.org", "code": "44250-9"}],
            "answerOption": [
                {
                    "extension": [{"url": EXCLUSIVE, "valueBoolean": False}],
                    "valueCoding": {
                        "code": code,
                        "display": display,
                        "extension": [{"url": ORDINAL, "valueDecimal": score}],
                    },
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
    assert shown.count("Lựa chọn loại trừ vẫn chọn được") == 1
    assert "và 1 chỗ nữa" in shown
    table = shown.partition("Những gì không được giữ")[2].partition("</table>")[0]
    assert EXCLUSIVE in table
    assert ORDINAL not in table  # scores are held
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


def rows(name, values):
    """Values as the numbered rows of a page."""
    return {
        f"{name}.{n}.{column}": text for n, row in enumerate(values) for column, text in row.items()
    }


def test_an_officer_gives_scores_and_a_total_and_the_form_adds_them_up(officer, key):
    text = json.dumps(SCREENING)
    officer.post(page(key), {"act": "take", "way": "add", "resource": text, "revision": "1"})
    form = f"/thu-tuc/soan/{key}/bieu-mau/"
    asked = officer.get(f"{form}q_44250_9/").content.decode()
    assert 'name="option.1.score" value="1"' in asked
    assert 'name="code.0.code" value="44250-9"' in asked

    options = [
        {"code": "a", "display": "Không", "score": "0"},
        {"code": "b", "display": "Vài ngày", "score": "1,5"},
    ]
    codes = [{"code": "44250-9", "system": "http://loinc.org"}]
    changed = {"revision": "2", "text": "Ít hứng thú"} | rows("option", options)
    officer.post(f"{form}q_44250_9/", changed | rows("code", codes))
    total = {"action": "add", "kind": "decimal", "words": "Tổng điểm", "revision": "3"}
    officer.post(form, total)
    computed = {"revision": "4", "text": "Tổng điểm", "function": "sum", "of": ["q_44250_9"]}
    officer.post(f"{form}tong_diem/", computed)

    tried = officer.post(f"/thu-tuc/soan/{key}/dien-thu/", {"q_44250_9": "b", "again": "1"})

    assert '<output class="input" id="id_tong_diem">1,5</output>' in tried.content.decode()
    given = json.loads(officer.get(f"/thu-tuc/soan/{key}/questionnaire.json").content)
    item = next(one for one in given["item"] if one["linkId"] == "q_44250_9")
    assert item["code"] == [{"system": "http://loinc.org", "code": "44250-9"}]
    assert item["answerOption"][1]["extension"] == [{"url": ORDINAL, "valueDecimal": 1.5}]


def test_a_total_of_choices_without_scores_is_named_before_it_is_published(key):
    desk.add_question(key, "choice", "Mức", by=people.OFFICER, revision=1)
    desk.change_question(
        key, "muc", {"text": ["Mức"]} | {"option.0.display": ["Một"]}, by=people.OFFICER, revision=2
    )
    desk.add_question(key, "integer", "Tổng", by=people.OFFICER, revision=3)
    posted = {"text": ["Tổng"], "function": ["sum"], "of": ["muc"]}
    desk.change_question(key, "tong", posted, by=people.OFFICER, revision=4)

    told = [(p, why) for p, _w, why in editing.faults(editing.writing(key).definition)]

    assert ("question:tong", "Câu «Mức» chưa có điểm cho lựa chọn nào nên không tính được.") in told


def test_only_who_writes_procedures_takes_questionnaires(client, key):
    assert client.get(page(key)).status_code in (302, 403)
