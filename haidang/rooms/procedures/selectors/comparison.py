"""Two versions of a procedure compared in words (so sánh hai phiên bản)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors, money
from haidang.rooms.procedures import models
from haidang.rooms.procedures.selectors import editing, words

DESK = "soan"
_PLAIN = ("name", "name_en", "code", "sector", "sector_en", "summary", "summary_en", "who", "who_en",
          "partial_reason", "partial_reason_en", "fee_source", "fee_source_en",
          "result", "result_en", "result_code")  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One part that differs: `before` or `after` is empty when there was nothing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions: parts of the procedure, and questions of its form."""

    changes: tuple[Change, ...]
    questions: tuple[forms.Difference, ...]
    unreadable: bool = False

    def __bool__(self):
        return bool(self.changes or self.questions or self.unreadable)


def sides(key):
    """The versions that can be compared: (mark, words), the desk first, then the newest.

    Raises    NotFound `procedures.unknown`
    """
    writing = editing.writing(key)
    found = [(DESK, _("bản đang soạn"))] if writing.revision else []
    for row in models.Version.objects.filter(key=key).order_by("-number"):
        words = _("phiên bản {number}, từ {day}").format(
            number=row.number, day=dates.show(row.valid_from)
        )
        found.append((str(row.number), words))
    return found


def compare(key, older, newer):
    """Two sides of a procedure by their marks.

    Raises    NotFound `procedures.unknown`
    """
    return between(_definition(key, older), _definition(key, newer))


def to_publish(key):
    """What is on the desk against the newest version; None when there is none."""
    writing = editing.writing(key)
    if writing.is_new:
        return None
    return between(_definition(key, str(writing.number)), writing.definition)


def _definition(key, mark):
    if mark == DESK:
        return editing.writing(key).definition
    row = models.Version.objects.filter(key=key, number=int(mark) if mark.isdigit() else 0).first()
    if row is None:
        raise errors.NotFound("procedures.unknown", _("Không có phiên bản này."))
    return row.definition


def between(older, newer):
    """Two definitions compared, the parts in the order of the editor."""
    before, after = list(_parts(older)), dict(_parts(newer))
    changes = [Change(title, was, after[title]) for title, was in before if was != after[title]]
    changes += _listed(older, newer)
    try:
        found = forms.differences(editing.read_form(older), editing.read_form(newer))
    except errors.Incorrect:
        return Comparison(tuple(changes), (), unreadable=True)
    return Comparison(tuple(changes), tuple(found))


def _parts(definition):
    """(title, value in words) of everything that has one value."""
    for name in _PLAIN:
        yield str(editing.LABELS[name]), str(definition.get(name) or "")
    yield str(editing.LABELS["words"]), ", ".join(definition.get("words") or ())
    partial = definition.get("level") == "partial"
    yield str(editing.LABELS["level"]), _("một phần") if partial else _("toàn trình")
    yield str(editing.LABELS["term"]), _term(definition)
    yield str(editing.LABELS["fee_vnd"]), money.show(definition.get("fee_vnd") or 0)
    yield str(editing.LABELS["process"]), _process(definition.get("process", ""))
    yield str(editing.LABELS["result_days"]), str(definition.get("result_days") or "")
    paper = definition.get("result_paper") or {}
    for name in ("position", "opening", "closing"):
        yield str(editing.LABELS[name]), paper.get(name, "")
    yield str(editing.LABELS["rows"]), _rows(definition, paper.get("rows") or ())


def _term(definition):
    term = definition.get("term") or 0
    return words.span_text(term, definition.get("term_unit") or "working_day")


def _process(key):
    try:
        return workflow.model(key).name
    except errors.NotFound:
        return key


def _rows(definition, names):
    known = {name: words for name, words, _item in editing.questions(definition)}
    return ", ".join(known.get(name, name) for name in names)


def _listed(older, newer):
    """Legal bases, papers, conditions and changes for a time: what came and what went."""
    listed = {
        "basis": _basis,
        "papers": _papers,
        "conditions": _conditions,
        "overrides": _overrides,
    }
    for title, shown in listed.items():
        was, now = (list(map(str, shown(side))) for side in (older, newer))
        for one in was:
            if one not in now:
                yield Change(str(editing.LABELS[title]), one, "")
        for one in now:
            if one not in was:
                yield Change(str(editing.LABELS[title]), "", one)


def _basis(definition):
    for one in definition.get("basis") or []:
        yield one if isinstance(one, str) else one.get("title", "")


def _papers(definition):
    for one in definition.get("papers") or []:
        needed = "" if one.get("required", True) else _(" (nếu có)")
        known = _(" (không phải nộp, dữ liệu đã có)") if one.get("from_data") else ""
        english = f" ({one['title_en']})" if one.get("title_en") else ""
        yield f"{one['title']}{english}{needed}{known}"


def _conditions(definition):
    for one in definition.get("conditions") or []:
        needed = _("Có") if one.get("needed", True) else _("Không")
        english = f" ({one['ask_en']})" if one.get("ask_en") else ""
        yield _("{ask} Cần trả lời: {answer}. Nếu khác: {otherwise}").format(
            ask=f"{one['ask']}{english}", answer=needed, otherwise=one["otherwise"]
        )


def _overrides(definition):
    for one in definition.get("overrides") or []:
        first, last = dates.show(one["valid_from"]), dates.show(one["valid_to"])
        yield _("{source}, từ {first} đến trước {last}").format(
            source=one["source"], first=first, last=last
        )
