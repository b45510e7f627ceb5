"""Answers: what is asked, computed, refused; the same for a page and for the server."""

import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests.examples import DIPLOMA, GOOD, LICENCE

FORM = forms.parse(LICENCE)
TODAY = date(2026, 11, 25)


def settled(**change):
    return forms.settle(FORM, copy.deepcopy(GOOD) | change, today=TODAY)


def wrong(**change):
    answers = settled(**change)
    return {p.path: p.code for p in forms.check(FORM, answers, today=TODAY)}


def test_good_answers_have_no_problem_and_computed_ones():
    answers = settled()

    assert forms.check(FORM, answers, today=TODAY) == []
    assert (answers["applicant"]["age"], answers["months_total"]) == (36, 12)


def test_a_computed_value_cannot_be_given():
    assert settled(months_total=999)["months_total"] == 12


def test_a_hidden_answer_is_not_kept():
    assert "other_profession" not in settled(other_profession="Lương y")
    assert settled(profession={"code": "khac"}, other_profession="Lương y")["other_profession"]


def test_a_computed_value_opens_a_question():
    assert wrong(practice=[{"place": "Trạm", "months": 3}]) == {"too_short": "forms.required"}


def test_a_condition_looks_into_its_own_row():
    rows = [{"place": "A", "months": 30}, {"place": "B", "months": 5, "why_long": "thừa"}]

    assert wrong(practice=rows) == {"practice.0.why_long": "forms.required"}
    assert "why_long" not in settled(practice=rows)["practice"][1]


PARTS = ["code", "display", "system", "value", "unit", "id", "name", "size", "type"]


def with_question(name):
    """A form of answers that are dictionaries, and a question in a group that is called as a part of one."""
    asked = {"question": name, "operator": "exists", "answer": True}
    items = [
        {"link_id": "kind", "type": "choice", "text": "Loại", "options": [{"code": "a", "display": "A"}]},
        {"link_id": "own", "type": "choice", "text": "Khác", "open": True, "options": [{"code": "a", "display": "A"}]},
        {"link_id": "weight", "type": "quantity", "text": "Nặng", "units": [{"code": "kg", "display": "kg"}]},
        {"link_id": "scan", "type": "attachment", "text": "Bản quét", "repeats": True},
        {"link_id": "rows", "type": "group", "text": "Dòng", "repeats": True, "items": [
            {"link_id": "inside", "type": "choice", "text": "Trong", "options": [{"code": "a", "display": "A"}]},
        ]},
        {"link_id": "outer", "type": "group", "text": "Nhóm", "items": [
            {"link_id": "inner", "type": "group", "text": "Nhóm con", "items": [
                {"link_id": name, "type": "string", "text": "Câu trùng tên"},
            ]},
        ]},
        {"link_id": "shown", "type": "string", "text": "Hiện khi có", "enable_when": [asked]},
        {"link_id": "hidden", "type": "string", "text": "Ẩn khi có", "enable_when": [asked | {"answer": False}]},
        {"link_id": "counted", "type": "integer", "text": "Đếm", "calculated": {"count": [name]}},
    ]  # fmt: skip
    return forms.parse({"key": "trung-ten", "title": "Trùng tên", "source": "thử", "items": items})


DICTIONARIES = {
    "kind": {"code": "a", "display": "A", "system": "http://x.vn/a"},
    "own": {"text": "khác"},
    "weight": {"value": "3", "unit": "kg", "code": "kg", "system": "http://unitsofmeasure.org"},
    "scan": [{"id": "0" * 64, "name": "a.pdf", "size": 1, "type": "application/pdf"}],
    "rows": [{"inside": {"code": "a", "display": "A", "system": "http://x.vn/a"}}],
    "shown": "x",
    "hidden": "x",
}


@pytest.mark.parametrize("name", [*PARTS, "text"])
def test_a_question_called_as_a_part_of_an_answer_is_not_taken_for_it(name):
    form = with_question(name)

    without = forms.settle(form, DICTIONARIES, today=TODAY)
    told = DICTIONARIES | {"outer": {"inner": {name: "b"}}}
    answered = forms.settle(form, told, today=TODAY)

    assert ("shown" in without, "hidden" in without, without["counted"]) == (False, True, 0)
    assert ("shown" in answered, "hidden" in answered, answered["counted"]) == (True, False, 1)
    assert {f.item.link_id: f.enabled for f in forms.fields_of(form, without)}["shown"] is False
    assert {f.item.link_id: f.enabled for f in forms.fields_of(form, answered)}["shown"] is True


def test_what_is_counted_is_the_question_and_never_a_part_of_an_answer_before_it():
    definition = {"key": "cong", "title": "Cộng", "source": "thử", "items": [
        {"link_id": "weight", "type": "quantity", "text": "Nặng", "units": [{"code": "kg", "display": "kg"}]},
        {"link_id": "rows", "type": "group", "text": "Dòng", "repeats": True, "items": [
            {"link_id": "value", "type": "integer", "text": "Số"},
        ]},
        {"link_id": "total", "type": "integer", "text": "Tổng", "calculated": {"sum": ["value"]}},
    ]}  # fmt: skip
    told = {"weight": {"value": "100", "unit": "kg", "code": "kg"}, "rows": [{"value": 2}, {"value": 3}]}  # fmt: skip

    assert forms.settle(forms.parse(definition), told, today=TODAY)["total"] == 5


CASES = [
    ({"applicant": {}}, {"applicant.name", "applicant.citizen_id", "applicant.born"}),
    ({"applicant": "x"}, {"applicant.name", "applicant.citizen_id", "applicant.born"}),
    ({"applicant": GOOD["applicant"] | {"name": "x" * 51}}, {"applicant.name"}),
    ({"applicant": GOOD["applicant"] | {"citizen_id": "031"}}, {"applicant.citizen_id"}),
    ({"applicant": GOOD["applicant"] | {"born": "2026-11-26"}}, {"applicant.born"}),
    ({"applicant": GOOD["applicant"] | {"born": "2026-02-30"}}, {"applicant.born"}),
    ({"profession": {"code": "giám đốc"}}, {"profession"}),
    ({"profession": "dd"}, {"profession"}),
    ({"profession": None}, {"profession"}),
    ({"practice": [{"place": "A", "months": 0}]}, {"practice.0.months", "too_short"}),
    ({"practice": [{"place": "A", "months": "x"}]}, {"practice.0.months"}),
    ({"practice": [{"place": "A", "months": 121}]}, {"practice.0.months", "practice.0.why_long"}),
    ({"practice": []}, {"practice"}),
    ({"practice": [GOOD["practice"][0]] * 101}, {"practice"}),
    ({"diploma": DIPLOMA | {"type": "text/html"}}, {"diploma"}),
    ({"diploma": "bang.pdf"}, {"diploma"}),
    ({"agrees": "có"}, {"agrees"}),
]


@pytest.mark.parametrize(("change", "paths"), CASES)
def test_a_wrong_answer_is_named_at_its_place(change, paths):
    assert set(wrong(**change)) == paths


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([item.link_id for item in FORM.everything()]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_whatever_is_given_is_settled_and_checked_without_fault(given_answers):
    answers = forms.settle(FORM, given_answers, today=TODAY)

    assert forms.settle(FORM, answers, today=TODAY) == answers
    assert all(problem.message for problem in forms.check(FORM, answers, today=TODAY))


def test_a_page_shows_and_reads_the_same_answers():
    answers = settled()
    shown = forms.fields_of(FORM, answers)

    assert forms.settle(
        FORM, forms.answers_of(FORM, _posted(shown), before=answers), today=TODAY
    ) == (answers)


def _posted(fields):
    found = {}
    for field in fields:
        if field.rows or field.fields:
            found |= _posted([*field.rows, *field.fields])
        elif field.item.type not in ("display", "attachment") and field.value not in ("", []):
            found[field.name] = [str(field.value)]
    return found


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("applicant.born", "20/05/1990", "1990-05-20"),
        ("applicant.born", "1990-05-20", "1990-05-20"),
        ("applicant.born", "hôm qua", "hôm qua"),
        ("practice.0.months", "1.200", 1200),
        ("practice.0.months", "mười", "mười"),
        ("agrees", "true", True),
        ("agrees", "có", None),
    ],
)
def test_texts_of_a_page_become_typed_answers(name, text, value):
    found = forms.answers_of(FORM, {name: [text]})
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else found[int(part)] if found else None

    assert found == value


def test_a_page_cannot_name_a_file_that_it_did_not_send():
    found = forms.answers_of(FORM, {"diploma": ["f9"]}, before={"diploma": DIPLOMA})

    assert found["diploma"] == DIPLOMA
    assert "diploma" not in forms.answers_of(
        FORM, {"diploma.remove": ["f1"]}, before={"diploma": DIPLOMA}
    )


def test_one_more_row_is_shown_when_asked_for():
    (practice,) = [
        f for f in forms.fields_of(FORM, settled(), adding=["practice"]) if f.name == "practice"
    ]

    assert [row.name for row in practice.rows] == ["practice.0", "practice.1"]


def test_a_problem_stands_beside_its_field():
    answers = settled(agrees=None)
    shown = forms.fields_of(FORM, answers, forms.check(FORM, answers, today=TODAY))

    assert [f.name for f in shown if f.errors] == ["agrees"]
