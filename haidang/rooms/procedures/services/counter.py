"""Writes of the one-stop desk: a paper dossier comes in at the counter or by post.

Source: NĐ 118/2025/NĐ-CP and NĐ 309/2026/NĐ-CP (three channels: direct, online, by post)
"""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.people import api as people
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors, systems
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, desk
from haidang.rooms.procedures.services import deciding, dossiers, moving


@transaction.atomic
def find_or_make_person(*, name, birth_date, sex, citizen_id, phone, address, by):
    """The person whom a clerk types in from a card (người chưa có trong chỉ mục).

    A number that is known leads to whom we know; nobody is ever merged.

    Returns    `Patient/<id>`
    Raises     as `people.resolve`
    """
    numbers = [(systems.CITIZEN_ID, citizen_id)] if citizen_id else []
    found = people.resolve(
        people.Candidate(
            name,
            birth_date=birth_date.isoformat() if birth_date else None,
            sex=sex or None,
            identifiers=numbers,
            phone=phone or None,
            address=address,
        ),
        by=by,
        org=domain.DEPARTMENT,
    )
    return found.patient_ref


@transaction.atomic
def receive_paper(key, *, channel, person, contact, known, by, at, organisation=None, post=None):
    """Take in a paper dossier (tiếp nhận hồ sơ giấy); the clerk fills in its form and sends it.

    channel         counter or post
    person          (reference, name) of whoever applies, or of whoever brings it for an
                    organisation
    contact         phone, address, return_way, return_address: where the result should go
    organisation    (name, tax code) when the matter is an organisation's
    post            tracking number of the parcel that it came in

    Raises    NotFound `procedures.unknown`; Incorrect `procedures.way_unknown`,
              `procedures.tracking_missing`, `procedures.tax_code_wrong`
    Records   event `procedures.paper.taken` (facts: channel)
    """
    if channel not in ("counter", "post"):
        raise errors.Incorrect("procedures.way_unknown", _("Chọn kênh nhận hồ sơ."))
    if channel == "post" and not (post or "").strip():
        raise errors.Incorrect("procedures.tracking_missing", _("Ghi số hiệu bưu gửi đến."))
    version = catalogue.version_of(key, moving.day_of(at))
    response = forms.start(key, by=by, on=moving.day_of(at), about="procedures", known=known)
    told = dict(contact)
    row = models.Dossier.objects.create(
        version=version,
        response=response.id,
        channel=channel,
        clerk=by.ref,
        clerk_name=by.name,
        return_way=told.pop("return_way", "") or "counter",
        contact={name: value for name, value in told.items() if value},
        **_parties(person, organisation),
    )
    if channel == "post":
        models.Parcel.objects.create(
            dossier=row, direction="in", tracking=post.strip(), at=at, by_ref=by.ref
        )
    moving.note("procedures.paper.taken", row, by, channel=channel)
    return row.pk


def _parties(person, organisation):
    ref, name = person
    if organisation is None:
        return {"applicant": ref, "applicant_name": name}
    return {
        "applicant": f"Organisation/{domain.tax_code(organisation[1])}",
        "applicant_name": organisation[0].strip()[:200],
        "submitter": ref,
        "submitter_name": name,
        "basis": "representative",
    }


@transaction.atomic
def keep_paper_answers(dossier_id, posted, *, by, revision):
    """Keep what the clerk typed so far.

    Raises    as `save_answers`; NotFound `procedures.dossier_unknown`
    """
    row = desk.of_clerk(dossier_id, by=by)
    return dossiers.keep_answers(row, posted, by=by, revision=revision)


def attach_scan(dossier_id, link_id, name, pieces, *, by, revision):
    """Attach what the clerk scanned to a question. Raises as `attach`."""
    row = desk.of_clerk(dossier_id, by=by)
    return dossiers.keep_paper(row, link_id, name, pieces, by=by, revision=revision)


@transaction.atomic
def bring_paper_up_to_date(dossier_id, *, by, at):
    """Bring a clerk's draft to the version in force. Raises as `dossiers.renew`."""
    dossiers.renew(desk.of_clerk(dossier_id, by=by, lock=True), by=by, at=at)


@transaction.atomic
def send_paper(dossier_id, *, by, at):
    """Send a paper dossier on its way: the clerk has it in hand, so that receiving is done too.

    Where there is a fee it waits for the money, and is then received like any other.

    Raises    as `submit`; NotFound `procedures.dossier_unknown`
    """
    row = desk.of_clerk(dossier_id, by=by, lock=True)
    code = dossiers.send(row, by=by, at=at)
    if row.state == "submitted":
        tasks = workflow.tasks_of(row.case)
        task = next((t for t in tasks if t.element == "receive" and t.state == "open"), None)
        if task is not None:
            deciding.decide(task.id, by=by, at=at, outcome="accept")
    return code


def supply_at_desk(case_id, files, *, words, by, at):
    """Take in, at the counter or from a parcel, what was asked for (bổ sung tại quầy).

    Raises    as `supply`; NotFound `procedures.dossier_unknown`
    """
    with transaction.atomic():
        row = moving.of_case(case_id)
    kept = dossiers.keep_given(row, files, by=by)
    with transaction.atomic():
        dossiers.give(moving.of_case(case_id), kept, words=words, by=by, at=at)
