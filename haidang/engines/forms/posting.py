"""Answers as fields of a page and back: `children.1.name=An` is one line of one group.

A page without script posts names and texts; this makes typed answers of them, and for showing a
form makes fields of answers. What cannot be typed stays text, and the check says so beside it.
"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from haidang.engines.forms import answers as rules
from haidang.engines.forms import markup, value_sets
from haidang.engines.forms.form import Item
from haidang.kernel import systems

_YES, _NO = "true", "false"


@dataclass(frozen=True)
class Field:
    """One item as it is shown.

    name      of the control; also its id, with dots
    value     text of the control, or True/False, or the chosen code
    rows      of a repeating item: a list of lists of fields
    fields    of a group
    matches   what a choice offers: (what its control posts, option or answer, whether it is chosen)
    more      how many more there are than are shown
    looking   the words that were looked for
    other     words of one's own, in a choice that takes them
    errors    sentences
    """

    item: Item
    name: str
    value: object = ""
    shown: str = ""
    enabled: bool = True
    fields: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    matches: list = field(default_factory=list)
    more: int = 0
    looking: str = ""
    other: str = ""
    errors: list = field(default_factory=list)

    @property
    def label(self):
        """The words with their looks in one line or a few, as safe HTML; empty for plain ones."""
        return markup.formatted(self.item, block=False)

    @property
    def text(self):
        """The words with paragraphs, lists and tables, as safe HTML; empty for plain ones."""
        return markup.formatted(self.item, block=True)

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
        return _choices(item, posted, name)
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
    if item.type == "choice":
        return next(iter(_choices(item, posted, name)), None)
    texts = posted.get(name)
    if not texts:
        return None
    if item.type == "quantity":
        return _quantity(item, texts[-1].strip(), posted.get(f"{name}.unit", [""])[-1].strip())
    return _typed(item, texts[-1].strip())


def _choices(item, posted, name):
    """What was chosen; words of one's own count where the question takes them."""
    found = [_coding(item, code) for code in posted.get(name, []) if code]
    other = posted.get(f"{name}.other", [""])[-1].strip() if item.open else ""
    return [*found, {"text": other}] if other and (item.repeats or not found) else found


def _quantity(item, text, unit):
    if not text:
        return None
    known = next((one for one in item.units if one.code == unit), None)
    if known is None and len(item.units) == 1:
        (known,) = item.units
    if known is None:
        return {"value": _decimal(text), "unit": unit}
    named = {"unit": known.display, "code": known.code, "system": known.system or systems.UCUM}
    return {"value": _decimal(text), **named}


def _typed(item, text):
    if item.type == "boolean":
        return {_YES: True, _NO: False}.get(text)
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
    return (value_sets.chosen(item.value_set, code) if item.value_set else None) or {"code": code}


@dataclass(frozen=True)
class _Page:
    """What a page adds to the answers: problems by name, rows to add, words to look for by name."""

    wrong: dict
    adding: set
    looking: dict


def fields_of(form, given, problems=(), *, adding=(), looking=None):
    """What to show: each item with its answer and its problems.

    adding     names of repeating items that get one more empty row
    looking    words by the name of a choice: what to find in its catalogue
    """
    wrong = {}
    for problem in problems:
        wrong.setdefault(problem.path, []).append(problem.message)
    return _fields(form.items, given, (), "", _Page(wrong, set(adding), looking or {}))


def _fields(items, given, scopes, prefix, page):
    scope = (*scopes, (items, given))
    return [_field(each, given, scope, f"{prefix}{each.link_id}", page) for each in items]


def _field(item, given, scopes, name, page):
    value = given.get(item.link_id, item.initial)
    shown = Field(
        item=item,
        name=name,
        value=_text(value),
        shown=_words(item, value),
        enabled=rules.is_enabled(item, scopes),
        errors=page.wrong.get(name, []),
        **_offered(item, value, name, page),
    )
    if item.repeats and item.type not in ("choice",):
        rows = list(value) if isinstance(value, list) else []
        if item.type == "group" and (name in page.adding or (item.required and not rows)):
            rows.append({})
        if item.type not in ("group", "attachment"):
            rows.append(None)  # one empty line to write the next answer into
        for number, row in enumerate(rows):
            shown.rows.append(_row(item, row, scopes, f"{name}.{number}", page))
    elif item.type == "group":
        inside = value if isinstance(value, dict) else {}
        shown.fields.extend(_fields(item.items, inside, scopes, f"{name}.", page))
    return shown


def _offered(item, value, name, page):
    """What a choice offers: its catalogue, all of it when it is short, and one's own words."""
    if item.type == "quantity":
        return {"other": value.get("code") or value.get("unit", "")} if value else {}
    if item.type != "choice":
        return {}
    answers = [one for one in (value if isinstance(value, list) else [value]) if one]
    own = next((one["text"] for one in answers if "text" in one), "")
    if item.options:
        codes = {one.get("code") for one in answers}
        return {
            "other": own,
            "matches": [(one.code, one, one.code in codes) for one in item.options],
        }
    words = page.looking.get(name, "")
    found, total = value_sets.search(item.value_set, words)
    if total > value_sets.FEW and not words:
        found, total = [], 0  # a long catalogue is looked through, not listed
    kept = [one for one in answers if "code" in one and one not in found]
    return {
        "other": own,
        "matches": [(_key(one), one, one in answers) for one in [*kept, *found]],
        "more": max(0, total - len(found)),
        "looking": words,
    }


def _key(answer):
    return f"{answer.get('system', '')}|{answer['code']}"


def _row(item, row, scopes, name, page):
    found = Field(
        item=item,
        name=name,
        value=_text(row),
        shown=_words(item, row),
        errors=page.wrong.get(name, []),
        **_offered(item, row, name, page),
    )
    if item.type == "group":
        found.fields.extend(_fields(item.items, row, scopes, f"{name}.", page))
    return found


def _text(value):
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, dict) and "value" in value:
        return value["value"]
    if isinstance(value, dict):
        return value.get("code") or value
    if isinstance(value, list):
        return [_text(one) for one in value]
    return "" if value is None else value


def _words(item, value):
    """An answer as it is read on a summary."""
    if isinstance(value, dict):
        return rules.shown(value)
    if item.type == "decimal" and isinstance(value, str):
        return value.replace(".", ",")
    return value
