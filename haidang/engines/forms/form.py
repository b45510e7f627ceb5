"""A form as data (biểu mẫu): what it asks, in the words of FHIR Questionnaire.

A definition is a dictionary, from YAML or from the builder. `parse` gives all that is wrong with
it at once, so that an officer who is not a programmer can mend it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import orjson
from django.utils.translation import gettext as _

from haidang.engines.forms import coding
from haidang.engines.forms.coding import Code, Option
from haidang.kernel import errors

LINK = re.compile(r"[a-z][a-z0-9_]{0,59}")
TYPES = (
    "group",
    "display",
    "string",
    "text",
    "integer",
    "decimal",
    "quantity",
    "boolean",
    "date",
    "choice",
    "attachment",
)
OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
CALCULATIONS = ("sum", "product", "difference", "count", "years", "join")
#: Those that take the scores of what was chosen.
OF_NUMBERS = ("sum", "product", "difference")
FORMATS = ("phone", "email", "citizen_id", "insurance_card", "commune", "money")
_MOST_ITEMS, _DEEPEST, _LONGEST = 500, 6, 2000


@dataclass(frozen=True)
class Condition:
    """One `enableWhen`: the answer to `question` compared with `answer` by `operator`."""

    question: str
    operator: str
    answer: object


@dataclass(frozen=True)
class Calculation:
    """A value that is computed and not asked: a named function of other answers."""

    function: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One question, group or text of a form.

    link_id          its name among the answers; unique in the form
    codes            what it means to other systems, as codes of LOINC
    type             one of `TYPES`
    format           a kind of string that has its own check: one of `FORMATS`, or empty
    enable_behavior  `all` or `any` of the conditions
    open             a choice that also takes words of one's own
    units            units of a quantity; with none, its unit is free text
    prefill          the name of what is known already: `person.name`, `earlier.address`
    text_xhtml and text_markdown   the words with their looks, as they came; `formatted` makes them safe
    min_value and max_value   numbers, or dates as ISO text; `today` for the day of the answer
    """

    link_id: str
    type: str
    text: str = ""
    text_en: str = ""
    text_xhtml: str = ""
    text_markdown: str = ""
    hint: str = ""
    hint_en: str = ""
    codes: tuple[Code, ...] = ()
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    format: str = ""
    max_length: int = _LONGEST
    min_value: object = None
    max_value: object = None
    pattern: str = ""
    options: tuple[Option, ...] = ()
    value_set: str = ""
    open: bool = False
    units: tuple[Option, ...] = ()
    enable_when: tuple[Condition, ...] = ()
    enable_behavior: str = "all"
    calculated: Calculation | None = None
    prefill: str = ""
    initial: object = None
    accept: tuple[str, ...] = ()
    items: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Form:
    """One version of a form; in force from `valid_from` until the day before `valid_to`."""

    key: str
    version: int
    title: str
    title_en: str = ""
    source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    items: tuple[Item, ...] = ()

    def everything(self) -> Iterator[Item]:
        """Every item, parents before their children."""
        return _walk(self.items)

    def item(self, link_id):
        return next((each for each in self.everything() if each.link_id == link_id), None)


def _walk(items):
    for each in items:
        yield each
        yield from _walk(each.items)


@dataclass
class _Reading:
    """What is being read and what was found wrong with it."""

    problems: list[dict] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def wrong(self, where, message):
        self.problems.append({"expression": where, "message": message})


def parse(definition):
    """The form that a definition describes.

    Raises    Incorrect `forms.definition_unreadable` (facts: issues, each with expression and
              message; every fault at once)
    """
    reading = _Reading()
    if not isinstance(definition, dict):
        reading.wrong("", _("Biểu mẫu phải là một bảng tên và giá trị."))
        raise _unreadable(reading)
    found = Form(
        key=str(definition.get("key", "")),
        version=definition.get("version", 1),
        title=_words(reading, definition, "title", "title", needed=True),
        title_en=_words(reading, definition, "title_en", "title_en"),
        source=_words(reading, definition, "source", "source", needed=True),
        valid_from=_day(reading, definition, "valid_from"),
        valid_to=_day(reading, definition, "valid_to"),
        items=_items(reading, definition.get("items"), "items", 1),
    )
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,59}", found.key):
        reading.wrong("key", _("Mã biểu mẫu gồm chữ thường, chữ số và dấu gạch nối."))
    if isinstance(found.version, bool) or not isinstance(found.version, int) or found.version < 1:
        reading.wrong("version", _("Phiên bản là số nguyên từ 1."))
    _check_references(reading, found)
    if reading.problems:
        raise _unreadable(reading)
    return found


def known(definition):
    """The form of a definition that was parsed before it was kept; read once for each content."""
    return _known(orjson.dumps(definition))


@lru_cache(maxsize=256)
def _known(content):
    return parse(orjson.loads(content))


def _unreadable(reading):
    return errors.Incorrect(
        "forms.definition_unreadable",
        _("Biểu mẫu chưa đúng; hãy sửa những chỗ được nêu."),
        issues=reading.problems,
    )


def _one_among(names):
    return _("Một trong: {names}.").format(names=", ".join(names))


def _words(reading, values, name, where, *, needed=False):
    found = values.get(name, "")
    if not isinstance(found, str) or len(found) > _LONGEST or (needed and not found.strip()):
        reading.wrong(where, _("Cần một dòng chữ ở đây."))
        return ""
    return found


def _day(reading, values, name):
    found = values.get(name)
    if found is None or isinstance(found, date):
        return found
    try:
        return date.fromisoformat(found)
    except (TypeError, ValueError):
        reading.wrong(name, _("Ngày viết dạng 2026-11-25."))
        return None


def _items(reading, listed, where, depth):
    if not isinstance(listed, list) or not listed:
        reading.wrong(where, _("Cần ít nhất một câu hỏi."))
        return ()
    if depth > _DEEPEST or len(reading.seen) + len(listed) > _MOST_ITEMS:
        reading.wrong(
            where,
            _("Tối đa {items} câu hỏi và {levels} tầng nhóm.").format(
                items=_MOST_ITEMS, levels=_DEEPEST
            ),
        )
        return ()
    return tuple(
        _item(reading, each, f"{where}[{number}]", depth) for number, each in enumerate(listed)
    )


def _item(reading, values, where, depth):
    if not isinstance(values, dict):
        reading.wrong(where, _("Mỗi câu hỏi là một bảng tên và giá trị."))
        return Item("", "display")
    unknown = set(values) - set(Item.__dataclass_fields__)
    if unknown:
        reading.wrong(
            where,
            _("Không có thuộc tính: {names}.").format(names=", ".join(sorted(map(str, unknown)))),
        )
    link_id, kind = values.get("link_id"), values.get("type")
    _check_name(reading, link_id, where)
    if kind not in TYPES:
        reading.wrong(f"{where}.type", _one_among(TYPES))
    return Item(
        link_id=str(link_id),
        type=str(kind),
        **_texts(reading, values, where),
        **_flags(reading, values, where),
        **_limits(reading, values, where),
        options=_options(reading, values, kind, where),
        units=coding.options_of(reading, values.get("units", []), f"{where}.units"),
        codes=coding.codes_of(reading, values.get("codes", []), f"{where}.codes"),
        value_set=_words(reading, values, "value_set", f"{where}.value_set"),
        enable_when=_conditions(reading, values.get("enable_when", []), where),
        enable_behavior=_one_of(reading, values, "enable_behavior", ("all", "any"), where, "all"),
        calculated=_calculation(reading, values.get("calculated"), where),
        initial=values.get("initial"),
        accept=tuple(values.get("accept", ())),
        items=_items(reading, values.get("items"), f"{where}.items", depth + 1)
        if kind == "group"
        else (),
    )


def _check_name(reading, link_id, where):
    if not isinstance(link_id, str) or not LINK.fullmatch(link_id):
        reading.wrong(f"{where}.link_id", _("Tên câu hỏi gồm chữ thường, chữ số và dấu gạch dưới."))
    elif link_id in reading.seen:
        reading.wrong(
            f"{where}.link_id", _("Tên này đã dùng ở {place}.").format(place=reading.seen[link_id])
        )
    else:
        reading.seen[link_id] = where


def _texts(reading, values, where):
    names = ("text", "text_en", "text_xhtml", "text_markdown", "hint", "hint_en", "prefill")
    found = {name: _words(reading, values, name, f"{where}.{name}") for name in names}
    if not found["text"].strip():
        reading.wrong(f"{where}.text", _("Câu hỏi cần có lời."))
    return found


def _flags(reading, values, where):
    names = ("required", "repeats", "read_only", "open")
    found = {name: values.get(name, False) for name in names}
    for name, value in found.items():
        if not isinstance(value, bool):
            reading.wrong(f"{where}.{name}", _("Viết true hoặc false."))
    return found


def _limits(reading, values, where):
    pattern = _words(reading, values, "pattern", f"{where}.pattern")
    if not is_safe(pattern):
        reading.wrong(
            f"{where}.pattern", _("Mẫu gồm chữ, lớp [A-Z] và số lần {1,9}; không có ( ) | * +.")
        )
    most = values.get("max_length", _LONGEST)
    if isinstance(most, bool) or not isinstance(most, int) or not 0 < most <= 20_000:
        reading.wrong(f"{where}.max_length", _("Độ dài tối đa từ 1 đến 20.000."))
    limits = {}
    for name in ("min_value", "max_value"):
        limits[name] = _limit(reading, values.get(name), f"{where}.{name}")
    return {
        "pattern": pattern,
        "max_length": most,
        "format": _one_of(reading, values, "format", ("", *FORMATS), where, ""),
        **limits,
    }


def is_safe(pattern):
    """Without groups, alternatives and open repeats no text takes long to match."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return not re.search(r"[()|*+]|,\}", pattern)


def _limit(reading, value, where):
    if value is None or value == "today":
        return value
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        pass
    try:
        return Decimal(str(value))
    except InvalidOperation:
        reading.wrong(where, _("Giới hạn là một số, một ngày, hoặc today."))
        return None


def _one_of(reading, values, name, known, where, otherwise):
    found = values.get(name, otherwise)
    if found not in known:
        reading.wrong(f"{where}.{name}", _one_among(filter(None, known)))
        return otherwise
    return found


def _options(reading, values, kind, where):
    listed = values.get("options", [])
    if kind == "choice" and not listed and not values.get("value_set"):
        reading.wrong(f"{where}.options", _("Câu chọn cần danh sách lựa chọn hoặc tập giá trị."))
    return coding.options_of(reading, listed, f"{where}.options")


def _conditions(reading, listed, where):
    found = []
    for number, each in enumerate(listed if isinstance(listed, list) else [listed]):
        try:
            condition = Condition(each["question"], each.get("operator", "="), each["answer"])
        except (TypeError, KeyError, AttributeError):
            reading.wrong(f"{where}.enable_when[{number}]", _("Cần question, operator và answer."))
            continue
        if condition.operator not in OPERATORS:
            reading.wrong(f"{where}.enable_when[{number}]", _one_among(OPERATORS))
        found.append(condition)
    return tuple(found)


def _calculation(reading, value, where):
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) != 1:
        reading.wrong(f"{where}.calculated", _one_among(CALCULATIONS))
        return None
    (function, of), *_ = value.items()
    if function not in CALCULATIONS or not isinstance(of, list):
        reading.wrong(f"{where}.calculated", _one_among(CALCULATIONS))
        return None
    return Calculation(function, tuple(of))


def _check_references(reading, form):
    """Conditions and calculations name questions that are there, and never go in a circle."""
    needs = {}
    for item in form.everything():
        where = reading.seen.get(item.link_id, item.link_id)
        asked = [condition.question for condition in item.enable_when]
        asked += item.calculated.of if item.calculated else ()
        for name in asked:
            if name not in reading.seen:
                reading.wrong(where, _("Nhắc tới câu hỏi không có: {name}.").format(name=name))
        needs[item.link_id] = [name for name in asked if name in reading.seen]
    circle = _circle(needs)
    if circle:
        reading.wrong(reading.seen[circle], _("Điều kiện hoặc phép tính quay vòng về chính nó."))


def _circle(needs):
    """A name that needs itself through others, or None."""
    state = {}

    def leads_back(name):
        if state.get(name) == "open":
            return True
        if name in state:
            return False
        state[name] = "open"
        found = any(leads_back(other) for other in needs.get(name, ()))
        state[name] = "done"
        return found

    return next((name for name in needs if leads_back(name)), None)


def without_scores(form, item):
    """Choices that an item would add up, or compute with, and that have no score to count."""
    if item.calculated is None or item.calculated.function not in OF_NUMBERS:
        return []
    asked = [form.item(name) for name in item.calculated.of]
    return [one for one in asked if one.type == "choice" and not _counts(one)]


def _counts(item):
    return any(option.score is not None for option in item.options)
