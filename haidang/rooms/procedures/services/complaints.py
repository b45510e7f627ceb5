"""Feedback on a dossier (phản ánh, kiến nghị): given, answered by the head, judged by who gave it.

Source: NĐ 63/2010/NĐ-CP on feedback about procedures; the survey's rule that a negative answer
opens a case; terms stand in `data/quality`.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import own, scoring

KINDS = ("reflection", "proposal")
_LONGEST = 2000
_BATCH = 200


@transaction.atomic
def give_feedback(dossier_id, *, by, kind, words, at):
    """Tell the head of the unit what is wrong (phản ánh) or could be better (kiến nghị).

    Returns   id of the feedback
    Raises    NotFound `procedures.dossier_unknown`; Incorrect `procedures.feedback_empty`,
              `procedures.feedback_kind`; Conflict `procedures.feedback_open`,
              `procedures.step_wrong`
    Records   event `procedures.feedback.given` (facts: code, kind, origin)
    """
    row = own.mine(dossier_id, by=by, lock=True)
    if kind not in KINDS:
        raise errors.Incorrect("procedures.feedback_kind", _("Chọn phản ánh hoặc kiến nghị."))
    if row.code is None:
        raise errors.Conflict("procedures.step_wrong", _("Hồ sơ này chưa được nộp."))
    given = _words(words, "procedures.feedback_empty", _("Viết rõ điều bạn muốn phản ánh."))
    return _open(row, by=by, kind=kind, words=given, origin="applicant", at=at).pk


@transaction.atomic
def from_rating(dossier_id, rating, *, at):
    """A low rating opens feedback by itself; the same news again changes nothing."""
    if rating not in _rules(at)["low"]:
        return None
    row = models.Dossier.objects.select_for_update().get(pk=dossier_id)
    if models.Feedback.objects.filter(dossier=row, origin="rating").exists():
        return None
    if models.Feedback.objects.filter(dossier=row, state="open").exists():
        return None  # the head has what the applicant said already
    words = row.rating_words or _("Người nộp chưa hài lòng và không viết thêm.")
    by = actors.Actor(ref=row.applicant, name=row.applicant_name, kind=actors.CITIZEN)
    return _open(row, by=by, kind="reflection", words=words, origin="rating", at=at).pk


def _open(row, *, by, kind, words, origin, at):
    unit = _unit_of(row)
    try:
        with transaction.atomic():
            made = models.Feedback.objects.create(
                dossier=row,
                unit=unit,
                origin=origin,
                kind=kind,
                words=words,
                giver=by.ref,
                given_at=at,
                due_at=_due(at),
            )
    except IntegrityError as why:
        raise errors.Conflict(
            "procedures.feedback_open",
            _("Phản ánh trước của bạn đang được xem xét; hãy chờ trả lời."),
        ) from why
    _note("procedures.feedback.given", made, by, kind=kind, origin=origin)
    _tell_heads(made, "procedures.feedback", at)
    return made


def _unit_of(row):
    clock = workflow.clocks([row.case]).get(row.case) if row.case else None
    return clock.org if clock else domain.DEPARTMENT


def _rules(at):
    return scoring.edition(at.astimezone(dates.HANOI).date()).feedback


def _due(at):
    rules = _rules(at)
    return workflow.working_days().due(at, workflow.Term(rules["term"], rules["term_unit"]))


@transaction.atomic
def answer_feedback(feedback_id, *, by, words, at):
    """Answer feedback (trả lời phản ánh); whoever gave it is told.

    Raises    NotFound `procedures.feedback_unknown`; NotAllowed `access.not_permitted`; Incorrect
              `procedures.answer_empty`; Conflict `procedures.feedback_closed`
    Records   event `procedures.feedback.answered` (facts: code, late)
    """
    row = _for_head(feedback_id, by)
    told = _words(words, "procedures.answer_empty", _("Viết câu trả lời cho người phản ánh."))
    _close(row, "answered", told, by, at)


@transaction.atomic
def redirect_feedback(feedback_id, *, by, words, at):
    """End feedback that is a legal complaint or a denunciation, and say where to turn.

    Such a letter has terms and rights of its own and is never answered as feedback.

    Raises    as `answer_feedback`
    Records   event `procedures.feedback.redirected` (facts: code, late)
    Source    Luật Khiếu nại 2011, Luật Tố cáo 2018
    """
    row = _for_head(feedback_id, by)
    where = _("Viết rõ người gửi cần nộp đơn ở đâu.")
    told = _words(words, "procedures.answer_empty", where)
    _close(row, "redirected", told, by, at)


def _for_head(feedback_id, by):
    row = models.Feedback.objects.select_for_update(of=("self",)).select_related("dossier")
    row = row.filter(pk=feedback_id).first()
    if row is None or not access.covers(by.org, row.unit):
        raise errors.NotFound("procedures.feedback_unknown", _("Không có phản ánh này."))
    access.require(by, "procedures.answer_feedback")
    if row.state != "open":
        raise errors.Conflict("procedures.feedback_closed", _("Phản ánh này đã được trả lời."))
    return row


def _close(row, state, words, by, at):
    row.answers = [*row.answers, {"words": words, "by": by.name, "at": at.isoformat()}]
    row.state, row.answered_at = state, at
    row.late = row.late or at > row.due_at
    row.save()
    _note(f"procedures.feedback.{state}", row, by, late=row.late)
    _tell_giver(row, at)


@transaction.atomic
def judge_feedback(feedback_id, *, by, satisfied, words="", at):
    """Say whether an answer will do (đánh giá câu trả lời); who is not content opens it again once.

    Raises    NotFound `procedures.feedback_unknown`; Conflict `procedures.feedback_judged`
    Records   event `procedures.feedback.judged` (facts: code, satisfied, reopened)
    """
    rows = models.Feedback.objects.select_for_update(of=("self",)).select_related("dossier")
    row = rows.filter(pk=feedback_id, giver=by.ref).first()
    if row is None:
        raise errors.NotFound("procedures.feedback_unknown", _("Không có phản ánh này."))
    if row.state != "answered" or row.verdict:
        raise errors.Conflict("procedures.feedback_judged", _("Câu trả lời này đã được đánh giá."))
    reopens = not satisfied and len(row.answers) <= _rules(at)["reopened"]
    if reopens:
        _reopen(row, words, at)
    else:
        row.verdict = "satisfied" if satisfied else "not_satisfied"
    row.unsatisfied = row.unsatisfied or not satisfied
    row.save()
    _note("procedures.feedback.judged", row, by, satisfied=satisfied, reopened=reopens)
    if reopens:
        _tell_heads(row, "procedures.feedback_again", at)


def _reopen(row, words, at):
    if models.Feedback.objects.filter(dossier=row.dossier, state="open").exists():
        raise errors.Conflict(
            "procedures.feedback_open",
            _("Phản ánh trước của bạn đang được xem xét; hãy chờ trả lời."),
        )
    said = words.strip()[:_LONGEST]
    row.answers[-1] |= {"reply": said, "replied_at": at.isoformat()}
    row.state, row.answered_at, row.late_told_at, row.due_at = "open", None, None, _due(at)


def tell_late(now=None):
    """Tell the department's leaders of feedback that waits past its term, once; return how many."""
    at = now or timezone.now()
    with transaction.atomic():
        rows = models.Feedback.objects.select_for_update(of=("self",), skip_locked=True)
        late = list(
            rows.select_related("dossier")
            .filter(state="open", due_at__lt=at, late_told_at=None)
            .order_by("due_at")[:_BATCH]
        )
        for row in late:
            row.late, row.late_told_at = True, at
            row.save(update_fields=["late", "late_told_at"])
            _note("procedures.feedback.late", row, actors.SYSTEM)
            _tell_heads(row, "procedures.feedback_late", at, roles=("unit_head", "director"))
    return len(late)


def tell_late_step(case_id, element, *, seq, at):
    """A step of a dossier is late: the head of the unit that has it is told (quá hạn một bước)."""
    row = models.Dossier.objects.filter(case=case_id).first()
    if row is None:
        return
    tasks = (one for one in workflow.tasks_of(case_id) if one.element == element)
    step = next(iter(sorted(tasks, key=lambda one: one.opened_at, reverse=True)), None)
    if step is None:
        return
    _tell(
        heads_of(step.org),
        "procedures.step_late",
        once=f"procedures.step_late/{seq}",
        facts={"code": row.code, "step": step.name},
        url=f"/thu-tuc/viec/{case_id}/",
        at=at,
    )


def heads_of(unit, roles=("unit_head",)):
    """Who is told for a unit: its heads, or its leaders where there is none."""
    for wanted in (roles, ("director",)):
        found = {
            card.ref
            for role in wanted
            for card in access.find_accounts(actors.SYSTEM, role=role, org=unit, active=True)
        }
        if found:
            return sorted(found)
    return []


def _tell_heads(row, kind, at, roles=("unit_head",)):
    _tell(
        heads_of(row.unit, roles),
        kind,
        once=f"{kind}/{row.pk}/{len(row.answers)}",
        facts={"code": row.dossier.code, "due": dates.show(row.due_at)},
        url=f"/thu-tuc/phan-anh/{row.pk}/",
        at=at,
    )


def _tell_giver(row, at):
    _tell(
        [row.giver],
        "procedures.feedback_answered",
        once=f"procedures.feedback_answered/{row.pk}/{len(row.answers)}",
        facts={"code": row.dossier.code},
        url=f"/thu-tuc/ho-so/{row.dossier_id}/phan-anh/",
        at=at,
    )


def _tell(people, kind, *, once, facts, url, at):
    for ref in people:
        notify.send(kind, to=ref, once=once, by=actors.SYSTEM, at=at, facts=facts, url=url)


def _words(words, code, sentence):
    found = words.strip()[:_LONGEST]
    if not found:
        raise errors.Incorrect(code, sentence)
    return found


def _note(event, row, by, **facts):
    facts |= {"code": row.dossier.code}
    ledger.record(event, by=by, record=f"Feedback/{row.pk}", org=row.unit, facts=facts)
