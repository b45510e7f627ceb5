"""A report goes up: submitted, returned, approved, locked."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.reporting import domain, models
from haidang.rooms.reporting.selectors import reports, words
from haidang.rooms.reporting.services import exports, keeping


@transaction.atomic
def submit(report_id, *, by, at):
    """Submit a report (nộp báo cáo): from now on its figures stand as they are.

    A rule that does not hold stops it. Typed cells left empty and warnings need the unit's words.
    Late is taken, and marked.

    Raises    Conflict `reporting.already_submitted`, `reporting.already_approved`,
              `reporting.locked`; RuleBroken `reporting.report_incomplete` (facts: issues, each
              {cell, message}); NotAllowed `access.not_permitted`
    Records   event `reporting.report.submitted` (facts: round, late)
    """
    row = keeping.writable(report_id, "reporting.submit", by)
    issues = list(_issues(row, reports.form_of(row)))
    if issues:
        raise errors.RuleBroken(
            "reporting.report_incomplete", _("Báo cáo chưa đủ để nộp."), issues=issues
        )
    row.state = domain.move(row.state, "submitted")
    row.round += 1
    row.submitted_at, row.submitted_by, row.submitted_ref = at, by.name, by.ref
    row.first_submitted_at = row.first_submitted_at or at
    keeping.step(row, "submitted", by=by, at=at)
    row.save()
    keeping.note("reporting.report.submitted", row, by, round=row.round, late=at > row.due_at)
    keeping.tell_reviewer(row, "reporting.submitted", at=at)


def _issues(row, form):
    """What stands between a report and its submission."""
    if row.filled_at is None and form.counts().keys() & {"indicator", "units"}:
        yield {"cell": "", "message": _("Lấy số liệu của hệ thống vào báo cáo trước khi nộp.")}
        return
    standing = reports.standing(row.corrections.order_by("pk"))
    results = domain.evaluate(form, reports.given(row.values.all()), standing)
    faults = domain.faults_of(form, results)
    yield from ({"cell": f.key, "message": words.fault(f)} for f in faults if not f.warning)
    if row.words.strip():
        return
    blank = [key for key, one in results.items() if one.state == "blank"]
    if blank:
        said = _("Còn {n} ô nhập tay để trống; nhập số, hoặc giải trình vì sao chưa có.")
        yield {"cell": blank[0], "message": said.format(n=len(blank))}
    for fault in (f for f in faults if f.warning):
        said = _("{rule} Nếu số đúng, hãy giải trình.")
        yield {"cell": fault.key, "message": said.format(rule=words.fault(fault))}


@transaction.atomic
def send_back(report_id, *, reason, by, at):
    """Return a report to its unit (trả lại), with the reason.

    Raises    RuleBroken `reporting.reason_missing`; Conflict as `domain.move`; NotAllowed
    Records   event `reporting.report.returned` (facts: round)
    """
    row = _above(report_id, "reporting.review", by)
    said = domain.check_reason(reason)
    row.state = domain.move(row.state, "returned")
    keeping.step(row, "returned", by=by, at=at, reason=said)
    row.save(update_fields=["state", "history"])
    keeping.note("reporting.report.returned", row, by, round=row.round)
    keeping.tell_unit(row, "reporting.returned", at=at)


@transaction.atomic
def approve(report_id, *, by, at):
    """Approve a report (duyệt). Whoever submitted it does not.

    Raises    RuleBroken `reporting.own_report`; Conflict as `domain.move`; NotAllowed
    Records   event `reporting.report.approved` (facts: round)
    """
    row = _above(report_id, "reporting.review", by)
    state = domain.move(row.state, "approved")
    domain.check_four_eyes(row.submitted_ref, by.ref)
    row.state, row.approved_at, row.approved_by = state, at, by.name
    keeping.step(row, "approved", by=by, at=at)
    row.save(update_fields=["state", "approved_at", "approved_by", "history"])
    keeping.note("reporting.report.approved", row, by, round=row.round)


@transaction.atomic
def lock(report_id, *, by, at):
    """Lock an approved report (khóa): it never changes again, and its PDF is issued.

    The digest of all that it says is kept in the ledger, so that a copy can be compared with it.

    Raises    Conflict `reporting.not_approved`, and as `domain.move`; NotAllowed
    Records   event `reporting.report.locked` (facts: digest, paper)
    """
    row = _above(report_id, "reporting.lock", by)
    _lock(row, by=by, at=at)


def _lock(row, *, by, at):
    row.state = domain.move(row.state, "locked")
    row.locked_at, row.locked_by = at, by.name
    row.digest = _digest(row)
    keeping.step(row, "locked", by=by, at=at)
    row.paper = exports.issue(row, at=at)
    row.save()
    facts = {"digest": row.digest, "paper": row.paper}
    keeping.note("reporting.report.locked", row, by, **facts)
    keeping.tell_unit(row, "reporting.locked", at=at)


def lock_approved(form, period, *, by, at):
    """Lock every approved report of a form and period that one may lock (khóa kỳ); how many.

    Raises    RuleBroken `reporting.nothing_to_lock`
    Records   event `reporting.report.locked` for each
    """
    rows = models.Report.objects.filter(form=form, period=period, state="approved")
    reviewers = set(rows.values_list("reviewer", flat=True))
    mine = [one for one in reviewers if access.may(by, "reporting.lock", org=one)]
    waiting = list(rows.filter(reviewer__in=mine).order_by("unit").values_list("pk", flat=True))
    if not waiting:
        raise errors.RuleBroken(
            "reporting.nothing_to_lock", _("Không có báo cáo đã duyệt nào chờ khóa.")
        )
    return sum(_lock_approved(pk, by=by, at=at) for pk in waiting)


@transaction.atomic
def _lock_approved(pk, *, by, at):
    """Lock one of many, unless somebody else has done something with it meanwhile; whether it was."""
    row = keeping.locked_row(pk)
    if row.state != "approved":
        return False
    _lock(row, by=by, at=at)
    return True


def _digest(row):
    """The SHA-256 of all that a report says, in one order."""
    values = [[one.cell, one.state, _text(one.value), one.missing, one.indicator, one.version, one.computation] for one in row.values.order_by("cell")]  # fmt: skip
    fixed = [[one.cell, _text(one.before), _text(one.value), one.reason, one.by_ref, one.at.isoformat()] for one in row.corrections.order_by("pk")]  # fmt: skip
    told = [row.definition.digest, row.form, row.unit, row.period, row.words, values, fixed]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _text(value):
    return None if value is None else f"{value:.4f}"


def _above(report_id, permission, by):
    row = keeping.locked_row(report_id)
    access.require(by, permission, org=row.reviewer)
    return row
