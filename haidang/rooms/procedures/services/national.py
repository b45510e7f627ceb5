"""What people do with their dossiers on the national portal, done here in their name.

Each act is one transaction and may be told again: what was done already is not done twice. Files are
scanned and kept before it, so that no lock waits for a scanner and no rollback takes back that an
infected one came; they are found by their content, so that keeping them again changes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, matters
from haidang.rooms.procedures.services import counter, deciding, dossiers, moving


@dataclass(frozen=True)
class Filing:
    """A dossier that was filed on the portal.

    code          the portal's own code of it, which it keeps here
    procedure     national code of the procedure
    citizen_id    12 digits that the portal proved; `organisation` is (name, tax code) or None
    answers       {path in the form: [texts]}, as a browser would post them
    files         (question, what was kept), as `keep_filed` gives them
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


@dataclass(frozen=True)
class Brought:
    """What became of the files of one message.

    files      what was kept, as `take_in` and `supply` want it; used only when nothing is wrong
    wrong      a sentence for each file that is not taken: infected, locked, broken, too large …
    dossier    the dossier that they were brought to; None for a filing
    """

    files: tuple
    wrong: tuple = ()
    dossier: int | None = None


def keep_filed(code, procedure, files, *, at):
    """Scan and keep the files of a filing (tệp của hồ sơ nộp trên Cổng), outside any transaction.

    They are filed under the filing until `take_in` has a dossier for them. Every file is looked at,
    so that whoever filed is told of all that is wrong at once.

    procedure    national code
    files        (question, name, pieces)

    Raises    NotFound `procedures.unknown`, `procedures.question_unknown`; Unavailable
    Records   events as `documents.keep`
    """
    if models.Dossier.objects.filter(code=code).exists():
        return Brought(())  # it was taken in before: `take_in` does nothing
    day = moving.day_of(at)
    form = forms.current(_version(procedure, day).key, day).form
    named = [(dossiers.place_for(form, link_id), name, pieces) for link_id, name, pieces in files]
    kept, wrong = [], []
    for item, name, pieces in named:
        try:
            told = dossiers.kept(name, pieces, into=_matter(code), by=actors.SYSTEM)
            kept.append((item.link_id, told))
        except dossiers.UNACCEPTED as why:
            wrong.append(f"{item.text}: {why.message}")
    return Brought(tuple(kept), tuple(wrong))


def _matter(code):
    return f"{matters.FILING}{code}", "dossier"


def turned_down(code, *, at):
    """A filing was not taken in: what was kept of it is kept as long as a refused dossier."""
    about, _kind = _matter(code)
    documents.matter_ended(about, on=moving.day_of(at), kind="dossier_refused")


def keep_supplement(code, files):
    """As `keep_filed`, for what is brought to a dossier that waits for it.

    files    (name, pieces)

    Raises    NotFound `procedures.dossier_unknown`; Conflict `procedures.step_wrong`; Unavailable
    """
    row = _row(code)
    dossiers.check_waits(row)
    kept, wrong = [], []
    for number, (name, pieces) in enumerate(files, start=1):
        try:
            into, by = moving.matter(row), _applicant(row)
            kept.append(dossiers.kept(name, pieces, into=into, by=by))
        except dossiers.UNACCEPTED as why:
            wrong.append(dossiers.numbered(number, why))
    return Brought(tuple(kept), tuple(wrong), row.pk)


@transaction.atomic
def take_in(filing, *, at):
    """Take in a dossier from the portal (tiếp nhận từ Cổng); the clock starts now, when we have it.

    Returns   id of the dossier
    Raises    NotFound `procedures.unknown`; RuleBroken `forms.incomplete`
    Records   event `procedures.dossier.submitted`
    """
    known = models.Dossier.objects.filter(code=filing.code).first()
    if known is not None:
        return known.pk
    version = _version(filing.procedure, moving.day_of(at))
    by = _person(filing)
    response = forms.start(version.key, by=by, on=moving.day_of(at), about="procedures", known={})
    row = models.Dossier.objects.create(
        code=filing.code, version=version, response=response.id, **_parties(filing, by)
    )
    _answer(row, filing, by)
    dossiers.send(row, by=by, at=at, fee_paid=filing.fee_paid)
    models.Dossier.objects.filter(pk=row.pk).update(submitted_at=filing.filed_at)
    return row.pk


def _answer(row, filing, by):
    """The answers and the files of a filing, which from here on are those of its dossier."""
    saved = dossiers.keep_answers(row, filing.answers, by=by, revision=0)
    answers = saved.answers
    for link_id, told in filing.files:
        answers = dossiers.with_paper(answers, dossiers.place_for(saved.form, link_id), told)
    forms.save(row.response, answers, by=by, revision=saved.revision)
    about, kind = moving.matter(row)
    documents.refile(_matter(filing.code)[0], to=about, kind=kind)


def _version(procedure, day):
    found = [one for one in catalogue.current(day) if one.code == procedure]
    if len(found) != 1:
        raise errors.NotFound(
            "procedures.unknown",
            _("Không có thủ tục mang mã quốc gia này đang áp dụng."),
            procedure=procedure,
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
    """What was asked for came through the portal (bổ sung từ Cổng).

    files    as `keep_supplement` gives them

    Raises    as `services.supply`
    """
    row = _locked(code)
    dossiers.give(row, list(files), words=words, by=_applicant(row), at=at)


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
    return _row(code, models.Dossier.objects.select_for_update(of=("self",)))


def _row(code, rows=models.Dossier.objects):
    row = rows.select_related("version").filter(code=code).first()
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
