"""Writes: one function for each thing that an applicant or an officer does with a dossier."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.selectors.own import mine
from haidang.rooms.procedures.services import deciding, moving, slips

#: What `documents.keep` says of a file that is not taken, whatever is done here.
UNACCEPTED = (errors.Incorrect, errors.TooLarge, errors.RuleBroken)


@transaction.atomic
def begin(key, *, by, known, at, behalf=None):
    """Begin an application (bắt đầu hồ sơ), or go on with the one that was begun.

    known     what the product knows of the applicant, by the names of the forms' `prefill`
    behalf    a `Standing` when somebody applies for another (nộp thay)

    Raises    NotFound `procedures.unknown`
    """
    version = catalogue.version_of(key, moving.day_of(at))
    whose = _parties(by, behalf)
    moving.one_at_a_time(f"begin/{key}/{whose['applicant']}/{by.ref}")
    row = models.Dossier.objects.filter(version=version, state="draft", **whose).first()
    if row is not None:
        return row.pk
    response = forms.start(key, by=by, on=moving.day_of(at), about="procedures", known=known)
    names = {"applicant_name": behalf.name if behalf else by.name}
    if behalf:
        names |= {"submitter_name": by.name, "authorisation_id": behalf.authorisation}
    row = models.Dossier.objects.create(version=version, response=response.id, **whose, **names)
    return row.pk


def _parties(by, behalf):
    """Whose matter it is and who brings it; a draft is one for both of them."""
    if behalf is None:
        return {"applicant": by.ref, "submitter": "", "basis": "own", "channel": "online"}
    return {
        "applicant": behalf.principal,
        "submitter": by.ref,
        "basis": behalf.basis,
        "channel": "online",
    }


@transaction.atomic
def save_answers(dossier_id, posted, *, by, revision):
    """Keep what was filled in so far; a supplement is filled in the same way.

    Raises    as `forms.save`; Conflict `procedures.step_wrong`
    """
    return keep_answers(mine(dossier_id, by=by), posted, by=by, revision=revision)


def keep_answers(row, posted, *, by, revision):
    """As `save_answers`, for whoever has the row."""
    _check_open_for_answers(row)
    found = forms.response(row.response, by=by)
    answers = forms.answers_of(found.form, posted, before=found.answers)
    return forms.save(row.response, answers, by=by, revision=revision)


def _check_open_for_answers(row):
    if row.state != "draft":
        raise errors.Conflict(
            "procedures.step_wrong", _("Hồ sơ đã nộp; chỉ bổ sung được khi cơ quan yêu cầu.")
        )


def attach(dossier_id, link_id, name, pieces, *, by, revision):
    """Attach a file to a question (đính kèm).

    Not one transaction: what is refused as infected stays noted.

    Raises    as `documents.keep` and `forms.save`; NotFound `procedures.question_unknown`
    """
    row = mine(dossier_id, by=by)
    return keep_paper(row, link_id, name, pieces, by=by, revision=revision)


def keep_paper(row, link_id, name, pieces, *, by, revision):
    """As `attach`, for whoever has the row."""
    _check_open_for_answers(row)
    found = forms.response(row.response, by=by)
    item = place_for(found.form, link_id)
    told = kept(name, pieces, into=moving.matter(row), by=by)
    answers = with_paper(found.answers, item, told)
    return forms.save(row.response, answers, by=by, revision=revision)


def with_paper(answers, item, told):
    """Answers and one more file that was kept, as `kept` tells of it."""
    if item.repeats:
        told = [*answers.get(item.link_id, []), told]
    return answers | {item.link_id: told}


def place_for(form, link_id):
    """The question of a form that a file answers.

    Raises    NotFound `procedures.question_unknown`
    """
    item = form.item(link_id)
    if item is None or item.type != "attachment":
        raise errors.NotFound("procedures.question_unknown", _("Không có chỗ đính kèm này."))
    return item


@transaction.atomic
def submit(dossier_id, *, by, at):
    """Submit an application (nộp hồ sơ): judged, numbered, and on its way or waiting for its fee.

    The same again changes nothing.

    Raises    RuleBroken `forms.incomplete` (facts: issues), `procedures.out_of_date`; NotFound
              `procedures.dossier_unknown`
    Records   event `procedures.dossier.submitted`
    """
    return send(mine(dossier_id, by=by, lock=True), by=by, at=at)


def send(row, *, by, at, fee_paid=False):
    """As `submit`, for whoever has the locked row; a code that was given elsewhere stays.

    fee_paid    somebody else took the whole fee for us, so that nothing is owed
    """
    if row.state != "draft":
        return row.code
    _check_in_force(row, moving.day_of(at))
    found = domain.on(domain.procedure(row.version.definition), moving.day_of(at))
    told = forms.complete(row.response, by=by, on=moving.day_of(at)).answers
    row.contact = _contact(told) | row.contact
    day = moving.day_of(at).strftime("%y%m%d")
    row.code = row.code or f"{domain.UNIT_CODE}-{day}-{moving.dossier_number(day):04d}"
    row.submitted_at = at
    if found.fee_vnd and not fee_paid:
        order = payments.open_order(
            domain.RECEIVER,
            amount_vnd=found.fee_vnd,
            what=found.name[:200],
            about=f"Dossier/{row.pk}",
            by=by,
        )
        row.order, row.state = order.number, "unpaid"
        row.save()
    else:
        deciding.send_on_its_way(row, found, by=by, at=at)
    moving.note("procedures.dossier.submitted", row, by)
    moving.tell(row, "procedures.submitted", at)
    return row.code


def _check_in_force(row, day):
    if row.version.valid_to is not None and row.version.valid_to <= day:
        raise errors.RuleBroken(
            "procedures.out_of_date",
            _(
                "Thủ tục đã thay đổi từ ngày {day}; hãy xem lại tờ khai theo mẫu mới rồi nộp."
            ).format(day=dates.show(row.version.valid_to)),
        )


def renew(row, *, by, at):
    """Bring a draft to the version that is in force; what was filled in and still asked for stays.

    A dossier is judged by the version of the day when it is received, so that one that was begun
    before a change cannot be sent as it is.

    Raises    NotFound `procedures.unknown` when the procedure is no longer offered
    """
    version = catalogue.version_of(row.version.key, moving.day_of(at))
    if version.pk == row.version_id or row.state != "draft":
        return
    before = forms.response(row.response, by=by).answers
    response = forms.start(version.key, by=by, on=moving.day_of(at), about="procedures", known={})
    forms.save(response.id, before, by=by, revision=response.revision)
    row.version, row.response = version, response.id
    row.save(update_fields=["version", "response"])


def _contact(answers):
    """Where whoever applied can be reached, out of the answers."""
    person, organisation = answers.get("applicant", {}), answers.get("organisation", {})
    found = {name: person.get(name, "") for name in ("phone", "email", "address")}
    found["address"] = found["address"] or organisation.get("org_address", "")
    return {name: value for name, value in found.items() if value}


@transaction.atomic
def bring_up_to_date(dossier_id, *, by, at):
    """Bring one's draft to the version in force (chuyển sang mẫu mới). Raises as `renew`."""
    renew(mine(dossier_id, by=by, lock=True), by=by, at=at)


@transaction.atomic
def choose_return(dossier_id, *, by, way, address=""):
    """Say how the result should come (cách nhận kết quả), until it is decided.

    Raises    Incorrect `procedures.way_unknown`, `procedures.address_missing`; Conflict
              `procedures.step_wrong`
    """
    row = mine(dossier_id, by=by, lock=True)
    if way not in domain.WAYS:
        raise errors.Incorrect("procedures.way_unknown", _("Hãy chọn cách trả kết quả."))
    if row.state in domain.ENDED:
        raise errors.Conflict("procedures.step_wrong", _("Hồ sơ đã có kết quả."))
    if way == "post" and not address.strip():
        raise errors.Incorrect("procedures.address_missing", _("Ghi địa chỉ nhận bưu gửi."))
    row.return_way = way
    if way == "post":
        row.contact = row.contact | {"return_address": address.strip()[:300]}
    row.save(update_fields=["return_way", "contact"])


def supply(dossier_id, files, *, words, by, at):
    """Give what was asked for (bổ sung hồ sơ); the clock starts again.

    files    (name, pieces) of what is added
    words    what the applicant says besides

    Raises    as `documents.keep`; Conflict `procedures.step_wrong`; Incorrect
              `procedures.nothing_given`
    Records   event `procedures.supplement.given`
    """
    brought = keep_given(mine(dossier_id, by=by), files, by=by)
    with transaction.atomic():
        give(mine(dossier_id, by=by, lock=True), brought, words=words, by=by, at=at)


def keep_given(row, files, *, by):
    """Keep files that somebody brings to a dossier that waits for them, as `give` takes them.

    Raises    as `documents.keep`, of several files with the number of the one that it is about;
              Conflict `procedures.step_wrong`
    """
    check_waits(row)
    if len(files) == 1:
        return [kept(*files[0], into=moving.matter(row), by=by)]
    return [_numbered(row, number, *one, by=by) for number, one in enumerate(files, start=1)]


def _numbered(row, number, name, pieces, *, by):
    """Keep one of several; its name may be that of a person, so that it is told by its number."""
    try:
        return kept(name, pieces, into=moving.matter(row), by=by)
    except UNACCEPTED as why:
        raise type(why)(why.code, numbered(number, why), **why.facts) from why


def numbered(number, why):
    """What is wrong with one file of several, told by its number."""
    return _("Tệp thứ {number}: {why}").format(number=number, why=why.message)


def kept(name, pieces, *, into, by):
    """Keep a file under a matter, and tell of it as an answer does. Raises as `documents.keep`."""
    found = documents.keep(pieces, name=name, by=by, into=into)
    return {"id": found.sha256, "name": name[:200], "size": found.size, "type": found.type}


def check_waits(row):
    """Refuse what is brought to a dossier of which nothing was asked."""
    if row.state != "supplement":
        domain.check_step(row.state, "processing")


def give(row, brought, *, words, by, at):
    """As `supply`, for whoever has the locked row and the files that were kept."""
    check_waits(row)
    if not brought and not words.strip():
        raise errors.Incorrect(
            "procedures.nothing_given", _("Đính kèm giấy tờ hoặc viết lời giải trình.")
        )
    given = {"files": brought, "words": words, "given_at": at.isoformat()}
    earlier, asked = row.supplements, {}
    if earlier and "given_at" not in earlier[-1]:  # what was given before stays as it was given
        earlier, asked = earlier[:-1], earlier[-1]
    row.supplements = [*earlier, asked | given]
    case = workflow.resume(row.case, by=by, at=at, afresh=True)
    stage = case.done[-1]["data"].get("stage", "")
    task = _step_of_applicant(case)
    workflow.complete(task.id, by=by, at=at, data={"outcome": "", "stage": stage})
    moving.move(row, "submitted" if stage == "receive" else "processing")
    if row.state == "processing":
        row.due_at = case.due_at
        slips.make(row, "01", by=by, at=at)
    row.save()
    moving.note("procedures.supplement.given", row, by)


def _step_of_applicant(case):
    tasks = workflow.tasks_of(case.id)
    for task in tasks:
        if task.state == "open" and task.role == workflow.APPLICANT:
            return task
    raise errors.Conflict("procedures.step_wrong", _("Hồ sơ không chờ người nộp bổ sung."))


@transaction.atomic
def withdraw(dossier_id, *, by, at, reason):
    """Take an application back (rút hồ sơ), before it is decided.

    Raises    Conflict `procedures.step_wrong`; NotFound `procedures.dossier_unknown`
    Records   event `procedures.dossier.withdrawn`
    """
    row = mine(dossier_id, by=by, lock=True)
    moving.move(row, "withdrawn")
    moving.end(row, at, refused=True)
    if row.case:
        workflow.stop(row.case, by=by, at=at, reason=reason)
    if row.order:
        payments.cancel_order(row.order, by=by, reason=reason)
    row.save()
    moving.note("procedures.dossier.withdrawn", row, by)


@transaction.atomic
def rate(dossier_id, *, by, rating, words=""):
    """Say how it went (đánh giá), once.

    Raises    Incorrect `procedures.rating_unknown`; Conflict `procedures.rated`
    Records   event `procedures.dossier.rated` (facts: rating)
    """
    row = mine(dossier_id, by=by, lock=True)
    if rating not in domain.RATINGS:
        raise errors.Incorrect("procedures.rating_unknown", _("Hãy chọn một mức đánh giá."))
    if row.rating or row.state not in ("returned", "refused"):
        raise errors.Conflict("procedures.rated", _("Hồ sơ này đã được đánh giá hoặc chưa xong."))
    row.rating, row.rating_words = rating, words[:1000]
    row.save(update_fields=["rating", "rating_words"])
    moving.note("procedures.dossier.rated", row, by, rating=rating)
