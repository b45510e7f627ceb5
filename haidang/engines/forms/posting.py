"""Answers as fields of a page and back: `children.1.name=An` is one line of one group.

A page without script posts names and texts; this makes typed answers of them, and for showing a
form makes fields of answers. What cannot be typed stays text, and the check says so beside it.
"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from haidang.engines.forms import answers as rules
from haidang.engines.forms.form import Item

_YES, _NO = "true", "false"


@dataclass(frozen=True)
class Field:
    """One item as it is shown.

    name      of the control; also its id, with dots
    value     text of the control, or True/False, or the chosen code
    rows      of a repeating item: a list of lists of fields
    fields    of a group
    errors    sentences
    """

    item: Item
    name: str
    value: object = ""
    shown: str = ""
    enabled: bool = True
    fields: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def can_add(self):
        return self.item.repeats and len(self.rows) < rules.MOST_REPEATS


def answers_of(form, posted, *, before=None):
    """Typed answers of a posted page.

    posted    name to list of texts, as a QueryDict's `lists()` gives
    before    answers that were saved; attachments stay as they are there, because a page cannot
              name a file that it did not send
    """
    return _read(form.items, posted, before if isinstance(before, dict) else {}, "")


def _read(items, posted, before, prefix):
    found = {}
    for item in items:
        name = f"{prefix}{item.link_id}"
        if item.type == "display" or item.calculated:
            continue
        earlier = before.get(item.link_id)
        value = (
            _rows(item, posted, earlier, name)
            if item.repeats
            else _one(item, posted, earlier, name)
        )
        if value not in (None, "", [], {}):
            found[item.link_id] = value
    return found


def _rows(item, posted, earlier, name):
    earlier = earlier if isinstance(earlier, list) else []
    if item.type == "choice":
        return [_coding(item, code) for code in posted.get(name, []) if code]
    numbers = sorted(
        {
            int(number)
            for key in posted
            if key.startswith(f"{name}.")
            and (number := key[len(name) + 1 :].partition(".")[0]).isdigit()
            and len(number) <= 3
        }
    )[: rules.MOST_REPEATS + 1]
    if item.type == "attachment":
        removed = set(posted.get(f"{name}.remove", []))
        return [one for one in earlier if one["id"] not in removed]
    found = [
        _one(item, posted, earlier[n] if n < len(earlier) else None, f"{name}.{n}") for n in numbers
    ]
    return [one for one in found if one not in (None, "", {})]


def _one(item, posted, earlier, name):
    if item.type == "group":
        return _read(item.items, posted, earlier if isinstance(earlier, dict) else {}, f"{name}.")
    if item.type == "attachment":
        return None if posted.get(f"{name}.remove") else earlier
    texts = posted.get(name)
    if not texts:
        return None
    return _typed(item, texts[-1].strip())


def _typed(item, text):
    if item.type == "boolean":
        return {_YES: True, _NO: False}.get(text)
    if item.type == "choice":
        return _coding(item, text) if text else None
    if item.type == "integer":
        digits = text.replace(".", "").replace(" ", "")
        return int(digits) if digits.lstrip("-").isdigit() and len(digits) < 19 else text
    if item.type == "decimal":
        return _decimal(text)
    if item.type == "date":
        return _day(text)
    return text


def _decimal(text):
    """Vietnamese writes `1.234,5`; a single dot with other than three digits after it is a point."""
    plain = text.replace(".", "").replace(",", ".") if "," in text else text
    try:
        Decimal(plain)
    except InvalidOperation:
        return text
    return plain


def _day(text):
    """`25/11/2026` as people write it, or ISO as the browser's control sends it."""
    parts = text.replace("-", "/").split("/")
    if len(parts) == 3 and len(parts[2]) == 4 and all(part.isdigit() for part in parts):
        return f"{parts[2]}-{int(parts[1]):02d}-{int(parts[0]):02d}"
    return text


def _coding(item, code):
    for option in item.options:
        if option.code == code:
            found = {"code": code, "display": option.display}
            return found | ({"system": option.system} if option.system else {})
    return {"code": code}


def fields_of(form, given, problems=(), *, adding=()):
    """What to show: each item with its answer and its problems.

    adding    names of repeating items that get one more empty row
    """
    wrong = {}
    for problem in problems:
        wrong.setdefault(problem.path, []).append(problem.message)
    return _fields(form.items, given, (), "", wrong, set(adding))


def _fields(items, given, scopes, prefix, wrong, adding):
    scope = (*scopes, given)
    return [_field(each, given, scope, f"{prefix}{each.link_id}", wrong, adding) for each in items]


def _field(item, given, scopes, name, wrong, adding):
    value = given.get(item.link_id, item.initial)
    shown = Field(
        item=item,
        name=name,
        value=_text(value),
        shown=_words(item, value),
        enabled=rules.is_enabled(item, scopes),
        errors=wrong.get(name, []),
    )
    if item.repeats and item.type not in ("choice",):
        rows = list(value) if isinstance(value, list) else []
        if item.type == "group" and (name in adding or (item.required and not rows)):
            rows.append({})
        if item.type not in ("group", "attachment"):
            rows.append(None)  # one empty line to write the next answer into
        for number, row in enumerate(rows):
            shown.rows.append(_row(item, row, scopes, f"{name}.{number}", wrong, adding))
    elif item.type == "group":
        inside = value if isinstance(value, dict) else {}
        shown.fields.extend(_fields(item.items, inside, scopes, f"{name}.", wrong, adding))
    return shown


def _row(item, row, scopes, name, wrong, adding):
    found = Field(item=item, name=name, value=_text(row), errors=wrong.get(name, []))
    if item.type == "group":
        found.fields.extend(_fields(item.items, row, scopes, f"{name}.", wrong, adding))
    return found


def _text(value):
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, dict):
        return value.get("code") or value
    if isinstance(value, list):
        return [_text(one) for one in value]
    return "" if value is None else value


def _words(item, value):
    """An answer as it is read on a summary."""
    if isinstance(value, dict):
        return value.get("display") or value.get("name") or value.get("code", "")
    return value
