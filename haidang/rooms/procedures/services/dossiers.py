"""Writes: one function for each thing that an applicant or an officer does with a dossier."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.selectors.own import mine
from haidang.rooms.procedures.services import papers

_TAKE = """
INSERT INTO procedures_number (series, last) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET last = procedures_number.last + 1 RETURNING last
"""


def _take(series):
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series])
        return cursor.fetchone()[0]


def _today(at):
    return at.astimezone(dates.HANOI).date()


@transaction.atomic
def begin(key, *, by, known, at):
    """Begin an application (bắt đầu hồ sơ), or go on with the one that was begun.

    known    what the product knows of the applicant, by the names of the forms' `prefill`

    Raises    NotFound `procedures.unknown`
    """
    version = catalogue.version_of(key, _today(at))
    row = models.Dossier.objects.filter(applicant=by.ref, version=version, state="draft").first()
    if row is not None:
        return row.pk
    response = forms.start(key, by=by, on=_today(at), about="procedures", known=known)
    row = models.Dossier.objects.create(
        version=version, applicant=by.ref, applicant_name=by.name, response=response.id
    )
    return row.pk


@transaction.atomic
def save_answers(dossier_id, posted, *, by, revision):
    """Keep what was filled in so far; a supplement is filled in the same way.

    Raises    as `forms.save`; Conflict `procedures.step_wrong`
    """
    row = mine(dossier_id, by=by)
    _check_open_for_answers(row)
    found = forms.response(row.response, by=by)
    answers = forms.answers_of(found.form, posted, before=found.answers)
    return forms.save(row.response, answers, by=by, revision=revision)


def _check_open_for_answers(row):
    if row.state != "draft":
        raise errors.Conflict(
            "procedures.step_wrong", _("Hồ sơ đã nộp; chỉ bổ sung được khi cơ quan yêu cầu.")
        )


@transaction.atomic
def attach(dossier_id, link_id, name, pieces, *, by, revision):
    """Attach a file to a question (đính kèm).

    Raises    as `documents.keep` and `forms.save`; NotFound `procedures.question_unknown`
    """
    row = mine(dossier_id, by=by)
    _check_open_for_answers(row)
    found = forms.response(row.response, by=by)
    item = found.form.item(link_id)
    if item is None or item.type != "attachment":
        raise errors.NotFound("procedures.question_unknown", _("Không có chỗ đính kèm này."))
    kept = documents.keep(pieces, name=name, by=by)
    told = {"id": kept.sha256, "name": name[:200], "size": kept.size, "type": kept.type}
    answers = dict(found.answers)
    answers[link_id] = [*answers.get(link_id, []), told] if item.repeats else told
    return forms.save(row.response, answers, by=by, revision=revision)


@transaction.atomic
def submit(dossier_id, *, by, at):
    """Submit an application (nộp hồ sơ): judged, numbered, and on its way or waiting for its fee.

    The same again changes nothing.

    Raises    RuleBroken `forms.incomplete` (facts: issues); NotFound `procedures.dossier_unknown`
    Records   event `procedures.dossier.submitted`
    """
    row = mine(dossier_id, by=by, lock=True)
    if row.state != "draft":
        return row.code
    found = domain.on(domain.procedure(row.version.definition), _today(at))
    forms.complete(row.response, by=by, on=_today(at))
    day = _today(at).strftime("%y%m%d")
    row.code = f"{domain.UNIT_CODE}-{day}-{_take(f'dossier/{day}'):04d}"
    row.submitted_at = at
    if found.fee_vnd:
        order = payments.open_order(
            domain.RECEIVER,
            amount_vnd=found.fee_vnd,
            what=found.name[:200],
            about=f"Dossier/{row.pk}",
            by=by,
        )
        row.order, row.state = order.number, "unpaid"
        row.save()
    else:
        _send_on_its_way(row, found, by=by, at=at)
    _note("procedures.dossier.submitted", row, by)
    _tell(row, "procedures.submitted", at)
    return row.code


def _send_on_its_way(row, found, *, by, at):
    row.state = "submitted"
    term = workflow.Term(found.term, found.term_unit) if found.term else None
    case = workflow.start(
        found.process,
        title=f"{row.code} · {found.name}",
        about=f"Dossier/{row.pk}",
        org=domain.DEPARTMENT,
        by=by,
        at=at,
        term=term,
        data={"fee_vnd": found.fee_vnd},
    )
    row.case = case.id
    row.save()
    if case.state == "ended":
        _decide(row, found, accepted=True, by=actors.SYSTEM, at=at)
        _return(row, by=actors.SYSTEM, at=at)


@transaction.atomic
def paid(order_number, *, at):
    """The fee came (đã nộp lệ phí): the dossier goes on its way. The same news again does nothing."""
    rows = models.Dossier.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(order=order_number, state="unpaid").first()
    if row is not None:
        found = domain.on(domain.procedure(row.version.definition), _today(row.submitted_at))
        _send_on_its_way(row, found, by=actors.SYSTEM, at=at)


@transaction.atomic
def decide(task_id, *, by, at, outcome="", items=(), reason=""):
    """Finish a step (xong một bước) of a dossier with what was decided.

    outcome    one of the step's outcomes, or empty
    items      for `supplement`: each paper or answer that is missing
    reason     for `supplement` and `refuse`: in the applicant's words

    Raises    as `workflow.claim` and `workflow.complete`; RuleBroken `procedures.asked_once`;
              Incorrect `procedures.nothing_asked`, `procedures.reason_missing`
    Records   events of the state that the dossier comes to
    """
    task = workflow.claim(task_id, by=by, at=at)
    row = _of_case(task.case)
    if outcome == "supplement":
        supplement = domain.Supplement(tuple(i.strip() for i in items if i.strip()), reason)
        domain.check_supplement(len(row.supplements), supplement)
        row.supplements.append(
            {"items": supplement.items, "reason": reason, "at": at.isoformat(), "by": by.name}
        )
    if outcome == "refuse" and not reason.strip():
        raise errors.Incorrect(
            "procedures.reason_missing", _("Nêu lý do và căn cứ để người nộp hiểu.")
        )
    if reason and outcome in ("refuse", "fail", "disagree"):
        row.refusal = reason
    data = {"outcome": outcome, "stage": task.element}
    case = workflow.complete(task_id, by=by, at=at, data=data)
    _follow(row, case, task.element, outcome, by=by, at=at)


def _follow(row, case, element, outcome, *, by, at):
    """Bring the dossier to the state that its case came to."""
    if outcome in ("supplement", "remedy"):
        _move(row, "supplement")
        workflow.pause(case.id, by=by, at=at, reason=_("Chờ người nộp bổ sung"))
        _note("procedures.supplement.asked", row, by)
        _tell(row, "procedures.supplement", at)
    elif element == "receive":
        _received(row, outcome, by=by, at=at)
    elif element == "sign" and outcome != "return":
        found = domain.on(domain.procedure(row.version.definition), _today(row.submitted_at))
        _decide(row, found, accepted=not row.refusal, by=by, at=at)
    elif element == "deliver":
        _return(row, by=by, at=at)
    row.save()


def _received(row, outcome, *, by, at):
    if outcome == "refuse":
        _move(row, "refused")
        row.ended_at = at
        if row.order:
            payments.cancel_order(row.order, by=by, reason=row.refusal)
        _note("procedures.dossier.refused", row, by)
        _tell(row, "procedures.refused", at)
    else:
        _move(row, "processing")
        _note("procedures.dossier.received", row, by)
        _tell(row, "procedures.received", at)


def _decide(row, found, *, accepted, by, at):
    """Give out the paper that ends the matter; it is signed when the transaction has ended."""
    _move(row, "decided")
    row.ended_at = at
    year = _today(at).year
    row.result_number = (
        f"{_take(f'result/{found.result_code}/{year}'):04d}/{year}/{found.result_code[3:]}"
    )
    if accepted and found.result_days:
        row.result_until = _today(at) + timedelta(days=found.result_days)
    response = forms.fetch(row.response)
    row.save()
    row.result_file = papers.give_out(row, found, response, accepted=accepted, by=by, at=at)
    row.save()
    _note("procedures.dossier.decided", row, by, accepted=accepted)


def _return(row, *, by, at):
    _move(row, "returned")
    row.save()
    _note("procedures.dossier.returned", row, by)
    _tell(row, "procedures.returned", at)


@transaction.atomic
def supply(dossier_id, files, *, words, by, at):
    """Give what was asked for (bổ sung hồ sơ); the clock starts again.

    files    (name, pieces) of what is added
    words    what the applicant says besides

    Raises    as `documents.keep`; Conflict `procedures.step_wrong`; Incorrect
              `procedures.nothing_given`
    Records   event `procedures.supplement.given`
    """
    row = mine(dossier_id, by=by, lock=True)
    if row.state != "supplement":
        domain.check_step(row.state, "processing")
    kept = [
        {"id": one.sha256, "name": name[:200], "size": one.size, "type": one.type}
        for name, pieces in files
        for one in [documents.keep(pieces, name=name, by=by)]
    ]
    if not kept and not words.strip():
        raise errors.Incorrect(
            "procedures.nothing_given", _("Đính kèm giấy tờ hoặc viết lời giải trình.")
        )
    asked = row.supplements[-1] if row.supplements else None
    given = {"files": kept, "words": words, "given_at": at.isoformat()}
    row.supplements = [*row.supplements[:-1], (asked or {}) | given]
    case = workflow.resume(row.case, by=by, at=at, afresh=True)
    stage = case.done[-1]["data"].get("stage", "")
    element = next(e for e in case.open_elements if e in ("supply", "remedy"))
    task = next(t for t in workflow.tasks_of(case.id) if t.element == element and t.state == "open")
    workflow.complete(task.id, by=by, at=at, data={"outcome": "", "stage": stage})
    _move(row, "submitted" if stage == "receive" else "processing")
    row.save()
    _note("procedures.supplement.given", row, by)


@transaction.atomic
def withdraw(dossier_id, *, by, at, reason):
    """Take an application back (rút hồ sơ), before it is decided.

    Raises    Conflict `procedures.step_wrong`; NotFound `procedures.dossier_unknown`
    Records   event `procedures.dossier.withdrawn`
    """
    row = mine(dossier_id, by=by, lock=True)
    _move(row, "withdrawn")
    row.ended_at = at
    if row.case:
        workflow.stop(row.case, by=by, at=at, reason=reason)
    if row.order:
        payments.cancel_order(row.order, by=by, reason=reason)
    row.save()
    _note("procedures.dossier.withdrawn", row, by)


@transaction.atomic
def rate(dossier_id, *, by, rating, words=""):
    """Say how it went (đánh giá), once.

    Raises    Incorrect `procedures.rating_unknown`; Conflict `procedures.rated`
    Records   event `procedures.dossier.rated` (facts: rating)
    """
    row = mine(dossier_id, by=by, lock=True)
    if rating not in domain.RATINGS:
        raise errors.Incorrect("procedures.rating_unknown", _("Hãy chọn một mức đánh giá."))
    if row.rating or row.state not in ("returned", "refused"):
        raise errors.Conflict("procedures.rated", _("Hồ sơ này đã được đánh giá hoặc chưa xong."))
    row.rating, row.rating_words = rating, words[:1000]
    row.save(update_fields=["rating", "rating_words"])
    _note("procedures.dossier.rated", row, by, rating=rating)


def _of_case(case_id):
    rows = models.Dossier.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(case=case_id).first()
    if row is None:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def _move(row, target):
    domain.check_step(row.state, target)
    row.state = target


def _note(event, row, by, **facts):
    facts |= {"code": row.code, "procedure": row.version.key}
    ledger.record(event, by=by, record=f"Dossier/{row.pk}", org=domain.DEPARTMENT, facts=facts)


def _tell(row, kind, at):
    notify.send(
        kind,
        to=row.applicant,
        once=f"{kind}/{row.pk}/{len(row.supplements)}",
        by=actors.SYSTEM,
        at=at,
        facts={"code": row.code},
        url=f"/thu-tuc/ho-so/{row.pk}/",
    )
