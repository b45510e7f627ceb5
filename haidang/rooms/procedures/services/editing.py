"""Writing a procedure step by step (soạn thủ tục): each step is kept, nothing applies until published.

A step names the revision that its page showed; when somebody saved in between it changes nothing.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.kernel import dates, errors, text
from haidang.rooms.procedures.selectors import editing
from haidang.rooms.procedures.services import publishing

_building = forms.building


@transaction.atomic
def begin_procedure(name, *, by):
    """Begin a new procedure under a key made of its name (bắt đầu soạn thủ tục mới).

    Returns    the key
    Raises     Incorrect `procedures.name_missing`
    """
    base = re.sub(r"[^a-z0-9]+", "-", text.fold(name)).strip("-")[:50].strip("-")
    if not base:
        raise errors.Incorrect("procedures.name_missing", _("Viết tên thủ tục để bắt đầu."))
    base = base if base[0].isalpha() and base not in editing.RESERVED else f"thu-tuc-{base}"
    key, number = base, 2
    while editing.exists(key):
        key, number = f"{base}-{number}", number + 1
    definition = editing.EMPTY | {"name": name.strip()}
    forms.save_sketch(editing.KIND, key, definition, by=by, revision=0)
    return key


def save(key, changed, *, by, revision):
    """Keep parts of a procedure that was changed; None takes a part away.

    Raises    NotFound `procedures.unknown`; Conflict `forms.sketch_changed`
    """
    whole = editing.writing(key).definition | changed
    whole = {name: value for name, value in whole.items() if value is not None}
    return replace(key, whole, by=by, revision=revision)


def replace(key, definition, *, by, revision):
    """Keep a whole procedure in place of what was written before.

    Raises    Conflict `forms.sketch_changed`
    """
    kept = {name: value for name, value in definition.items() if name != "key"}
    return forms.save_sketch(editing.KIND, key, kept, by=by, revision=revision)


def add_question(key, kind, words, *, into="", by, revision):
    """Add a question at the end of the form, or of a group, and return its name.

    Raises    as `forms.building.add` and `save`
    """
    items, name = _building.add(_items(key), kind, words, into=into)
    _keep(key, items, by=by, revision=revision)
    return name


def add_block(key, block, *, by, revision):
    """Add the questions that all procedures ask alike.

    Raises    Conflict `forms.block_there`; as `save`
    """
    _keep(key, _building.add_block(_items(key), block), by=by, revision=revision)


def add_paper_question(key, paper_key, *, by, revision):
    """Ask for a paper of the list by a question that takes its file.

    Raises    NotFound `procedures.paper_unknown`; as `save`
    """
    whole = editing.writing(key).definition
    paper = next((one for one in whole.get("papers") or [] if one["key"] == paper_key), None)
    if paper is None:
        raise errors.NotFound("procedures.paper_unknown", _("Không có giấy tờ này trong thủ tục."))
    item = {
        "link_id": f"paper_{paper_key}",
        "type": "attachment",
        "text": paper["title"],
        **({"text_en": paper["title_en"]} if paper.get("title_en") else {}),
        "required": paper.get("required", True),
        "accept": list(forms.MEDIA),
    }
    items = [one for one in _items(key) if _building.name_of(one) != item["link_id"]]
    # The declaration stays last: people sign under everything they gave.
    place = len(items) - 1 if items and items[-1].get("block") == "agreement" else len(items)
    _keep(key, [*items[:place], item, *items[place:]], by=by, revision=revision)


def change_question(key, name, posted, *, by, revision):
    """Change what is asked, and how, by a page of the question.

    Raises    as `forms.building.change` and `save`
    """
    items = _items(key)
    values = forms.values_of(items, name, posted)
    _keep(key, _building.change(items, name, values), by=by, revision=revision)


def move_question(key, name, step, *, by, revision):
    """Move a question up (-1) or down (+1) among its own."""
    _keep(key, _building.move(_items(key), name, step), by=by, revision=revision)


def place_question(key, name, into, *, by, revision):
    """Move a question into a group, or out of its group."""
    _keep(key, _building.place(_items(key), name, into=into), by=by, revision=revision)


def remove_question(key, name, *, by, revision):
    """Take a question out of the form.

    Raises    RuleBroken `forms.needed_elsewhere`; as `save`
    """
    _keep(key, _building.remove(_items(key), name), by=by, revision=revision)


def _items(key):
    return editing.writing(key).definition.get("form") or []


def _keep(key, items, *, by, revision):
    save(key, {"form": items}, by=by, revision=revision)


@transaction.atomic
def publish_writing(key, *, valid_from, by, revision, at):
    """Publish what was written (ban hành) from a day on; the sketch is gone with it.

    Raises    Conflict `forms.sketch_changed`; RuleBroken `procedures.not_ready` (facts: issues),
              `procedures.day_passed`
    Records   event `procedures.procedure.published`
    """
    writing = editing.writing(key)
    if writing.revision != revision:
        raise errors.Conflict(
            "forms.sketch_changed", _("Thủ tục vừa được sửa ở nơi khác; hãy xem lại rồi ban hành.")
        )
    if valid_from < at.astimezone(dates.HANOI).date():
        raise errors.RuleBroken(
            "procedures.day_passed", _("Ngày áp dụng không thể là một ngày đã qua.")
        )
    faults = editing.faults(writing.definition | {"key": key})
    if faults:
        raise errors.RuleBroken(
            "procedures.not_ready", _("Còn chỗ phải sửa trước khi ban hành."), issues=faults
        )
    found = publishing.publish(writing.definition | {"key": key}, by=by, valid_from=valid_from)
    forms.drop_sketch(editing.KIND, key, by=by)
    return found


def discard(key, *, by):
    """Throw away what was written and not published (bỏ bản đang soạn)."""
    forms.drop_sketch(editing.KIND, key, by=by)
