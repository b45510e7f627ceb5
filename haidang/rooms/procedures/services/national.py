"""What people do with their dossiers on the national portal, done here in their name.

Each act is one transaction and may be told again: what was done already is not done twice.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.services import counter, deciding, dossiers, moving


@dataclass(frozen=True)
class Filing:
    """A dossier that was filed on the portal.

    code          the portal's own code of it, which it keeps here
    procedure     national code of the procedure
    citizen_id    12 digits that the portal proved; `organisation` is (name, tax code) or None
    answers       {path in the form: [texts]}, as a browser would post them
    files         (question, name, pieces)
    fee_paid      whether the portal took the whole fee
    """

    code: str
    procedure: str
    name: str
    citizen_id: str
    filed_at: datetime
    phone: str = ""
    address: str = ""
    organisation: tuple[str, str] | None = None
    answers: dict = field(default_factory=dict)
    files: tuple = ()
    fee_paid: bool = False


@transaction.atomic
def take_in(filing, *, at):
    """Take in a dossier from the portal (tiếp nhận từ Cổng); the clock starts now, when we have it.

    Returns   id of the dossier
    Raises    NotFound `procedures.unknown`; RuleBroken `forms.incomplete`; as `documents.keep`
    Records   event `procedures.dossier.submitted`
    """
    known = models.Dossier.objects.filter(code=filing.code).first()
    if known is not None:
        return known.pk
    version = _version(filing, moving.day_of(at))
    by = _person(filing)
    response = forms.start(version.key, by=by, on=moving.day_of(at), about="procedures", known={})
    row = models.Dossier.objects.create(
        code=filing.code, version=version, response=response.id, **_parties(filing, by)
    )
    revision = dossiers.keep_answers(row, filing.answers, by=by, revision=0).revision
    for link_id, name, pieces in filing.files:
        kept = dossiers.keep_paper(row, link_id, name, pieces, by=by, revision=revision)
        revision = kept.revision
    dossiers.send(row, by=by, at=at, fee_paid=filing.fee_paid)
    models.Dossier.objects.filter(pk=row.pk).update(submitted_at=filing.filed_at)
    return row.pk


def _version(filing, day):
    found = [one for one in catalogue.current(day) if one.code == filing.procedure]
    if len(found) != 1:
        raise errors.NotFound(
            "procedures.unknown",
            _("Không có thủ tục mang mã quốc gia này đang áp dụng."),
            procedure=filing.procedure,
        )
    return catalogue.version_of(found[0].key, day)


def _person(filing):
    ref = counter.find_or_make_person(
        name=filing.name,
        birth_date=None,
        sex="",
        citizen_id=filing.citizen_id,
        phone=filing.phone,
        address=filing.address,
        by=actors.SYSTEM,
    )
    patient = ref.removeprefix("Patient/")
    return actors.Actor(ref=ref, name=filing.name, kind=actors.CITIZEN, patient=patient)


def _parties(filing, by):
    if filing.organisation is None:
        return {"applicant": by.ref, "applicant_name": by.name}
    name, tax_code = filing.organisation
    return {
        "applicant": f"Organisation/{domain.tax_code(tax_code)}",
        "applicant_name": name.strip()[:200],
        "submitter": by.ref,
        "submitter_name": by.name,
        "basis": "representative",
    }


@transaction.atomic
def supply(code, files, *, words, at):
    """What was asked for came through the portal (bổ sung từ Cổng). Raises as `services.supply`."""
    row = _locked(code)
    by = _applicant(row)
    dossiers.give(row, dossiers.keep_given(row, files, by=by), words=words, by=by, at=at)


@transaction.atomic
def withdraw(code, *, reason, at):
    """The applicant takes the dossier back on the portal (rút từ Cổng)."""
    row = _locked(code)
    if row.state != "withdrawn":
        dossiers.withdraw(row.pk, by=_applicant(row), at=at, reason=reason)


@transaction.atomic
def rate(code, *, rating, words):
    """The applicant rates on the portal (đánh giá trên Cổng); the first rating stands."""
    row = _locked(code)
    if not row.rating:
        dossiers.rate(row.pk, by=_applicant(row), rating=rating, words=words)


@transaction.atomic
def fee_paid(code, *, transaction_id, at):
    """The portal took the fee (đã thu hộ): our order is closed, so that nobody pays twice."""
    row = _locked(code)
    if row.state != "unpaid":
        return
    order = row.order
    deciding.paid(order, at=at)
    reason = _("Đã nộp trên Cổng Dịch vụ công quốc gia, giao dịch {id}").format(id=transaction_id)
    payments.cancel_order(order, by=actors.SYSTEM, reason=reason)
    models.Dossier.objects.filter(pk=row.pk).update(order="")


def _locked(code):
    rows = models.Dossier.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(code=code).first()
    if row is None:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def _applicant(row):
    ref, name = row.applicant, row.applicant_name
    if row.submitter:
        ref, name = row.submitter, row.submitter_name
    return actors.Actor(
        ref=ref, name=name, kind=actors.CITIZEN, patient=ref.removeprefix("Patient/")
    )
