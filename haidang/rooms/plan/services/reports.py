"""A unit's report: written, evidence attached, submitted with frozen figures, returned, accepted."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.plan import domain, models, selectors
from haidang.rooms.plan.services import quarters

_MOST_FILES = 10


@transaction.atomic
def write(report_id, *, words, tasks, revision, by):
    """Save the words of a report (viết báo cáo), and what is said of each task.

    tasks     {code: (state, words)}; codes that the plan does not know are refused
    revision  the revision that the writer saw, so that two writers do not undo each other

    Raises    as `domain.move`; Conflict `plan.written_meanwhile`; Incorrect `plan.task_unknown`
    Records   event `plan.report.written`
    Returns   the new revision
    """
    row, plan = _mine(report_id, by)
    if row.revision != revision:
        raise errors.Conflict(
            "plan.written_meanwhile",
            _("Người khác vừa lưu báo cáo này; hãy tải lại trang rồi viết tiếp."),
        )
    _check_tasks(tasks, plan)
    row.words, row.revision = words.strip()[:10000], row.revision + 1
    row.save(update_fields=["words", "revision"])
    for code, (state, said) in tasks.items():
        models.TaskWords.objects.update_or_create(
            report=row, task=code, defaults={"state": state, "words": said.strip()[:3000]}
        )
    _note("plan.report.written", row, by)
    return row.revision


def _check_tasks(tasks, plan):
    known = {task.code for task in plan.tasks}
    wrong = [c for c, (state, _said) in tasks.items() if c not in known or state not in domain.TASK_STATES]  # fmt: skip
    if wrong:
        raise errors.Incorrect(
            "plan.task_unknown", _("Báo cáo nêu nhiệm vụ hoặc trạng thái không có trong kế hoạch.")
        )


@transaction.atomic
def attach(report_id, task, *, name, pieces, by, at):
    """Attach evidence to a task (đính kèm minh chứng), and return the hash of the file.

    Raises    as `documents.keep`; RuleBroken `plan.too_many_files`; Incorrect `plan.task_unknown`
    Records   event `plan.evidence.attached` (facts: task, file)
    """
    row, plan = _mine(report_id, by)
    _check_tasks({task: ("done", "")}, plan)
    kept = documents.keep(pieces, name=name, by=by)
    said, _new = models.TaskWords.objects.select_for_update().get_or_create(report=row, task=task)
    if any(one["file"] == kept.sha256 for one in said.evidence):
        return kept.sha256
    if len(said.evidence) >= _MOST_FILES:
        raise errors.RuleBroken(
            "plan.too_many_files", _("Mỗi nhiệm vụ nhận tối đa 10 tệp minh chứng.")
        )
    said.evidence.append(
        {"file": kept.sha256, "name": name[:200], "at": at.isoformat(), "by": by.name}
    )
    said.save(update_fields=["evidence"])
    _note("plan.evidence.attached", row, by, task=task, file=kept.sha256)
    return kept.sha256


@transaction.atomic
def submit(report_id, *, by, at):
    """Submit a report (nộp báo cáo): its figures are frozen as they are now.

    Late is taken, and marked. What was never computed is computed first.

    Raises    Conflict `plan.already_submitted`, `plan.already_accepted`, `plan.already_signed`;
              RuleBroken `plan.report_incomplete` (facts: issues)
    Records   event `plan.report.submitted` (facts: round, late)
    """
    row, plan = _mine(report_id, by)
    said = [(t.task, t.state, t.words, len(t.evidence)) for t in row.tasks.all()]
    domain.check_words(row.words, said)
    row.state = domain.move(row.state, "submitted")
    row.round += 1
    row.submitted_at, row.submitted_by = at, by.name
    row.first_submitted_at = row.first_submitted_at or at
    row.save()
    freeze(row.quarter, plan, report=row, by=by, at=at)
    _note("plan.report.submitted", row, by, round=row.round, late=at > row.quarter.due_at)


def freeze(quarter, plan, *, report=None, by, at):
    """Keep the figures of a unit, or of the city, as they are now (chốt số liệu)."""
    period = analytics.period(quarter.label)
    compute_missing(plan.indicators, period, by=by)
    figures = (
        selectors.of_unit(plan.indicators, period, report.unit)
        if report
        else selectors.of_city(plan.indicators, period)
    )
    models.Figure.objects.bulk_create(
        models.Figure(
            quarter=quarter,
            report=report,
            round=report.round if report else 0,
            frozen_at=at,
            **{**vars(one), "missing": list(one.missing)},
        )
        for one in figures
    )


def compute_missing(codes, period, *, by):
    """Compute the indicators that have no figure for a period yet, and return how many."""
    lacking = [
        one.indicator.code
        for one in analytics.figures(codes, period)
        if one.state == "not_computed"
    ]
    if lacking:
        analytics.compute_many(lacking, period, by=by)
    return len(lacking)


@transaction.atomic
def send_back(report_id, *, reason, by, at):
    """Return a report to its unit (trả lại), with the reason.

    Raises    RuleBroken `plan.reason_missing`; as `domain.move`; NotAllowed `access.not_permitted`
    Records   event `plan.report.returned`
    """
    row = _at_desk(report_id, by)
    if not reason.strip():
        raise errors.RuleBroken(
            "plan.reason_missing", _("Nêu lý do trả lại để đơn vị biết cần sửa gì.")
        )
    row.state = domain.move(row.state, "returned")
    row.returns.append({"at": at.isoformat(), "by": by.name, "reason": reason.strip()[:2000]})
    row.save(update_fields=["state", "returns"])
    _note("plan.report.returned", row, by, round=row.round)
    quarters.tell(row, "plan.returned", at=at)


@transaction.atomic
def accept(report_id, *, by, at):
    """Accept a report (chấp nhận).

    Raises    as `domain.move`; NotAllowed `access.not_permitted`
    Records   event `plan.report.accepted`
    """
    row = _at_desk(report_id, by)
    row.state = domain.move(row.state, "accepted")
    row.accepted_at = at
    row.save(update_fields=["state", "accepted_at"])
    _note("plan.report.accepted", row, by, round=row.round)
    quarters.tell(row, "plan.accepted", at=at)


def _mine(report_id, by):
    """A report that may be written now, locked, and its plan."""
    row = _locked(report_id)
    access.require(by, "plan.report", org=row.unit)
    if row.state not in domain.EDITABLE:
        domain.move(row.state, "submitted")
    if row.quarter.state != "open":
        domain.move("signed", "submitted")
    return row, domain.read(row.quarter.version.definition)


def _at_desk(report_id, by):
    access.require(by, "plan.review", org=domain.DEPARTMENT)
    return _locked(report_id)


def _locked(report_id):
    rows = models.Report.objects.select_for_update(of=("self",))
    row = rows.select_related("quarter__version").filter(pk=report_id).first()
    if row is None:
        raise errors.NotFound("plan.report_unknown", _("Không có báo cáo này."))
    return row


def _note(event, row, by, **facts):
    facts |= {"quarter": row.quarter.label}
    ledger.record(event, by=by, record=f"PlanReport/{row.pk}", org=row.unit, facts=facts)
