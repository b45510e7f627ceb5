"""Building a form question by question (soạn biểu mẫu): each function gives the items anew.

Items are those of a definition, and may be unfinished: what is missing is named when the form is
read. An item with `block` stands for questions kept elsewhere; it is moved and removed as one.
"""

import copy
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.kernel import errors, text

_NAME_LENGTH = 40
_BLOCK = "block:"


@dataclass(frozen=True)
class Line:
    """One line of the outline of a form.

    place    its number on its level, from 1 of `among`
    inside   link_id of the group that it stands in, or empty
    """

    name: str
    item: dict
    depth: int
    place: int
    among: int
    inside: str = ""

    @property
    def is_first(self):
        return self.place == 1

    @property
    def is_last(self):
        return self.place == self.among


def name_of(item):
    """How an item is addressed: its link_id, or its block."""
    return f"{_BLOCK}{item['block']}" if "block" in item else item.get("link_id", "")


def outline(items, depth=0, inside=""):
    """Every item with its place, parents before their children."""
    found = []
    for place, item in enumerate(items, start=1):
        found.append(Line(name_of(item), item, depth, place, len(items), inside))
        found += outline(item.get("items") or [], depth + 1, name_of(item))
    return found


def find(items, name):
    """The item of a name.

    Raises    NotFound `forms.question_unknown`
    """
    _siblings, _index, item = _place(items, name)
    return item


def add(items, kind, words, *, into=""):
    """A new question at the end of the form, or of a group.

    Returns    (items, its link_id, made of its words)
    Raises     Incorrect `forms.words_missing`; NotFound `forms.question_unknown`
    """
    if not words.strip():
        raise errors.Incorrect("forms.words_missing", _("Viết lời của câu hỏi trước khi thêm."))
    changed = copy.deepcopy(items)
    link_id = _free_name(words, {line.name for line in outline(changed)})
    item = {"link_id": link_id, "type": kind, "text": words.strip()}
    if kind == "group":
        item["items"] = []
    _level(changed, into).append(item)
    return changed, link_id


def add_block(items, block):
    """The questions of a block, at the end; a block stands in a form once.

    Raises    Conflict `forms.block_there`
    """
    if any(line.name == f"{_BLOCK}{block}" for line in outline(items)):
        raise errors.Conflict("forms.block_there", _("Nhóm câu hỏi này đã có trong biểu mẫu."))
    return [*copy.deepcopy(items), {"block": block}]


def _free_name(words, taken):
    base = re.sub(r"[^a-z0-9]+", "_", text.fold(words)).strip("_")[:_NAME_LENGTH] or "cau_hoi"
    base = base if base[0].isalpha() else f"cau_{base}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def _level(items, into):
    if not into:
        return items
    group = find(items, into)
    if group.get("type") != "group":
        raise errors.Incorrect("forms.not_a_group", _("Chỉ một nhóm chứa được câu hỏi khác."))
    return group.setdefault("items", [])


def move(items, name, step):
    """The item one place up (-1) or down (+1) among its own; at the edge it stays.

    Raises    NotFound `forms.question_unknown`
    """
    changed = copy.deepcopy(items)
    siblings, index, item = _place(changed, name)
    target = index + step
    if 0 <= target < len(siblings):
        siblings.insert(target, siblings.pop(index))
    return changed


def place(items, name, *, into):
    """The item at the end of a group, or of the form when `into` is empty.

    Raises    NotFound `forms.question_unknown`; Incorrect `forms.not_a_group`,
              `forms.into_itself`
    """
    changed = copy.deepcopy(items)
    siblings, index, item = _place(changed, name)
    if into == name or any(line.name == into for line in outline(item.get("items") or []) if into):
        raise errors.Incorrect("forms.into_itself", _("Một nhóm không nằm trong chính nó."))
    level = _level(changed, into)
    del siblings[index]
    level.append(item)
    return changed


def change(items, name, values):
    """The item with other values; its name, kind and what is inside it stay.

    Raises    NotFound `forms.question_unknown`
    """
    changed = copy.deepcopy(items)
    siblings, index, item = _place(changed, name)
    kept = {key: item[key] for key in ("link_id", "type", "items") if key in item}
    siblings[index] = kept | values
    return changed


def remove(items, name):
    """The items without one, and without what is inside it.

    Raises    NotFound `forms.question_unknown`; RuleBroken `forms.needed_elsewhere` (facts:
              questions, the words of those whose conditions or sums name it)
    """
    changed = copy.deepcopy(items)
    siblings, index, item = _place(changed, name)
    gone = {name, *(line.name for line in outline(item.get("items") or []))}
    del siblings[index]
    needing = [line.item["text"] for line in outline(changed) if gone & _needs(line.item)]
    if needing:
        raise errors.RuleBroken(
            "forms.needed_elsewhere",
            _("Còn câu hỏi dựa vào câu này: {questions}. Sửa những câu đó trước.").format(
                questions="; ".join(f"«{words}»" for words in needing)
            ),
            questions=needing,
        )
    return changed


def _needs(item):
    """The names that an item's conditions and calculation refer to."""
    found = {condition.get("question") for condition in item.get("enable_when") or []}
    for names in (item.get("calculated") or {}).values():
        found |= set(names)
    return found


def _place(items, name):
    """(the list that an item stands in, its index, the item)."""
    for index, item in enumerate(items):
        if name_of(item) == name:
            return items, index, item
        if item.get("items"):
            try:
                return _place(item["items"], name)
            except errors.NotFound:
                continue
    raise errors.NotFound("forms.question_unknown", _("Không có câu hỏi này trong biểu mẫu."))


def at(items, expression):
    """The item that a fault names by its place, `items[2].items[0].text`; None outside items."""
    found, level = None, items
    for index in re.findall(r"items\[(\d+)\]", expression):
        if int(index) >= len(level):
            return None
        found = level[int(index)]
        level = found.get("items") or []
    return found
