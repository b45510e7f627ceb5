"""A Questionnaire that anybody sends: read or refused in words, and what is not held is named."""

import json

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms.tests import panels
from haidang.kernel import errors

_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
_XHTML = "http://hl7.org/fhir/StructureDefinition/rendering-xhtml"
_MARKDOWN = "http://hl7.org/fhir/StructureDefinition/rendering-markdown"


def read(resource):
    return forms.read_questionnaire(json.dumps(resource))


def form_of(resource):
    return forms.parse(forms.from_fhir(read(resource)))


def looking(words, *, type="display", url=_XHTML):
    """The field of one question whose words have looks."""
    value = "valueMarkdown" if url == _MARKDOWN else "valueString"
    item = {"linkId": "a", "type": type, "text": "Lời hỏi"}
    item["_text"] = {"extension": [{"url": url, value: words}]}
    form = form_of({"resourceType": "Questionnaire", "status": "draft", "item": [item]})
    return forms.fields_of(form, {})[0]


def test_all_that_is_not_held_is_named_with_its_place_and_what_happens_instead():
    found = forms.not_held(read(panels.SCREENING))

    named = {(one.where, one.what.rpartition("/")[2]) for one in found}
    assert named == {
        ("code", "code"),
        ("extension[0]", "variable"),
        ("item[1].item[0]._text", "rendering-xhtml"),
        ("item[1].item[1].type", "dateTime"),
        ("item[2].readOnly", "readOnly"),
        ("item[2].extension[0]", "sdc-questionnaire-calculatedExpression"),
    }
    assert all(one.instead for one in found)


def test_a_form_of_ours_leaves_nothing_out_when_it_comes_back():
    resource = forms.to_fhir(form_of(panels.VITAL_SIGNS))

    assert forms.not_held(json.loads(json.dumps(resource, default=str))) == []


def test_a_required_answer_that_only_a_machine_writes_stops_nobody():
    assert not form_of(panels.SCREENING).item("total").required


def test_looks_are_shown_in_blocks_and_in_a_label_as_lines():
    words = "<div><p>Một</p><ul><li><b>Hai</b></li></ul></div>"

    field = looking(words, type="string")

    assert field.text == "<p>Một</p><ul><li><b>Hai</b></li></ul>"
    assert field.label == "Một<br><b>Hai</b>"


@pytest.mark.parametrize(
    "words",
    [
        "<script>x()</script>Chữ",
        "Chữ<img src=x onerror=x()>",
        "<a href='javascript:x()'>Chữ</a>",
        "<p style='position:fixed' onclick='x()'>Chữ</p>",
        "<svg><style><img src=x onerror=x()></style></svg>Chữ",
        "<iframe src='https://evil.example'></iframe>Chữ",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x()&gt;'>Chữ",
        "<form action='https://evil.example'><input name=a>Chữ",
    ],
)
def test_hostile_looks_lose_what_could_do_harm_and_are_named(words):
    field = looking(words)

    for shown in (field.text, field.label):
        lowered = shown.lower()
        for bad in ("<script", "<img", "javascript:", "<p ", "<svg", "<iframe", "<style", "<form"):
            assert bad not in lowered
    item = {"linkId": "a", "type": "display", "text": "Chữ"}
    item["_text"] = {"extension": [{"url": _XHTML, "valueString": words}]}
    (named,) = forms.not_held({"item": [item]})
    assert named.what == _XHTML


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("**Đậm**", "<p><strong>Đậm</strong></p>"),
        ("<script>x()</script>", "<p>&lt;script&gt;x()&lt;/script&gt;</p>"),
        ("![a](https://evil.example/p.png)", None),
        ("[a](javascript:x())", "<p>[a](javascript:x())</p>"),
    ],
)
def test_markdown_is_shown_without_html_and_without_pictures(words, shown):
    found = looking(words, url=_MARKDOWN).text

    assert "<img" not in found
    if shown:
        assert found == shown


def test_looks_go_out_as_they_came():
    form = form_of(panels.SCREENING)

    again = forms.parse(forms.from_fhir(forms.to_fhir(form)))

    assert again.items == form.items
    assert form.item("intro").text_markdown.startswith("Trong **hai")
    assert form.item("g_1").text_xhtml == "<p>Ít <b>hứng thú</b></p>"
    assert form.item("g_1").text == "1. Ít hứng thú"


def test_words_that_were_changed_lose_the_looks_of_the_old_ones():
    items = forms.from_fhir(read(panels.SCREENING))["items"]

    kept = forms.values_of(items, "intro", {"text": ["Trong hai tuần qua"]})
    changed = forms.values_of(items, "intro", {"text": ["Khác"]})

    assert kept["text_markdown"]
    assert "text_markdown" not in changed


_DEEP = '{"resourceType":"Questionnaire","item":' + '[{"item":' * 400 + "[]" + "}]" * 400 + "}"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "forms.questionnaire_unreadable"),
        ("{", "forms.questionnaire_unreadable"),
        (b"\xff\xfe", "forms.questionnaire_unreadable"),
        ("[" * 5000, "forms.questionnaire_unreadable"),
        (_DEEP, "forms.questionnaire_unreadable"),
        ("<Questionnaire/>", "forms.questionnaire_unreadable"),
        ("7", "forms.not_a_questionnaire"),
        ("[]", "forms.not_a_questionnaire"),
        ('{"resourceType":"Patient"}', "forms.not_a_questionnaire"),
        (b" " * 500_001, "forms.questionnaire_too_large"),
        ('{"resourceType":"Questionnaire","status":"draft","item":7}', "records.not_valid"),
        ('{"resourceType":"Questionnaire","status":"draft","item":[{"type":"string"}]}', "records.not_valid"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(content, code):
    with pytest.raises(errors.HaidangError) as refused:
        forms.read_questionnaire(content)

    assert refused.value.code == code


def test_names_that_a_form_has_already_are_not_given_again():
    definition = forms.from_fhir(read(panels.SCREENING), taken={"intro", "total"})

    names = {item.link_id for item in forms.parse(definition).everything()}
    assert {"intro_2", "total_2"} <= names
    assert not {"intro", "total"} & names
