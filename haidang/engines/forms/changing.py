"""What an officer posts about one question, as values of its definition (sửa câu hỏi).

A page without script posts names and texts; rows of options, units and conditions are numbered:
`option.2.display`, `when.0.question`. An empty row is left out.
"""

import re

from django.utils.translation import gettext as _

from haidang.engines.forms import building
from haidang.kernel import text

_WORDS = ("text", "text_en", "hint", "hint_en", "prefill", "pattern", "value_set")
_SWITCHES = ("required", "repeats", "open", "read_only")
_YES = {"true": True, "false": False, "co": True, "khong": False, "yes": True, "no": False}
MEDIA = ("application/pdf", "image/jpeg", "image/png")


def values_of(items, name, posted):
    """The values that a page of one question posts, as `building.change` takes them.

    posted    name to list of texts, as a QueryDict's `lists()` gives
    """
    item = building.find(items, name)
    found = {each: _one(posted, each) for each in _WORDS}
    found |= {each: bool(_one(posted, each)) for each in _SWITCHES}
    found["format"] = _one(posted, "format")
    found |= {each: _limit(_one(posted, each)) for each in ("min_value", "max_value")}
    longest = _one(posted, "max_length")
    found["max_length"] = int(longest) if longest.isdigit() else None
    found["options"] = _coded(_rows(posted, "option"))
    found["units"] = _coded(_rows(posted, "unit"), own_code=True)
    found["codes"] = _codes(_rows(posted, "code"))
    found["accept"] = [one for one in posted.get("accept", []) if one in MEDIA]
    found["enable_when"] = _conditions(_rows(posted, "when"), items)
    found["enable_behavior"] = "any" if _one(posted, "enable_behavior") == "any" else None
    found["calculated"] = _calculated(posted)
    found["initial"] = item.get("initial")
    if found["text"] == item.get("text"):
        # Words that changed would look as the old ones read.
        found |= {each: item.get(each) for each in ("text_xhtml", "text_markdown")}
    return {key: value for key, value in found.items() if value not in ("", None, [], False)}


def _one(posted, name):
    return posted.get(name, [""])[-1].strip()


def _rows(posted, prefix):
    """Rows of a table in the order of their numbers, each {column: text}, empty ones left out."""
    rows = {}
    for key, texts in posted.items():
        if match := re.fullmatch(rf"{prefix}\.(\d{{1,3}})\.([a-z_]+)", key):
            rows.setdefault(int(match[1]), {})[match[2]] = texts[-1].strip()
    needed = {"when": "question", "code": "code"}.get(prefix, "display")
    return [row for _number, row in sorted(rows.items()) if row.get(needed)]


def _codes(rows):
    kept = ("system", "code", "display")
    return [{name: row[name] for name in kept if row.get(name)} for row in rows]


def _coded(rows, *, own_code=False):
    """Options with a code each: the one that was there, or one made of the words."""
    taken, found = set(), []
    for row in rows:
        made = row["display"] if own_code else re.sub(r"[^a-z0-9]+", "_", text.fold(row["display"]))
        code = base = row.get("code") or made.strip("_")[:60] or "khac"
        number = 2
        while code in taken:
            code, number = f"{base}_{number}", number + 1
        taken.add(code)
        kept = {name: row.get(name, "") for name in ("display_en", "system")}
        kept["score"] = _score(row.get("score", ""))
        kept = {name: value for name, value in kept.items() if value != ""}
        found.append({"code": code, "display": row["display"]} | kept)
    return found


def _score(words):
    """A score as people write it, `1,5`; what is no number stays, and is named when the form is read."""
    plain = words.replace(",", ".")
    return int(plain) if re.fullmatch(r"-?\d{1,9}", plain) else plain


def _conditions(rows, items):
    found = []
    for row in rows:
        asked = next(
            (line.item for line in building.outline(items) if line.name == row["question"]), {}
        )
        operator = row.get("operator", "=")
        answer = _answer(row.get("answer", ""), asked, operator)
        found.append({"question": row["question"], "operator": operator, "answer": answer})
    return found


def _answer(words, asked, operator):
    """An answer in the type of the question it is compared with; a choice by code or by words."""
    if operator == "exists":
        return _YES.get(text.fold(words), True)
    if asked.get("type") == "boolean":
        return _YES.get(text.fold(words), True)
    for option in asked.get("options") or []:
        known = option if isinstance(option, dict) else {"code": option, "display": option}
        if text.fold(words) in (text.fold(known["display"]), text.fold(known["code"])):
            return known["code"]
    if asked.get("type") in ("integer", "decimal", "quantity"):
        number = words.replace(",", ".")
        return int(number) if re.fullmatch(r"-?\d{1,15}", number) else number
    return _day(words)


def _limit(words):
    """A number, a day as people write it, or the day of the answer; None when there is none."""
    if text.fold(words) in ("hom nay", "today", "ngay tra loi"):
        return "today"
    if re.fullmatch(r"-?\d{1,15}", words):
        return int(words)
    return _day(words.replace(",", ".") if re.fullmatch(r"-?[\d,]+", words) else words) or None


def _day(words):
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", words)
    return f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" if match else words


def _calculated(posted):
    function = _one(posted, "function")
    return {function: posted.get("of", [])} if function else None


def faults_in_words(items, issues):
    """Faults of a definition with the question that each is about: (link_id, its words, sentence)."""
    found = []
    for issue in issues:
        item = building.at(items, issue["expression"])
        named = (building.name_of(item), item.get("text", "")) if item else ("", "")
        found.append((*named, issue["message"]))
    return found or [("", "", _("Biểu mẫu chưa đúng."))]
