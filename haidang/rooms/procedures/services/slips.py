"""The slips (phiếu, mẫu 01 to 05): what each says is fixed in the transaction of what happened.

The worker signs them with the department's seal afterwards, so that no clerk waits for a
timestamp service, and what the counter prints at once is the same text.
"""

from django.db import transaction
from django.utils import timezone

from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.rooms.procedures import domain, models, slips
from haidang.rooms.procedures.services import moving

_BATCH = 20


def make(row, form, *, by, at, **facts):
    """Make a slip of a dossier, within the caller's transaction.

    form     `01` to `04`, or `handing`
    facts    for `04`: was, until, reason

    Records  event `procedures.slip.made` (facts: form)
    Source   the six forms of TT 01/2018/TT-VPCP; since 08/2026 the Ministry of Justice issues them
    """
    kind = slips.KINDS[form]
    number = ""
    if kind.symbol:
        year = moving.day_of(at).year
        number = f"{moving.take(f'slip/{form}/{year}'):04d}/{kind.symbol}"
    slip = models.Slip.objects.create(
        dossier=row,
        form=form,
        number=number,
        code=documents.new_code(),
        told=slips.told(row, form, number=number, by=by, at=at, **facts),
        made_at=at,
        by_ref=by.ref,
        by_name=by.name,
    )
    told = {"form": form, "number": number, "code": row.code}
    ledger.record(
        "procedures.slip.made",
        by=by,
        record=f"Dossier/{row.pk}",
        org=domain.DEPARTMENT,
        facts=told,
    )
    return slip


def sign_slips():
    """Give out the slips that bear no seal yet, and return how many; the worker calls this."""
    waiting = models.Slip.objects.filter(issued_at=None).order_by("made_at")
    return sum(_give_out(pk) for pk in list(waiting.values_list("pk", flat=True)[:_BATCH]))


def _give_out(pk):
    now = timezone.now()
    with transaction.atomic():
        rows = models.Slip.objects.select_for_update(skip_locked=True)
        slip = rows.filter(pk=pk, issued_at=None).first()
        if slip is None:
            return False
        issued = documents.issue(
            slips.paper(slip),
            code=slip.code,
            number=slip.number,
            title=slips.KINDS[slip.form].title,
            org=domain.DEPARTMENT,
            about=f"Slip/{slip.pk}",
            by=actors.SYSTEM,
            at=now,
        )
        slip.issued_at, slip.file = now, issued.file
        slip.save(update_fields=["issued_at", "file"])
    if issued.state == "waiting":
        documents.sign_now(issued.code)
    return True


def slip_signed(about, file):
    """A slip has its seal; the same news again does nothing, and so does news of other papers."""
    pk = about.removeprefix("Slip/")
    if pk.isdigit():
        models.Slip.objects.filter(pk=pk, file="").update(file=file)
