"""A form built step by step, as an officer's clicks do it."""

import copy

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests.examples import LICENCE
from haidang.kernel import errors

building = forms.building
ITEMS = LICENCE["items"]


def _names(items):
    return [line.name for line in building.outline(items)]


def test_a_question_is_added_under_a_name_made_of_its_words():
    items, name = building.add(ITEMS, "string", "Số điện thoại")
    again, other = building.add(items, "string", "Số điện thoại!")

    assert (name, other) == ("so_dien_thoai", "so_dien_thoai_2")
    assert _names(again)[-2:] == [name, other]
    assert _names(ITEMS) == [i.link_id for i in forms.parse(LICENCE).everything()]


def test_a_question_is_added_into_a_group():
    items, name = building.add(ITEMS, "date", "Ngày cấp", into="applicant")

    assert building.find(items, "applicant")["items"][-1]["link_id"] == name


@pytest.mark.parametrize(
    ("kind", "words", "into", "code"),
    [
        ("string", "  ", "", "forms.words_missing"),
        ("string", "Gì đó", "profession", "forms.not_a_group"),
        ("string", "Gì đó", "khong_co", "forms.question_unknown"),
    ],
)
def test_a_question_that_cannot_stand_there_is_refused(kind, words, into, code):
    with pytest.raises(errors.HaidangError) as refused:
        building.add(ITEMS, kind, words, into=into)
    assert refused.value.code == code


def test_a_question_moves_among_its_own_and_stops_at_the_edge():
    down = building.move(ITEMS, "name", 1)
    up = building.move(ITEMS, "name", -1)

    assert _names(building.find(down, "applicant")["items"])[:2] == ["citizen_id", "name"]
    assert up == ITEMS


def test_a_question_moves_into_a_group_and_out_again():
    inside = building.place(ITEMS, "agrees", into="applicant")
    back = building.place(inside, "agrees", into="")

    assert building.find(inside, "applicant")["items"][-1]["link_id"] == "agrees"
    assert back == ITEMS


def test_a_group_does_not_go_into_itself():
    items, inner = building.add(ITEMS, "group", "Nhóm trong", into="applicant")

    for into in ("applicant", inner):
        with pytest.raises(errors.Incorrect):
            building.place(items, "applicant", into=into)


def test_a_question_that_others_need_is_not_removed():
    with pytest.raises(errors.RuleBroken) as refused:
        building.remove(ITEMS, "profession")
    with pytest.raises(errors.RuleBroken):
        building.remove(ITEMS, "practice")  # the sum of months needs what is inside

    assert refused.value.facts["questions"] == ["Chức danh khác"]


def test_a_removed_question_is_gone_with_what_is_inside_it():
    items = building.remove(ITEMS, "applicant")

    assert not {"applicant", "name", "born"} & set(_names(items))


def test_a_block_is_one_thing_and_stands_once():
    items = building.add_block(ITEMS, "agreement")

    moved = building.move(items, "block:agreement", -1)

    assert _names(moved)[-2:] == ["block:agreement", "agrees"]
    assert _names(building.remove(moved, "block:agreement")) == _names(ITEMS)
    with pytest.raises(errors.Conflict):
        building.add_block(items, "agreement")


def test_what_a_page_posts_becomes_the_question():
    posted = {
        "text": ["Chức danh nghề nghiệp"],
        "text_en": ["Profession"],
        "required": ["1"],
        "option.0.code": ["bs"],
        "option.0.display": ["Bác sĩ"],
        "option.1.display": ["Nữ hộ sinh"],
        "option.2.display": [""],
        "option.10.display": ["Nữ hộ sinh"],
        "when.0.question": ["agrees"],
        "when.0.operator": ["="],
        "when.0.answer": ["Có"],
        "when.1.question": [""],
    }

    values = forms.values_of(ITEMS, "profession", posted)

    assert values == {
        "text": "Chức danh nghề nghiệp",
        "text_en": "Profession",
        "required": True,
        "options": [
            {"code": "bs", "display": "Bác sĩ"},
            {"code": "nu_ho_sinh", "display": "Nữ hộ sinh"},
            {"code": "nu_ho_sinh_2", "display": "Nữ hộ sinh"},
        ],
        "enable_when": [{"question": "agrees", "operator": "=", "answer": True}],
    }


@pytest.mark.parametrize(
    ("question", "operator", "words", "answer"),
    [
        ("profession", "=", "bác sĩ", "bs"),
        ("profession", "=", "bs", "bs"),
        ("months", ">", "24", 24),
        ("born", "<", "1/5/1990", "1990-05-01"),
        ("name", "exists", "không", False),
        ("name", "=", "An", "An"),
    ],
)
def test_an_answer_of_a_condition_takes_the_type_of_its_question(question, operator, words, answer):
    row = {"when.0.question": [question], "when.0.operator": [operator], "when.0.answer": [words]}

    (found,) = forms.values_of(ITEMS, "agrees", row)["enable_when"]

    assert found["answer"] == answer


@pytest.mark.parametrize(
    ("words", "limit"),
    [("hôm nay", "today"), ("12", 12), ("1,5", "1.5"), ("25/11/2026", "2026-11-25")],
)
def test_limits_are_read_as_people_write_them(words, limit):
    values = forms.values_of(ITEMS, "months", {"text": ["Số tháng"], "min_value": [words]})

    assert values["min_value"] == limit


def test_a_changed_question_keeps_its_name_kind_and_what_is_inside():
    items = building.change(ITEMS, "applicant", {"text": "Người khai"})

    found = building.find(items, "applicant")
    assert (found["type"], found["text"]) == ("group", "Người khai")
    assert found["items"] == building.find(ITEMS, "applicant")["items"]


def test_a_fault_is_told_with_the_words_of_its_question():
    spoiled = copy.deepcopy(LICENCE)
    spoiled["items"][1]["items"][2]["max_value"] = "mai"
    with pytest.raises(errors.Incorrect) as refused:
        forms.parse(spoiled)

    ((name, words, _sentence),) = forms.faults_in_words(
        spoiled["items"], refused.value.facts["issues"]
    )

    assert (name, words) == ("born", "Ngày sinh")
