"""Slips to look at and to print; where a dossier is, for whoever holds one of its slips."""

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models, slips
from haidang.rooms.procedures.selectors import desk, whole, words

_LONGEST_BOOK = 500


def slip_file(row, slip_id):
    """One slip of a dossier as (name, type, bytes): signed when the seal is on it already.

    Raises    NotFound `procedures.slip_unknown`
    """
    slip = row.slips.filter(pk=slip_id).first()
    if slip is None:
        raise errors.NotFound("procedures.slip_unknown", _("Không có phiếu này."))
    name = f"mau-{slip.form}-{row.code}.pdf"
    if slip.file:
        with documents.open_file(slip.file) as file:
            return name, "application/pdf", file.read()
    return name, "application/pdf", slips.paper(slip).content


def control_sheet(row, *, at):
    """Slip 05 of a dossier as (name, type, bytes): a view of what happened, typed by nobody."""
    address = settings.HAIDANG_ADDRESS.rstrip("/")
    first = row.slips.order_by("made_at").first()
    told = {
        "agency": "Sở Y tế thành phố Hải Phòng",
        "form": "Mẫu số 05",
        "title": slips.KINDS["05"].title,
        "code": row.code,
        "name": domain.procedure(row.version.definition).name,
        "received": slips.moment(row.received_at or row.submitted_at),
        "due": slips.moment(row.due_at),
        "lines": _handovers(row),
        "qr": documents.qr(f"{address}/theo-doi-ho-so/?ma={first.code if first else ''}"),
        "qr_label": "Theo dõi hồ sơ",
        "notice": documents.notice(),
    }
    paper = documents.render(slips.DATA / "documents" / "control.typ", told, at=at)
    return f"mau-05-{row.code}.pdf", "application/pdf", paper.content


def _handovers(row):
    """One line for each handover: from, to, taken, done, early or late, note."""
    lines, before = [], row.submitter_name or row.applicant_name
    calendar = workflow.working_days()
    for task in workflow.tasks_of(row.case) if row.case else ():
        if task.state == "cancelled":
            continue
        here = task.holder_name or _("chưa ai nhận")
        taken = calendar.handed_over_at(task.opened_at)
        outcome = task.outcome.get("outcome", "")
        lines.append(
            [
                str(len(lines) + 1),
                before,
                f"{here}: {task.name}",
                _short(taken),
                _short(task.done_at),
                _punctual(task),
                words.OUTCOMES.get(outcome, "") if outcome else "",
            ]
        )
        before = here
    return lines


def _short(at):
    return f"{at.astimezone(dates.HANOI):%H:%M %d/%m/%Y}" if at else ""


def _punctual(task):
    if task.done_at is None or task.due_at is None:
        return ""
    if task.done_at > task.due_at:
        return "Quá hạn"
    same = task.done_at.astimezone(dates.HANOI).date() == task.due_at.astimezone(dates.HANOI).date()
    return "Đúng hạn" if same else "Trước hạn"


def book_paper(*, month, at):
    """Slip 06, the book of a month as (name, type, bytes); at most 500 lines a printing."""
    lines, _more = desk.book(month=month, limit=_LONGEST_BOOK)
    told = {
        "agency": "Sở Y tế thành phố Hải Phòng · Bộ phận Tiếp nhận và Trả kết quả",
        "form": "Mẫu số 06",
        "title": slips.KINDS["06"].title,
        "period": f"Tháng {month:%m/%Y}",
        "lines": [_book_line(n, *one) for n, one in enumerate(lines, start=1)],
        "notice": documents.notice(),
    }
    paper = documents.render(slips.DATA / "documents" / "book.typ", told, at=at)
    return f"mau-06-{month:%Y-%m}.pdf", "application/pdf", paper.content


def _book_line(number, row, name, _badge):
    where = [row.contact.get("address", ""), row.contact.get("phone", "")]
    ways = {"online": "Trực tuyến", "counter": "Tại quầy", "post": "Bưu điện"}
    return [
        str(number),
        row.code,
        name,
        "1",
        row.applicant_name,
        ", ".join(part for part in where if part),
        _short(row.received_at or row.submitted_at),
        _short(row.due_at),
        _short(row.ended_at),
        _short(row.returned_at),
        ways[row.return_way] if row.returned_at else "",
        row.returned_to,
    ]


def followed(code, *, at):
    """Where a dossier is, for whoever holds one of its slips: no name, no answer, no file.

    Returns    None when no slip has this code
    """
    slip = models.Slip.objects.select_related("dossier__version").filter(code=code.upper()).first()
    if slip is None:
        return None
    row = slip.dossier
    case = workflow.case(row.case) if row.case else None
    found = domain.procedure(row.version.definition)
    running = case is not None and case.state == "running"
    return {
        "slip": slip,
        "slip_title": words.title_in(slips.KINDS[slip.form]),
        "code": row.code,
        "name": words.name_of(found),
        "badge": words.badge(row.state),
        "clock": words.clock(case.due_at, at) if running else None,
        "due_at": row.due_at,
        "moments": [(one.at, one.title, one.text) for one in whole.moments(row, case)],
        "number": row.result_number if row.result_file else "",
    }
