"""Registers to look in: the public columns for everybody, all of them for the department."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.ledger import api as ledger
from haidang.kernel import errors, text
from haidang.rooms.procedures import models, registers
from haidang.rooms.procedures.selectors import words

_BIT = 25
STATES = {
    "valid": ("ok", gettext_noop("Còn hiệu lực")),
    "changed": ("neutral", gettext_noop("Đã thay bằng kết quả mới")),
    "expired": ("warn", gettext_noop("Hết hạn")),
    "revoked": ("bad", gettext_noop("Đã thu hồi")),
}


@dataclass(frozen=True)
class Row:
    """One entry as somebody sees it; `values` are (column, value) in the register's order."""

    id: int
    number: str
    values: list
    badge: object
    state: str
    issued_on: date
    valid_until: date | None
    ended_on: date | None
    days_left: int | None


def choices(*, public_only):
    """The registers to choose from: (key, title)."""
    return [
        (one.key, words.title_in(one))
        for one in registers.everything()
        if one.public or not public_only
    ]


def search(key, query="", *, everything=False, state="", ending=False, after=None):
    """A page of a register, the newest first.

    query         words of the public columns or of the number, with or without marks
    everything    all columns, for the department; else the public ones of a public register
    state         only entries in this state
    ending        only those that end within 90 days
    after         (issued_on, id) of the last line of the page before

    Returns  {"register", "rows", "next"}
    Raises   NotFound `procedures.register_unknown`
    """
    found = registers.register(key, public_only=not everything)
    rows = models.Entry.objects.filter(register=key)
    for word in text.fold(query[:100]).split()[:8]:
        rows = rows.filter(search__contains=word)
    if state in STATES:
        rows = rows.filter(state=state)
    if ending:
        soon = timezone.localdate() + timedelta(days=max(registers.WARNINGS))
        rows = rows.filter(state="valid", valid_until__lte=soon)
    if after:
        rows = rows.filter(Q(issued_on__lt=after[0]) | Q(issued_on=after[0], id__lt=after[1]))
    some = list(rows.order_by("-issued_on", "-id")[: _BIT + 1])
    last = some[_BIT - 1] if len(some) > _BIT else None
    columns = found.shown(everything=everything)
    return {
        "register": found,
        "title": words.title_in(found),
        "rows": [_row(one, columns) for one in some[:_BIT]],
        "next": (last.issued_on, last.id) if last else None,
    }


def _row(entry, columns):
    kind, told = STATES[entry.state]
    left = (entry.valid_until - timezone.localdate()).days if entry.valid_until else None
    return Row(
        entry.pk,
        entry.number,
        [(words.title_in(column), entry.values.get(column.key, "")) for column in columns],
        words.Badge(kind, _(told)),
        entry.state,
        entry.issued_on,
        entry.valid_until,
        entry.ended_on,
        left,
    )


def entry_page(key, entry_id, *, by):
    """One entry with all its columns and the entries before it; the look is noted.

    Raises    NotFound `procedures.register_unknown`, `procedures.entry_unknown`
    """
    found = registers.register(key)
    rows = models.Entry.objects.select_related("dossier", "follows")
    entry = rows.filter(register=key, pk=entry_id).first()
    if entry is None:
        raise errors.NotFound("procedures.entry_unknown", _("Không có mục này trong sổ."))
    about = entry.holder if entry.holder.startswith("Patient/") else None
    ledger.looked(by=by, about=about, what="procedures.see_entry", purpose="procedure")
    after = models.Entry.objects.filter(follows=entry).first()
    return {
        "register": found,
        "title": words.title_in(found),
        "entry": entry,
        "row": _row(entry, found.shown(everything=True)),
        "before": entry.follows,
        "after": after,
        "may_end": entry.state in ("valid", "expired"),
    }


def state_of(dossier):
    """How the register has the result of a dossier: (badge, ended_on), or None."""
    entry = models.Entry.objects.filter(dossier=dossier).first()
    if entry is None:
        return None
    kind, told = STATES[entry.state]
    return words.Badge(kind, _(told)), entry.ended_on
