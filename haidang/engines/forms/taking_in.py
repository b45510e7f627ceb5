"""A Questionnaire that somebody else made, taken in (nhận biểu mẫu FHIR): what of it we hold, and what not.

Nothing is dropped without a word: each element and extension that a form of ours has no place for
is named with where it stands and what happens instead.
"""

from dataclasses import dataclass

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haidang.engines.forms import coding, form, markup, questionnaire
from haidang.engines.records import api as records
from haidang.kernel import errors

LARGEST = 500_000
_DEEPEST = 40
_HL7 = "http://hl7.org/fhir/StructureDefinition"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
_HELD_OF_ITEM = frozenset(
    [
        "id",
        "linkId",
        "code",
        "prefix",
        "text",
        "type",
        "enableWhen",
        "enableBehavior",
        "required",
        "repeats",
        "readOnly",
        "maxLength",
        "answerValueSet",
        "answerOption",
        "initial",
        "item",
        "extension",
        "modifierExtension",
        "_text",
    ]
)
_HELD_OF_WHOLE = frozenset(
    [
        "resourceType",
        "id",
        "meta",
        "text",
        "url",
        "version",
        "name",
        "title",
        "status",
        "publisher",
        "copyright",
        "effectivePeriod",
        "contained",
        "item",
        "extension",
        "modifierExtension",
        "_title",
        "date",
        "subjectType",
    ]
)
_HELD_OF_OPTION = frozenset(["id", "extension", "valueCoding", "valueString", "initialSelected"])
_HELD_OF_CODE = frozenset(["id", "system", "code", "display"])
_SCORES = frozenset(coding.SCORES)
_READ_AS_WORDS = {
    "url": gettext_lazy("Kiểu địa chỉ web được hỏi như một dòng chữ."),
    "dateTime": gettext_lazy("Kiểu ngày giờ được hỏi như một ngày, không có giờ."),
    "time": gettext_lazy("Kiểu giờ được hỏi như một dòng chữ."),
    "reference": gettext_lazy("Kiểu trỏ tới bản ghi khác được hỏi như một dòng chữ."),
    "question": gettext_lazy("Kiểu câu hỏi chung được hỏi như một dòng chữ."),
}
_NOT_HELD = gettext_lazy("Không được giữ; biểu mẫu chạy như không có phần này.")
_EXPRESSION = gettext_lazy(
    "Biểu thức không chạy ở đây. Dùng điều kiện hoặc phép tính có sẵn của biểu mẫu để thay."
)
_OF_EXTENSIONS = {
    f"{_HL7}/questionnaire-optionExclusive": gettext_lazy(
        "Lựa chọn loại trừ vẫn chọn được cùng lựa chọn khác."
    ),
    f"{_HL7}/questionnaire-hidden": gettext_lazy("Câu ẩn sẽ hiện ra cho người điền."),
    f"{_HL7}/rendering-style": gettext_lazy(
        "Kiểu chữ riêng không được giữ; lời hỏi hiện như thường."
    ),
    f"{_HL7}/minLength": gettext_lazy("Độ dài tối thiểu không được kiểm tra."),
    f"{_HL7}/maxSize": gettext_lazy("Dùng mức dung lượng chung của hệ thống."),
    f"{_HL7}/maxDecimalPlaces": gettext_lazy("Số chữ số lẻ không được kiểm tra."),
    f"{_HL7}/questionnaire-minOccurs": gettext_lazy("Số dòng tối thiểu không được kiểm tra."),
    f"{_HL7}/questionnaire-maxOccurs": gettext_lazy("Số dòng tối đa là mức chung của hệ thống."),
    f"{_HL7}/questionnaire-itemControl": gettext_lazy(
        "Câu hiện theo cách thông thường của kiểu này."
    ),
    f"{_HL7}/questionnaire-choiceOrientation": gettext_lazy(
        "Các lựa chọn xếp theo cách thông thường."
    ),
    f"{_HL7}/questionnaire-constraint": _EXPRESSION,
    f"{_HL7}/variable": _EXPRESSION,
} | {
    f"{_SDC}/sdc-questionnaire-{name}": _EXPRESSION
    for name in (
        "calculatedExpression",
        "initialExpression",
        "enableWhenExpression",
        "answerExpression",
        "candidateExpression",
        "contextExpression",
    )
}
_OF_ELEMENTS = {
    "code": gettext_lazy("Mã của cả biểu mẫu không được giữ; mã của từng câu hỏi thì có."),
    "definition": gettext_lazy("Định nghĩa phần tử không được giữ."),
    "derivedFrom": gettext_lazy("Biểu mẫu gốc không được đọc theo."),
}


@dataclass(frozen=True)
class NotHeld:
    """Something of a Questionnaire that a form of ours has no place for.

    where      its place, `item[2].extension[0]`; `of` the words of the question, or empty
    what       the element, or the address of the extension
    instead    one sentence: what happens instead
    """

    where: str
    of: str
    what: str
    instead: str


def read(content):
    """The Questionnaire in bytes or text that somebody pasted or sent.

    Raises    Incorrect `forms.questionnaire_unreadable`, `forms.not_a_questionnaire`; TooLarge
              `forms.questionnaire_too_large`; RuleBroken `records.not_valid` (facts: issues)
    """
    content = content.encode() if isinstance(content, str) else content
    if len(content) > LARGEST:
        raise errors.TooLarge(
            "forms.questionnaire_too_large",
            _("Biểu mẫu FHIR lớn hơn 500 KB; hãy chia thành nhiều biểu mẫu rồi gửi lại."),
        )
    try:
        found = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as why:
        raise errors.Incorrect(
            "forms.questionnaire_unreadable",
            _("Không đọc được JSON ở dòng {line}, cột {column}; hãy xem lại chỗ đó.").format(
                line=why.lineno, column=why.colno
            ),
        ) from why
    if not isinstance(found, dict) or found.get("resourceType") != "Questionnaire":
        raise errors.Incorrect("forms.not_a_questionnaire", _("Đây không phải một Questionnaire."))
    _check_depth(found)
    _check_shape(found)
    return found


def _check_shape(found):
    """Refuse a wrong shape; what many makers leave out, and no question needs, is forgiven."""
    try:
        records.validation.check_shape(found)
    except errors.RuleBroken as why:
        if not all(map(_is_forgiven, why.facts["issues"])):
            raise


def _is_forgiven(issue):
    place = issue["expression"]
    needless = ".contained[" in place or place.endswith("Questionnaire.status")
    return issue["reason"] == "validation.missing" and needless


def _check_depth(found):
    """Refuse what lies deeper than any form, before anything walks down it."""
    level = [found]
    for _depth in range(_DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise errors.Incorrect(
        "forms.questionnaire_unreadable",
        _("Biểu mẫu lồng vào nhau quá sâu; hãy bớt tầng nhóm rồi gửi lại."),
    )


def not_held(resource):
    """Everything of a Questionnaire that a form of ours does not hold, in its order."""
    found = list(_elements(resource, _HELD_OF_WHOLE, "", ""))
    found += _extensions(resource.get("extension", []), "extension", "", frozenset())
    found += _modifiers(resource, "", "")
    words = resource.get("_title", {}).get("extension", [])
    held = frozenset((coding.TRANSLATION,))
    found += _extensions(words, "_title.extension", "", held)
    return found + [one for each in _items(resource, "") for one in each]


def _items(holder, where):
    for number, item in enumerate(holder.get("item", [])):
        place = f"{where}item[{number}]"
        yield _of_item(item, place)
        yield from _items(item, f"{place}.")


def _of_item(item, place):
    of = item.get("text", "")[:200]
    if questionnaire.is_help(item):
        return []
    found = list(_elements(item, _HELD_OF_ITEM, f"{place}.", of))
    found += _modifiers(item, f"{place}.", of)
    if sentence := _READ_AS_WORDS.get(item.get("type")):
        found.append(NotHeld(f"{place}.type", of, item["type"], str(sentence)))
    if questionnaire.left_to_machines(item) and item.get("type") not in ("group", "display"):
        told = _("Chỉ máy mới điền được câu này; ở đây nó để trống và không bắt buộc.")
        found.append(NotHeld(f"{place}.readOnly", of, "readOnly", told))
    found += _of_extensions(item, place, of)
    words = item.get("_text", {}).get("extension", [])
    found += _extensions(words, f"{place}._text.extension", of, questionnaire.HELD_ON_WORDS)
    found += _lost_looks(words, place, of)
    if len(item.get("initial", [])) > 1:
        told = _("Chỉ câu trả lời điền sẵn đầu tiên được giữ.")
        found.append(NotHeld(f"{place}.initial", of, "initial", told))
    found += _lost_codes(item, place, of)
    return found + [one for each in _of_options(item, place, of) for one in each]


def _lost_codes(item, place, of):
    """Codes beyond those that a question holds, and marks on codes."""
    listed = item.get("code", [])
    for number, code in enumerate(listed):
        where = f"{place}.code[{number}]"
        yield from _elements(code, _HELD_OF_CODE, f"{where}.", of)
        if not code.get("code"):
            told = _("Mã không có code nên không được giữ.")
            yield NotHeld(where, of, "code", told)
    if len(listed) > coding.MOST_CODES:
        told = _("Chỉ {most} mã đầu của câu hỏi được giữ.").format(most=coding.MOST_CODES)
        yield NotHeld(f"{place}.code", of, "code", told)


def _of_extensions(item, place, of):
    held = questionnaire.HELD_ON_ITEM
    patterns = [e for e in item.get("extension", []) if e.get("url") == questionnaire.REGEX]
    if all(form.is_safe(str(one.get("valueString", ""))) for one in patterns):
        held |= {questionnaire.REGEX}
    return _extensions(item.get("extension", []), f"{place}.extension", of, held)


def _lost_looks(words, place, of):
    """Words whose looks were cut because they were not safe, or that say nothing without them."""
    for each in words:
        given = each.get("valueString", "")
        if each.get("url") == questionnaire.XHTML and not markup.is_safe(given):
            told = _("Phần không an toàn hoặc tải từ nơi khác bị bỏ; lời còn lại vẫn hiện.")
            yield NotHeld(f"{place}._text", of, each["url"], told)


def _of_options(item, place, of):
    for number, option in enumerate(item.get("answerOption", [])):
        where = f"{place}.answerOption[{number}]"
        yield _elements(option, _HELD_OF_OPTION, f"{where}.", of)
        if option.get("initialSelected"):
            told = _("Không lựa chọn nào được chọn sẵn.")
            yield [NotHeld(where, of, "initialSelected", told)]
        yield _extensions(option.get("extension", []), f"{where}.extension", of, _SCORES)
        chosen = option.get("valueCoding", {})
        yield _extensions(chosen.get("extension", []), f"{where}.extension", of, _SCORES)
        if len(set(coding.scores_in(option))) > 1:
            told = _("Lựa chọn này có nhiều điểm khác nhau; điểm ghi trước được giữ.")
            yield [NotHeld(where, of, coding.WEIGHT, told)]
        words = chosen.get("_display", {}).get("extension", [])
        held = frozenset((coding.TRANSLATION,))
        yield _extensions(words, f"{where}._display", of, held)


def _elements(holder, held, where, of):
    for name in holder:
        if name in held:
            continue
        if name.startswith("value"):
            told = _("Lựa chọn được giữ như chữ, không còn kiểu của nó.")
        else:
            told = str(_OF_ELEMENTS.get(name, _NOT_HELD))
        yield NotHeld(f"{where}{name}", of, name, told)


def _modifiers(holder, where, of):
    told = _(
        "Phần mở rộng này đổi nghĩa của biểu mẫu mà hệ thống không hiểu; hãy hỏi nơi làm ra nó."
    )
    for number, each in enumerate(holder.get("modifierExtension", [])):
        yield NotHeld(f"{where}modifierExtension[{number}]", of, each.get("url", ""), told)


def _extensions(listed, where, of, held):
    for number, each in enumerate(listed):
        url = each.get("url", "")
        if url in held:
            continue
        if url == questionnaire.REGEX:
            told = _("Mẫu chữ này có thể chạy rất lâu nên không được dùng để kiểm tra.")
        else:
            told = str(_OF_EXTENSIONS.get(url, _NOT_HELD))
        yield NotHeld(f"{where}[{number}]", of, url, told)
