"""A dossier as it is told to the national portal."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import whole


@dataclass(frozen=True)
class Shown:
    """What leaves the house of a dossier: no answers of its form, and files by their hash.

    papers    (title, name, hash)
    result    (code, number, title, hash) once there is a signed file, else None
    """

    id: int
    code: str
    procedure: str
    procedure_name: str
    sector: str
    applicant: str
    is_organisation: bool
    channel: str
    state: int
    submitted_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    refusal: str
    supplements: list
    fee_vnd: int
    fee_name: str
    order: str
    paid_vnd: int
    pay_text: str
    papers: tuple
    result: tuple | None


def shown(dossier_id):
    """A dossier for the portal; None when there is none, or it was never submitted."""
    row = models.Dossier.objects.select_related("version").filter(pk=dossier_id).first()
    if row is None or row.code is None or row.submitted_at is None:
        return None
    found = domain.on(
        domain.procedure(row.version.definition), row.submitted_at.astimezone(dates.HANOI).date()
    )
    order = payments.order(row.order) if row.order else None
    clock = workflow.clocks([row.case]).get(row.case) if row.case else None
    files = whole.files_of(row, forms.fetch(row.response))
    signed = row.result_file and row.state in ("decided", "returned")
    return Shown(
        id=row.pk,
        code=row.code,
        procedure=found.code,
        procedure_name=found.name,
        sector=found.sector,
        applicant=row.applicant_name,
        is_organisation=row.applicant.startswith("Organisation/"),
        channel=row.channel,
        state=domain.STATES[row.state],
        submitted_at=row.submitted_at,
        due_at=row.due_at or (clock.due_at if clock else None),
        ended_at=row.ended_at,
        refusal=row.refusal,
        supplements=row.supplements,
        fee_vnd=found.fee_vnd,
        fee_name=found.name,
        order=row.order,
        paid_vnd=order.paid_vnd if order else 0,
        pay_text=payments.qr_text(row.order) if order and order.state == "open" else "",
        papers=tuple((title, name, sha256) for title, name, sha256, _size in files),
        result=(found.result_code, row.result_number, found.result, row.result_file)
        if signed
        else None,
    )


def id_of_order(number):
    """The dossier of an order, or None."""
    return models.Dossier.objects.filter(order=number).values_list("pk", flat=True).first()


def states_of_day(day):
    """{code: national state} of the dossiers that were submitted on a day."""
    since = datetime.combine(day, time(), dates.HANOI)
    rows = models.Dossier.objects.filter(
        submitted_at__gte=since, submitted_at__lt=since + timedelta(days=1)
    )
    return {code: domain.STATES[state] for code, state in rows.values_list("code", "state")}
