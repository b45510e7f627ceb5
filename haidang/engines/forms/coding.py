"""Coded things of a form: options with their scores, codes of questions; also as FHIR Codings.

Source: FHIR R4 datatypes.html#Coding, extension-ordinalvalue; R5 extension-itemweight
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

_HL7 = "http://hl7.org/fhir/StructureDefinition"
TRANSLATION = f"{_HL7}/translation"
ORDINAL, WEIGHT = f"{_HL7}/ordinalValue", f"{_HL7}/itemWeight"
#: The extensions that say how much an answer counts, the one of R4 first.
SCORES = (ORDINAL, WEIGHT)
MOST_CODES = 20
_LONGEST = 500
_LARGEST = Decimal(10**9)


@dataclass(frozen=True)
class Option:
    """One answer of a choice, or a unit, with its code and its words.

    score    how much it counts where answers are added up; None when it does not count
    """

    code: str
    display: str
    display_en: str = ""
    system: str = ""
    score: Decimal | None = None


@dataclass(frozen=True)
class Code:
    """What a question means to other systems: a code, its code system, its words there."""

    code: str
    system: str = ""
    display: str = ""


def options_of(reading, listed, where):
    """The options or units that a definition lists; a text alone is its own code."""
    try:
        found = tuple(_option(reading, each, f"{where}[{n}]") for n, each in enumerate(listed))
    except TypeError:
        reading.wrong(where, _("Mỗi lựa chọn có code và display."))
        return ()
    if len({each.code for each in found}) < len(found):
        reading.wrong(where, _("Có lựa chọn trùng mã."))
    return found


def _option(reading, each, where):
    if isinstance(each, str):
        return Option(each, each)
    if not isinstance(each, dict):
        raise TypeError(type(each))
    return Option(**each | {"score": _score(reading, each.get("score"), where)})


def _score(reading, value, where):
    if value is None:
        return None
    found = number(value)
    if found is None or abs(found) > _LARGEST:
        reading.wrong(f"{where}.score", _("Điểm của lựa chọn là một số."))
        return None
    return found


def number(value):
    """A finite number as it stands in a definition, or None."""
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def codes_of(reading, listed, where):
    """The codes of a question that a definition lists."""
    if not isinstance(listed, list) or len(listed) > MOST_CODES:
        reading.wrong(where, _("Tối đa {most} mã cho một câu hỏi.").format(most=MOST_CODES))
        return ()
    found = []
    for place, each in enumerate(listed):
        try:
            code = Code(**each)
        except TypeError:
            code = Code("")
        if not code.code or not all(_is_short(text) for text in vars(code).values()):
            reading.wrong(f"{where}[{place}]", _("Mỗi mã có code, thêm system và display nếu có."))
            continue
        found.append(code)
    return tuple(found)


def _is_short(text):
    return isinstance(text, str) and len(text) <= _LONGEST


def in_english(text):
    """The element beside a text that holds its English."""
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def english(element):
    """The English that stands beside a text, or empty."""
    for extension in (element or {}).get("extension", []):
        parts = {p.get("url"): p for p in extension.get("extension", [])}
        if extension.get("url") == TRANSLATION and parts.get("lang", {}).get("valueCode") == "en":
            return parts.get("content", {}).get("valueString", "")
    return ""


def coding_out(option):
    """An option as a Coding, without its score."""
    found = {"system": option.system, "code": option.code, "display": option.display}
    found = {name: value for name, value in found.items() if value}
    return found | ({"_display": in_english(option.display_en)} if option.display_en else {})


def option_out(option):
    """An option as an `answerOption`; its score as R4 and its readers have it."""
    score = [] if option.score is None else [{"url": ORDINAL, "valueDecimal": option.score}]
    return ({"extension": score} if score else {}) | {"valueCoding": coding_out(option)}


def code_out(code):
    return {name: value for name, value in vars(code).items() if value}


def option_in(option):
    """An `answerOption` as a definition holds it; one without code and score is a text."""
    value = next((v for k, v in option.items() if k.startswith("value")), "")
    score = next((_plain(one) for one in scores_in(option)), None)
    if not isinstance(value, dict):
        words = str(value)
        return words if score is None else {"code": words, "display": words, "score": score}
    found = {
        "code": value.get("code", ""),
        "display": value.get("display") or value.get("code", ""),
        "display_en": english(value.get("_display")),
        "system": value.get("system", ""),
    }
    return found if score is None else found | {"score": score}


def scores_in(option):
    """The scores of an `answerOption`, wherever they stand on it: those of R4 first."""
    coding = option.get("valueCoding")
    listed = [*option.get("extension", []), *(coding or {}).get("extension", [])]
    told = [one for url in SCORES for one in listed if one.get("url") == url]
    return [found for one in told if (found := number(one.get("valueDecimal"))) is not None]


def _plain(score):
    """A score as JSON holds it without a loss: a whole number, or its digits."""
    return int(score) if score == score.to_integral_value() else str(score)


def codes_in(item):
    """The codes of an item as a definition holds them; one without a code says nothing."""
    kept = ("system", "code", "display")
    listed = [one for one in item.get("code", []) if one.get("code")]
    return [{name: one[name] for name in kept if one.get(name)} for one in listed[:MOST_CODES]]
