"""Feedback as its giver and the head of the unit see it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import own, words

KINDS = {
    "reflection": gettext_noop("Phản ánh: điều chưa đúng"),
    "proposal": gettext_noop("Kiến nghị: điều nên làm tốt hơn"),
}
_STATES = {
    "open": ("warn", gettext_noop("Chờ trả lời")),
    "answered": ("ok", gettext_noop("Đã trả lời")),
    "redirected": ("info", gettext_noop("Đã hướng dẫn nơi giải quyết")),
}
PAGE = 50


@dataclass(frozen=True)
class Answer:
    """One answer of the unit, and what its reader replied when it would not do."""

    words: str
    by: str
    at: datetime
    reply: str


@dataclass(frozen=True)
class Feedback:
    """A piece of feedback in words; `clock` only while it waits."""

    id: int
    code: str
    title: str
    unit: str
    kind: str
    from_rating: bool
    words: str
    given_at: datetime
    badge: words.Badge
    clock: words.Clock | None
    answers: tuple[Answer, ...]
    is_open: bool
    may_judge: bool
    verdict: str
    case: str


def own_feedback(dossier_id, *, by, at):
    """A dossier with what the asker said about it, the newest first.

    Raises    NotFound `procedures.dossier_unknown`
    """
    row = own.mine(dossier_id, by=by)
    rows = _rows().filter(dossier=row, giver=by.ref).order_by("-given_at", "-pk")
    listed = [describe(one, at) for one in rows]
    return {
        "row": row,
        "title": words.name_of(domain.procedure(row.version.definition)),
        "listed": listed,
        "may_give": row.code is not None and not any(one.is_open for one in listed),
        "kinds": [(code, _(told)) for code, told in KINDS.items()],
    }


def waiting(*, by, at, closed=False, before=None):
    """Feedback for the units that the asker heads: what waits by its deadline, or what is closed.

    before    (answered_at, id) of the last line of the page before, among closed ones
    """
    access.require(by, "procedures.answer_feedback")
    rows = _rows()
    if not _sees_every_unit(by):
        rows = rows.filter(unit=by.org)
    if not closed:
        return [describe(one, at) for one in rows.filter(state="open").order_by("due_at", "pk")]
    rows = rows.exclude(state="open").order_by("-answered_at", "-pk")
    return [describe(one, at) for one in rows[:PAGE]]


def _sees_every_unit(by):
    return access.covers(by.org, domain.DEPARTMENT) and "director" in by.roles


def one(feedback_id, *, by, at):
    """One piece of feedback for the head who answers it; the look is noted.

    Raises    NotFound `procedures.feedback_unknown`; NotAllowed `access.not_permitted`
    """
    access.require(by, "procedures.answer_feedback")
    row = _rows().filter(pk=feedback_id).first()
    if row is None or not (access.covers(by.org, row.unit) or _sees_every_unit(by)):
        raise errors.NotFound("procedures.feedback_unknown", _("Không có phản ánh này."))
    about = row.dossier.applicant
    ledger.looked(by=by, about=about, what="procedures.see_feedback", purpose="procedure")
    found = describe(row, at)
    return {"it": found, "may_answer": found.is_open and access.covers(by.org, row.unit)}


def _rows():
    return models.Feedback.objects.select_related("dossier__version")


def describe(row, at):
    """A row as it is shown."""
    kind, label = _STATES[row.state]
    dossier = row.dossier
    is_open = row.state == "open"
    return Feedback(
        id=row.pk,
        code=dossier.code,
        title=words.name_of(domain.procedure(dossier.version.definition)),
        unit=access.name_of(row.unit) or row.unit,
        kind=_(KINDS[row.kind]),
        from_rating=row.origin == "rating",
        words=row.words,
        given_at=row.given_at,
        badge=words.Badge(kind, _(label)),
        clock=words.clock(row.due_at, at) if is_open else None,
        answers=tuple(_answer(one) for one in row.answers),
        is_open=is_open,
        may_judge=row.state == "answered" and not row.verdict,
        verdict=row.verdict,
        case=dossier.case,
    )


def _answer(told):
    moment = dates.parse_fhir(told["at"])[0]
    return Answer(told["words"], told["by"], moment, told.get("reply", ""))
