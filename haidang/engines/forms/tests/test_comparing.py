"""Two versions of a form told apart in words."""

import copy

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests.examples import LICENCE


def _compared(change):
    definition = copy.deepcopy(LICENCE)
    change(definition["items"])
    return forms.differences(forms.parse(LICENCE), forms.parse(definition))


def test_the_same_form_has_no_differences():
    assert _compared(lambda items: None) == []


def test_added_changed_and_removed_questions_are_told_apart():
    def change(items):
        items[1]["items"][0]["max_length"] = 80
        items.append(
            {"link_id": "phone", "type": "string", "text": "Điện thoại", "format": "phone"}
        )
        del items[8]

    found = _compared(change)

    assert [(one.link_id, one.kind) for one in found] == [
        ("name", "changed"),
        ("phone", "added"),
        ("agrees", "removed"),
    ]
    assert found[0].words == ("Dài nhất: «50» thành «80»",)
    assert found[1].words == ("Một dòng chữ (Số điện thoại)",)
    assert found[2].text == "Tôi cam đoan"


CASES = [
    (lambda q: q[2].update(text="Nghề"), "profession", "Lời hỏi: «Chức danh» thành «Nghề»"),
    (lambda q: q[2].update(required=False), "profession", "không còn bắt buộc"),
    (lambda q: q[2]["options"].pop(0), "profession", "bỏ lựa chọn «Bác sĩ»"),
    (lambda q: q[2]["options"].append("y tá"), "profession", "thêm lựa chọn «y tá»"),
    (lambda q: q[2]["options"][1].update(display="ĐD"), "profession",
     "lựa chọn: «Điều dưỡng» thành «ĐD»"),
    (lambda q: q[3].update(enable_when=[]), "other_profession", "luôn được hỏi"),
    (lambda q: q[3]["enable_when"][0].update(answer="bs"), "other_profession",
     "chỉ hỏi khi «Chức danh» là «Bác sĩ»"),
    (lambda q: q[5].update(calculated={"count": ["practice"]}), "months_total",
     "tự tính: Số lượng của «Quá trình thực hành»"),
    (lambda q: q[4]["items"][1].update(max_value=60), "months", "Đến: «120» thành «60»"),
    (lambda q: q[7].update(accept=["application/pdf"]), "diploma",
     "Loại tệp: «application/pdf, image/jpeg» thành «application/pdf»"),
    (lambda q: q[1]["items"].append(q.pop(8)), "agrees", "đưa vào nhóm «Người đề nghị»"),
    (lambda q: q.insert(0, q.pop(8)), "agrees", "đổi chỗ"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "name", "words"), CASES)
def test_each_change_has_its_sentence_and_nothing_else_is_named(change, name, words):
    (found,) = _compared(change)

    assert (found.link_id, found.kind, found.words) == (name, "changed", (words,))


def test_a_new_question_says_when_it_is_asked():
    def change(items):
        items.append(
            {
                "link_id": "why",
                "type": "text",
                "text": "Vì sao",
                "required": True,
                "enable_when": [
                    {"question": "months_total", "operator": ">", "answer": 24},
                    {"question": "agrees", "operator": "exists", "answer": False},
                ],
                "enable_behavior": "any",
            }
        )

    (found,) = _compared(change)

    assert found.words == (
        "Nhiều dòng chữ",
        "bắt buộc",
        "chỉ hỏi khi «Tổng số tháng» lớn hơn hoặc sau «24» hoặc «Tôi cam đoan» chưa trả lời",
    )
