"""Writes: what officers decide, and what follows from it until the result is in the right hands."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.services import moving, papers, registers, slips

_BATCH = 200
_NEW_TERM = 5


def send_on_its_way(row, found, *, by, at):
    """Open the case of a dossier that is submitted and paid."""
    row.state = "submitted"
    case = workflow.start(
        found.process,
        title=f"{row.code} · {found.name}",
        about=f"Dossier/{row.pk}",
        org=domain.DEPARTMENT,
        by=by,
        at=at,
        term=workflow.Term(found.term, found.term_unit) if found.term else None,
        data={"fee_vnd": found.fee_vnd},
    )
    row.case = case.id
    row.save()
    if case.state == "ended":
        _decide(row, found, accepted=True, by=actors.SYSTEM, at=at)


@transaction.atomic
def paid(order_number, *, at):
    """The fee came (đã nộp lệ phí): the dossier goes on its way. The same news again does nothing."""
    rows = models.Dossier.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(order=order_number, state="unpaid").first()
    if row is not None:
        send_on_its_way(row, moving.procedure_of(row), by=actors.SYSTEM, at=at)


@transaction.atomic
def decide(task_id, *, by, at, case_id=None, outcome="", items=(), reason="", handing=None):
    """Finish a step (xong một bước) of a dossier with what was decided.

    case_id    the case on whose page it was decided; a step of another one is not found
    outcome    one of the step's outcomes, or empty
    items      for `supplement` and `remedy`: each paper, answer or fault that is to be mended
    reason     for those, and for whatever is against the applicant: in the applicant's words
    handing    for the step that delivers: `domain.Handing`; left out, the result is online

    Raises    as `workflow.claim` and `workflow.complete`; RuleBroken `procedures.asked_once`,
              `procedures.result_unsigned`; Incorrect `procedures.nothing_asked`,
              `procedures.reason_missing`, `procedures.handing_incomplete`
    Records   events of the state that the dossier comes to
    """
    row = _row_of_task(task_id, case_id)
    task = workflow.claim(task_id, by=by, at=at)
    if task.element == "deliver":
        domain.check_signed(row.result_file)
        handing = handing or domain.Handing(row.return_way)
        domain.check_handing(handing)
    if outcome in domain.ASKING:
        _ask(row, outcome, items, reason, by=by, at=at)
    _judge(row, outcome, reason)
    data = {"outcome": outcome, "stage": task.element}
    case = workflow.complete(task_id, by=by, at=at, data=data)
    _follow(row, case, task.element, outcome, by=by, at=at)
    if task.element == "deliver":
        _return(row, handing, by=by, at=at)
        row.save()


def _row_of_task(task_id, case_id):
    """The locked dossier of a step.

    A dossier is locked before its case, as in every other act: an officer who decides while the
    applicant withdraws would otherwise wait for a lock of somebody who waits for theirs.
    """
    task = workflow.task(task_id)
    if case_id is not None and task.case != case_id:
        raise errors.NotFound("workflow.task_unknown", _("Không có việc này."))
    return moving.of_case(task.case)


def _judge(row, outcome, reason):
    """Keep what speaks against the applicant; it never goes without its reason."""
    if outcome == "return":
        row.refusal = ""  # whoever does the work again judges anew
    if outcome not in domain.AGAINST:
        return
    if not reason.strip():
        raise errors.Incorrect(
            "procedures.reason_missing", _("Nêu lý do và căn cứ để người nộp hiểu.")
        )
    # Two who work side by side may both be against it: neither's reason takes the other's place.
    row.refusal = "; ".join(filter(None, (row.refusal, reason.strip())))[:1000]


def _ask(row, outcome, items, reason, *, by, at):
    supplement = domain.Supplement(tuple(i.strip() for i in items if i.strip()), reason)
    asked_before = sum(one.get("kind") != "remedy" for one in row.supplements)
    domain.check_supplement(0 if outcome == "remedy" else asked_before, supplement)
    told = {"items": supplement.items, "reason": reason, "at": at.isoformat(), "by": by.name}
    row.supplements.append(told | {"kind": outcome})


def _follow(row, case, element, outcome, *, by, at):
    """Bring the dossier to the state that its case came to."""
    if outcome in domain.ASKING:
        moving.move(row, "supplement")
        workflow.pause(case.id, by=by, at=at, reason=_("Chờ người nộp bổ sung"))
        slips.make(row, "02", by=by, at=at)
        moving.note("procedures.supplement.asked", row, by)
        moving.tell(row, "procedures.supplement", at)
    elif element == "receive":
        _received(row, case, outcome, by=by, at=at)
    elif element == "sign" and outcome != "return":
        _decide(row, moving.procedure_of(row), accepted=not row.refusal, by=by, at=at)
    row.save()


def _received(row, case, outcome, *, by, at):
    if outcome == "refuse":
        moving.move(row, "refused")
        moving.end(row, at, refused=True)
        if row.order:
            payments.cancel_order(row.order, by=by, reason=row.refusal)
        slips.make(row, "03", by=by, at=at)
        moving.note("procedures.dossier.refused", row, by)
        moving.tell(row, "procedures.refused", at)
    else:
        moving.move(row, "processing")
        row.received_at, row.due_at = at, case.due_at
        slips.make(row, "01", by=by, at=at)
        moving.note("procedures.dossier.received", row, by)
        moving.tell(row, "procedures.received", at)


def _decide(row, found, *, accepted, by, at):
    """Give out the paper that ends the matter; it is signed when the transaction has ended."""
    moving.move(row, "decided")
    moving.end(row, at, refused=not accepted)
    year = moving.day_of(at).year
    row.result_number = (
        f"{moving.take(f'result/{found.result_code}/{year}'):04d}/{year}/{found.result_code[3:]}"
    )
    if accepted and found.result_days:
        row.result_until = moving.day_of(at) + timedelta(days=found.result_days)
    row.save()
    response = forms.fetch(row.response)
    issued = papers.give_out(row, found, response, accepted=accepted, by=by, at=at)
    moving.note("procedures.dossier.decided", row, by, accepted=accepted)
    if issued.state == "waiting":
        transaction.on_commit(lambda: _sign(issued.code))
    else:
        _has_its_paper(row, issued.file, at=at)


def _sign(code):
    paper = documents.sign_now(code)
    if paper.file:
        signed(paper.about, paper.file, at=paper.signed_at)


@transaction.atomic
def signed(about, file, *, at):
    """A result has its signatures (kết quả đã ký): it can be delivered, and its applicant is told.

    The same news again does nothing, and so does news of other papers.
    """
    pk = about.removeprefix("Dossier/")
    if not pk.isdigit():
        return
    rows = models.Dossier.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(pk=pk, result_file="").exclude(result_number="").first()
    if row is not None:
        _has_its_paper(row, file, at=at)


def _has_its_paper(row, file, *, at):
    """What follows when the result can be fetched; a process without people ends here."""
    row.result_file = file
    row.save()
    if not row.refusal:
        registers.enter(row, at=at)
    if row.state == "decided" and workflow.case(row.case).state == "ended":
        _return(row, domain.Handing(), by=actors.SYSTEM, at=at)
    else:
        moving.tell(row, "procedures.signed", at)
    row.save()


def _return(row, handing, *, by, at):
    moving.move(row, "returned")
    row.return_way, row.returned_at, row.returned_to = handing.way, at, handing.to.strip()
    if handing.way == "post":
        models.Parcel.objects.create(
            dossier=row,
            direction="out",
            tracking=handing.tracking.strip(),
            fee_vnd=handing.fee_vnd,
            address=(handing.address or row.contact.get("return_address", ""))[:300],
            at=at,
            by_ref=by.ref,
        )
    if handing.way == "counter":
        slips.make(row, "handing", by=by, at=at)
    moving.note("procedures.dossier.returned", row, by, way=handing.way)
    moving.tell(row, "procedures.returned", at)


@transaction.atomic
def apologise(case_id, *, by, at, until, reason):
    """Put a result off and say so (xin lỗi và hẹn lại ngày trả), once, with slip 04.

    Raises    as `workflow.extend`; NotFound `procedures.dossier_unknown`
    Records   event `procedures.dossier.put_off`
    Source    NĐ 61/2018/NĐ-CP, Điều 19 (written apology, reason, only one new date)
    """
    row = moving.of_case(case_id)
    was = workflow.case(case_id).due_at
    workflow.extend(case_id, by=by, at=at, until=until, reason=reason)
    slips.make(row, "04", by=by, at=at, was=was, until=until, reason=reason)
    row.due_at = until
    row.save(update_fields=["due_at"])
    moving.note("procedures.dossier.put_off", row, by)
    moving.tell(row, "procedures.put_off", at, until=dates.show(moving.day_of(until)))


def apologise_for_late(*, at):
    """Apologise for dossiers whose day has passed without a word, and return how many.

    The new day is five working days away: somebody has to keep it, because no other can be given.
    An officer who sees the delay coming does it earlier.
    """
    late = models.Dossier.objects.filter(state="processing", due_at__lt=at)
    late = late.exclude(slips__form="04").order_by("due_at")
    return sum(
        _apologise_late(case, at) for case in list(late.values_list("case", flat=True)[:_BATCH])
    )


def _apologise_late(case_id, at):
    case = workflow.case(case_id)
    if case.state != "running" or case.extended or case.due_at is None or case.due_at >= at:
        return False
    until = workflow.working_days().due(at, workflow.Term(_NEW_TERM))
    reason = "Hồ sơ chưa được giải quyết xong trong thời hạn"
    apologise(case_id, by=actors.SYSTEM, at=at, until=until, reason=reason)
    return True
