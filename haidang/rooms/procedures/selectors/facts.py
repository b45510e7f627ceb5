"""What is counted of a dossier: one plain line each, for figures and for the service-quality index.

A dossier counts when somebody filed it and it was not sent away at the desk: drafts, unpaid ones,
refusals to receive (code 3) and what was withdrawn before it was received stay out. It is closed on
the day its result was given out; a refusal after examination is a result.
Source: the department's plan of 2025, targets T6 and T9; the one-stop exchange, TrangThaiHoSo
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import Q

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates
from haidang.rooms.procedures import domain, models

_BATCH = 2000


@dataclass(frozen=True)
class Fact:
    """One dossier as it is counted.

    late            closed after its deadline, or still open when the deadline has passed
    fully_online    filed and returned online, under a procedure that is offered in full online
    owes            the procedure asked for a fee
    digital         its result is a file with valid signatures at the time of signing
    asks_papers     its procedure lists papers; `reuses` when data made at least one needless
    papers_kept     every paper that it needed was kept as a file
    shared          the national portal holds its present state; None when it was never told
    """

    id: int
    code: str
    procedure: str
    title: str
    unit: str
    case: str
    channel: str
    state: str
    filed_on: date
    due_on: date | None
    closed_on: date | None
    late: bool
    fully_online: bool
    owes: bool
    paid: bool
    digital: bool
    asks_papers: bool
    reuses: bool
    papers_kept: bool
    rating: str
    rated_on: date | None
    shared: bool | None


def counted():
    """The rows of dossiers that count."""
    never = Q(state__in=("draft", "unpaid", "refused")) | Q(state="withdrawn", received_at=None)
    return models.Dossier.objects.filter(submitted_at__isnull=False).exclude(never)


def of(rows, *, at):
    """The facts of dossiers, in the order of their filing.

    at    the moment by which an open dossier is late or not
    """
    ordered = rows.select_related("version", "shared").order_by("submitted_at", "pk")
    left = ordered.iterator(chunk_size=_BATCH)
    while some := list(islice(left, _BATCH)):
        yield from _batch(some, at)


def _batch(rows, at):
    known = {
        "clocks": workflow.clocks(row.case for row in rows if row.case),
        "orders": payments.orders(row.order for row in rows if row.order),
        "papers": documents.issued_about_many(f"Dossier/{r.pk}" for r in rows if r.result_number),
    }
    procedures = {row.version_id: domain.procedure(row.version.definition) for row in rows}
    for row in rows:
        yield _fact(row, procedures[row.version_id], at, **known)


def _fact(row, found, at, *, clocks, orders, papers):
    clock, order = clocks.get(row.case), orders.get(row.order)
    due_at = row.due_at or (clock.due_at if clock else None)
    closed_at = row.ended_at if row.result_number else None
    paper = papers.get(f"Dossier/{row.pk}")
    return Fact(
        id=row.pk,
        code=row.code,
        procedure=row.version.key,
        title=found.name,
        unit=clock.org if clock else domain.DEPARTMENT,
        case=row.case,
        channel=row.channel,
        state=row.state,
        filed_on=_day(row.submitted_at),
        due_on=_day(due_at),
        closed_on=_day(closed_at),
        late=_late(row, due_at, closed_at, at),
        fully_online=found.level == "full" and row.channel == row.return_way == "online",
        owes=bool(row.order),
        paid=order is not None and order.state == "paid",
        digital=paper is not None and paper.state == "signed",
        asks_papers=bool(found.papers),
        reuses=any(one.from_data for one in found.papers),
        papers_kept=row.channel == "online" or _papers_kept(row, found),
        rating=row.rating,
        rated_on=_day(row.rated_at),
        shared=_shared(row),
    )


def _late(row, due_at, closed_at, at):
    if due_at is None or row.state in ("withdrawn", "stopped"):
        return False
    return (closed_at or at) > due_at


def _papers_kept(row, found):
    """Whether each paper that is asked for stands in the answers; online the form sees to it."""
    answers = forms.fetch(row.response).answers
    asked = [one.key for one in found.papers if one.required and not one.from_data]
    return all(answers.get(f"paper_{key}") for key in asked)


def _shared(row):
    known = getattr(row, "shared", None)
    return None if known is None else known.state == domain.STATES[row.state]


def _day(moment: datetime | None):
    return moment.astimezone(dates.HANOI).date() if moment else None
