"""The department signs a quarter: one summary for the city, as PDF and as DOCX."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.kernel import dates, errors
from haidang.rooms.plan import domain, models
from haidang.rooms.plan.services import papers, reports

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@transaction.atomic
def sign_summary(quarter_id, *, words, by, at):
    """Sign the summary of a quarter (ký báo cáo tổng hợp): figures frozen, a number taken, two files.

    Units that have not reported are named in it. The signatures are put on when the transaction
    has ended; a house without signers keeps the paper unsigned, and its page says so.

    Raises    Conflict `plan.quarter_signed`; RuleBroken `plan.reports_unreviewed` (facts: count),
              `plan.nothing_accepted`, `plan.words_missing`; as `documents.issue`
    Records   event `plan.summary.signed` (facts: quarter, number, code)
    """
    access.require(by, "plan.sign", org=domain.DEPARTMENT)
    row = _ready(quarter_id, words)
    plan = domain.read(row.version.definition)
    reports.freeze(row, plan, by=by, at=at)
    number = documents.take_number("report", unit="SYT", on=at.astimezone(dates.HANOI).date())
    row.words, row.number, row.signed_at, row.signed_by = words.strip(), number.symbol, at, by.name
    row.paper = documents.new_code()
    told = papers.told(row, plan, at=at)
    row.docx = documents.keep_made(papers.docx(told), type=_DOCX, by=by).sha256
    _issue(row, told, by=by, at=at)
    row.state = "signed"
    row.save()
    row.report_set.filter(state="accepted").update(state="signed")
    facts = {"quarter": row.label, "number": row.number, "code": row.paper}
    ledger.record("plan.summary.signed", by=by, record=f"PlanQuarter/{row.pk}", org=domain.DEPARTMENT, facts=facts)  # fmt: skip
    return row.pk


def _ready(quarter_id, words):
    rows = models.Quarter.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.get(pk=quarter_id)
    if row.state == "signed":
        raise errors.Conflict("plan.quarter_signed", _("Quý này đã được ký."))
    if not words.strip():
        raise errors.RuleBroken("plan.words_missing", _("Viết đánh giá chung trước khi ký."))
    waiting = row.report_set.filter(state="submitted").count()
    if waiting:
        raise errors.RuleBroken(
            "plan.reports_unreviewed",
            _("Còn {count} báo cáo chờ duyệt; hãy chấp nhận hoặc trả lại trước khi ký.").format(
                count=waiting
            ),
            count=waiting,
        )
    if not row.report_set.filter(state="accepted").exists():
        raise errors.RuleBroken(
            "plan.nothing_accepted", _("Chưa có báo cáo nào được chấp nhận để tổng hợp.")
        )
    return row


def _issue(row, told, *, by, at):
    code = row.paper
    issued = documents.issue(
        documents.render(papers.TEMPLATE, told, at=at),
        code=code,
        number=row.number,
        title=f"{told['title']}: {told['summary']}",
        org=domain.DEPARTMENT,
        about=f"PlanQuarter/{row.pk}",
        by=by,
        at=at,
    )
    if issued.state == "waiting":
        transaction.on_commit(lambda: documents.sign_now(code))
