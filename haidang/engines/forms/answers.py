"""Answers of a form: which questions are asked, what is computed, and what is wrong.

Answers are plain JSON: {link_id: value}, a list for what repeats, a dictionary for a group.
  string, text, date   text (a date as ISO)        boolean      true or false
  integer              a whole number              decimal      text with its digits
  choice               {"code", "display", "system"}; {"text"} for words of one's own
  quantity             {"value", "unit", "code", "system"}; value as text with its digits
  attachment           {"id", "name", "size", "type"}
A hidden question has no answer: whatever was given before is left out of what is kept.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.forms import coding, value_sets
from haidang.engines.forms.form import OF_NUMBERS
from haidang.kernel import errors, identity

MOST_REPEATS = 100
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where (`children.1.name`), a stable code, and a sentence."""

    path: str
    code: str
    message: str


def settle(form, given, *, today):
    """What is kept of given answers: hidden ones left out, computed ones filled in.

    The same rules run for the screen and for the server, so a hidden answer cannot be smuggled in.
    """
    told = _Told(today, _scores(form))
    kept = _settled(form.items, given if isinstance(given, dict) else {}, (), told)
    # A computed value may show or hide a question, so that the second look sees the first's.
    return _settled(form.items, kept, (), told)


@dataclass(frozen=True)
class _Told:
    """What a computed value needs beside the answers: the day, and scores by question and code."""

    today: date
    scores: dict


def _scores(form):
    found = {}
    for item in form.everything():
        counting = {one.code: one.score for one in item.options if one.score is not None}
        if counting:
            found[item.link_id] = counting
    return found


def _settled(items, given, scopes, told):
    scope, kept = {**given}, {}
    around = (*scopes, (items, scope))
    for item in items:
        if item.type == "display" or not is_enabled(item, around):
            scope.pop(item.link_id, None)
            continue
        value = _value(item, given.get(item.link_id), around, told)
        if value not in (None, "", [], {}):
            kept[item.link_id] = scope[item.link_id] = value
        else:
            scope.pop(item.link_id, None)
    return kept


def _value(item, value, scopes, told):
    if item.calculated:
        return _computed(item, scopes, told)
    if item.type != "group":
        return value
    if not item.repeats:
        return _settled(item.items, value if isinstance(value, dict) else {}, scopes, told)
    rows = value if isinstance(value, list) else []
    return [_settled(item.items, row, scopes, told) for row in rows if isinstance(row, dict)]


def is_enabled(item, scopes):
    """Whether an item is asked, given what is around it.

    scopes    pairs (items, their answers), the innermost last
    """
    if not item.enable_when:
        return True
    found = [_holds(each, _find(each.question, scopes)) for each in item.enable_when]
    return any(found) if item.enable_behavior == "any" else all(found)


def _find(link_id, scopes):
    """The answer nearest to the question: in its own row first, then further out."""
    for items, answers in reversed(scopes):
        if link_id in answers:
            return answers[link_id]
        for inner, inside in _groups(items, answers):
            found = _find(link_id, [(inner, inside)])
            if found is not None:
                return found
    return None


def _groups(items, answers):
    """(items, answers) of the groups that are there once.

    The form says which answers are groups. A choice, a quantity and a file are dictionaries too, and
    a question may well be called `code` or `name`.
    """
    for item in items:
        inside = answers.get(item.link_id)
        if item.type == "group" and isinstance(inside, dict):
            yield item.items, inside


def _holds(condition, value):
    there = value not in (None, "", [], {})
    if condition.operator == "exists":
        return there is bool(condition.answer)
    if not there:
        return False
    values = value if isinstance(value, list) else [value]
    return any(_compare(condition.operator, one, condition.answer) for one in values)


def _compare(operator, value, answer):
    left, right = _comparable(value), _comparable(answer)
    if operator in ("=", "!="):
        return (left == right) is (operator == "=")
    if type(left) is not type(right):
        return False
    return {
        ">": lambda: left > right,
        "<": lambda: left < right,
        ">=": lambda: left >= right,
        "<=": lambda: left <= right,
    }[operator]()


def _comparable(value):
    if isinstance(value, dict) and "value" in value:
        return _comparable(value["value"])
    if isinstance(value, dict):
        return str(value.get("code") or value.get("text", ""))
    if isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return _number(value) if _number(value) is not None else str(value)


def _number(value):
    return coding.number(value.get("value") if isinstance(value, dict) else value)


def _computed(item, scopes, told):
    """A computed value, as it would be answered; None when what it needs is not there."""
    function = item.calculated.function
    scores = told.scores if function in OF_NUMBERS else {}
    values = [
        _counted_as(v, scores.get(name, {}))
        for name in item.calculated.of
        for v in _all(name, scopes)
    ]
    found = _COMPUTED[function](values, told.today)
    if found is None or isinstance(found, str):
        return found
    return int(found) if item.type == "integer" else str(found)


def _counted_as(value, scores):
    """What an answer counts as: the score of what was chosen, where it has one."""
    if isinstance(value, dict) and value.get("code") in scores:
        return scores[value["code"]]
    return value


def _all(link_id, scopes):
    """Every answer of a name that is in sight, those in the rows of groups too."""
    for items, answers in reversed(scopes):
        found = list(_inside(link_id, items, answers))
        if found:
            return found
    return []


def _inside(link_id, items, answers):
    for item in items:
        value = answers.get(item.link_id)
        rows = value if isinstance(value, list) else [value]
        if item.link_id == link_id and value is not None:
            yield from rows
        elif item.type == "group":
            for row in rows:
                if isinstance(row, dict):
                    yield from _inside(link_id, item.items, row)


def _numbers(values):
    return [found for value in values if (found := _number(value)) is not None]


def _as_words(value):
    return shown(value) if isinstance(value, dict) else str(value)


def _product(values, today):
    numbers = _numbers(values)
    if not numbers:
        return None
    total = Decimal(1)
    for each in numbers:
        total *= each
    return total


def _difference(values, today):
    numbers = _numbers(values)
    return numbers[0] - sum(numbers[1:]) if len(numbers) > 1 else None


def _years(values, today):
    try:
        begun = date.fromisoformat(str(values[0]))
        until = date.fromisoformat(str(values[1])) if len(values) > 1 else today
    except (IndexError, ValueError):
        return None
    years = until.year - begun.year - ((until.month, until.day) < (begun.month, begun.day))
    return Decimal(years) if years >= 0 else None


_COMPUTED = {
    "sum": lambda values, today: sum(_numbers(values)) if _numbers(values) else None,
    "product": _product,
    "difference": _difference,
    "count": lambda values, today: Decimal(len(values)),
    "years": _years,
    "join": lambda values, today: " ".join(_as_words(v) for v in values if v) or None,
}


def shown(value):
    """An answer that is a dictionary, as people read it: a code, words, a quantity, a file."""
    if "value" in value:
        return f"{str(value['value']).replace('.', ',')} {value.get('unit', '')}".strip()
    return value.get("display") or value.get("text") or value.get("name") or value.get("code", "")


def check(form, answers, *, today):
    """Everything that is wrong with settled answers, in the order of the form."""
    return list(_checked(form.items, answers, (), "", today))


def _checked(items, answers, scopes, before, today):
    scope = (*scopes, (items, answers))
    for item in items:
        path = f"{before}{item.link_id}"
        if item.type == "display" or not is_enabled(item, scope):
            continue
        value = answers.get(item.link_id)
        values = (value if isinstance(value, list) else [value]) if value is not None else []
        yield from _counted(item, values, path)
        for number, one in enumerate(values[:MOST_REPEATS]):
            here = f"{path}.{number}" if item.repeats else path
            if item.type == "group" and isinstance(one, dict):
                yield from _checked(item.items, one, scope, f"{here}.", today)
            else:
                yield from _one(item, one, here, today)


def _counted(item, values, path):
    if not values and item.type == "group" and not item.repeats:
        # An empty group is checked through, so that each needed question inside is named.
        values.append({})
    if not values and item.required and not item.calculated:
        sentence = _("Hãy thêm ít nhất một dòng: %(text)s") if item.repeats else _needed(item)
        yield Problem(path, "forms.required", sentence % {"text": item.text})
    if len(values) > (MOST_REPEATS if item.repeats else 1):
        yield Problem(path, "forms.too_many", _("Quá nhiều dòng: %(text)s") % {"text": item.text})


def _needed(item):
    if item.type == "choice":
        return _("Hãy chọn: %(text)s")
    if item.type == "attachment":
        return _("Hãy đính kèm: %(text)s")
    return _("Hãy điền: %(text)s")


def _one(item, value, path, today):
    message = _CHECKS[item.type](item, value, today)
    if message:
        yield Problem(path, "forms.answer_wrong", message % {"text": item.text})


def _string(item, value, today):
    if not isinstance(value, str):
        return _("Chưa đúng dạng chữ: %(text)s")
    if len(value) > item.max_length:
        return _("Dài quá mức cho phép: %(text)s")
    if item.pattern and not re.fullmatch(item.pattern, value):
        return _("Chưa đúng mẫu: %(text)s")
    return _FORMATS[item.format](value) if item.format in _FORMATS else None


def _citizen_id(value):
    try:
        identity.CitizenId.parse(value)
    except errors.Incorrect:
        return _("Số định danh gồm 12 chữ số như trên thẻ căn cước: %(text)s")
    return None


def _insurance_card(value):
    try:
        identity.InsuranceCard.parse(value)
    except errors.Incorrect:
        return _("Mã thẻ bảo hiểm y tế chưa đúng: %(text)s")
    return None


_FORMATS = {
    "email": lambda v: (
        None if _EMAIL.fullmatch(v) else _("Địa chỉ thư điện tử chưa đúng: %(text)s")
    ),
    "phone": lambda v: (
        None
        if re.fullmatch(r"(\+84|0)\d{9,10}", re.sub(r"[ .-]", "", v))
        else _("Số điện thoại chưa đúng: %(text)s")
    ),
    "citizen_id": _citizen_id,
    "insurance_card": _insurance_card,
}


def _decimal(item, value, today):
    number = _number(value)
    if number is None:
        return _("Hãy nhập một số: %(text)s")
    if item.type == "integer" and number != number.to_integral_value():
        return _("Hãy nhập số nguyên: %(text)s")
    return _within(item, number)


def _date(item, value, today):
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return _("Ngày chưa đúng: %(text)s")
    return _within(item, value, today)


def _within(item, value, today=None):
    least, most = (_limit(v, today) for v in (item.min_value, item.max_value))
    if least is not None and type(least) is type(value) and value < least:
        return _("Nhỏ hơn hoặc sớm hơn mức cho phép: %(text)s")
    if most is not None and type(most) is type(value) and value > most:
        return _("Lớn hơn hoặc muộn hơn mức cho phép: %(text)s")
    return None


def _limit(limit, today):
    return today.isoformat() if limit == "today" and today else limit


def _boolean(item, value, today):
    return None if isinstance(value, bool) else _("Hãy trả lời có hoặc không: %(text)s")


def _choice(item, value, today):
    known = {option.code for option in item.options}
    if item.open and isinstance(value, dict) and isinstance(value.get("text"), str):
        return (
            None if len(value["text"]) <= item.max_length else _("Dài quá mức cho phép: %(text)s")
        )
    if not isinstance(value, dict) or not isinstance(value.get("code"), str):
        return _("Hãy chọn trong danh sách: %(text)s")
    if known and value["code"] not in known:
        return _("Hãy chọn trong danh sách: %(text)s")
    if item.value_set and not value_sets.holds(item.value_set, value):
        return _("Không có trong danh mục; hãy tìm và chọn một mục: %(text)s")
    return None


def _quantity(item, value, today):
    number = _number(value) if isinstance(value, dict) else None
    if number is None:
        return _("Hãy nhập một số: %(text)s")
    if item.units and value.get("code") not in {unit.code for unit in item.units}:
        return _("Hãy chọn đơn vị: %(text)s")
    return _within(item, number)


def _attachment(item, value, today):
    if not isinstance(value, dict) or not {"id", "name", "size", "type"} <= set(value):
        return _("Tệp chưa gửi lên được: %(text)s")
    if item.accept and value["type"] not in item.accept:
        return _("Loại tệp không được nhận: %(text)s")
    return None


_CHECKS = {
    "string": _string,
    "text": _string,
    "integer": _decimal,
    "decimal": _decimal,
    "quantity": _quantity,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "attachment": _attachment,
    "group": lambda item, value, today: None,
}
