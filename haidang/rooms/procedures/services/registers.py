"""Writes: results enter registers and data stores, warn before they end, and can be revoked."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models, registers
from haidang.rooms.procedures.services import moving

_BATCH = 500
_ISSUER = "Sở Y tế thành phố Hải Phòng"
_EXAMINERS = ("inspect", "verify", "receive")


def enter(row, *, at):
    """Bring a signed result into its register and into the data store of whom it belongs to.

    Records   event `procedures.entry.made`
    Source    NĐ 309/2026/NĐ-CP, Điều 4; TT 01/2023/TT-VPCP (a result is kept with its owner)
    """
    found, response = moving.procedure_of(row), forms.fetch(row.response)
    _keep_result(row, found, at)
    _keep_papers(row, response, at)
    register = registers.of_result(found.result_code)
    if register is not None:
        _enter(row, register, response.answers, at)


def _enter(row, register, answers, at):
    before = _before(row, register, answers)
    values = registers.values_of(
        register, answers, holder=row.applicant_name, before=before.values if before else None
    )
    entry = models.Entry.objects.create(
        register=register.key,
        dossier=row,
        number=row.result_number,
        holder=row.applicant,
        holder_name=row.applicant_name,
        values=values,
        search=registers.search_text(register, values, row.result_number),
        issued_on=moving.day_of(row.ended_at),
        valid_until=row.result_until,
        officer=_officer(row),
        follows=before,
    )
    if before is not None:
        reason = _("Thay bằng số {number}").format(number=row.result_number)
        _end(before, "changed", on=moving.day_of(at), reason=reason, at=at)
    _note("procedures.entry.made", entry, actors.SYSTEM)


def _before(row, register, answers):
    """The entry of the same holder that this result takes the place of: it names its number."""
    told = [str(answers.get(name, "")).strip() for name in register.before]
    numbers = [number for number in told if number]
    rows = models.Entry.objects.select_for_update().filter(
        register=register.key, holder=row.applicant, number__in=numbers
    )
    return rows.exclude(state__in=["changed", "revoked"]).first() if numbers else None


def _officer(row):
    """Who examined the dossier: told when the result ends."""
    done = [task for task in workflow.tasks_of(row.case) if task.state == "done"]
    for element in _EXAMINERS:
        for task in reversed(done):
            if task.element == element:
                return task.holder
    return ""


def _keep_result(row, found, at):
    file = documents.file(row.result_file)
    models.Stored.objects.get_or_create(
        owner=row.applicant,
        kind=found.result_code,
        file=row.result_file,
        defaults={
            "title": found.result,
            "number": row.result_number,
            "issuer": _ISSUER,
            "issued_on": moving.day_of(row.ended_at),
            "valid_until": row.result_until,
            "name": f"ket-qua-{row.code}.pdf",
            "size": file.size,
            "type": file.type,
            "source": "result",
            "dossier": row,
            "kept_at": at,
        },
    )


def _keep_papers(row, response, at):
    """The papers of a dossier that its form could have taken from the store are kept there."""
    source = "upload" if row.channel == "online" else "scan"
    for item in response.form.everything():
        value = response.answers.get(item.link_id)
        if not item.prefill.startswith("store.") or not isinstance(value, dict):
            continue
        stored, _new = models.Stored.objects.get_or_create(
            owner=row.applicant,
            kind=item.prefill.removeprefix("store."),
            file=value["id"],
            defaults={
                "title": item.text,
                "name": value["name"],
                "size": value["size"],
                "type": value["type"],
                "source": source,
                "dossier": row,
                "kept_at": at,
            },
        )
        # It outlives its dossier: the next one takes it from here.
        documents.hold([stored.file], about=f"Stored/{stored.pk}", kind="licence")


def _end(entry, state, *, on, reason, at, by_ref="", decision=""):
    entry.state, entry.ended_on, entry.reason = state, on, reason[:1000]
    entry.ended_by, entry.decision = by_ref, decision[:60]
    entry.save()
    kept = models.Stored.objects.filter(dossier=entry.dossier_id, source="result")
    kept.filter(ended_at=None).update(ended_at=at)


@transaction.atomic
def revoke_result(entry_id, *, reason, decision, by, at):
    """Revoke a result (thu hồi), with its reason and the decision that says so; a leader's right.

    Raises    NotFound `procedures.entry_unknown`; Conflict `procedures.entry_ended`; Incorrect
              `procedures.reason_missing`
    Records   event `procedures.entry.revoked`
    """
    entry = models.Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise errors.NotFound("procedures.entry_unknown", _("Không có mục này trong sổ."))
    if not reason.strip() or not decision.strip():
        raise errors.Incorrect(
            "procedures.reason_missing", _("Nêu lý do và số quyết định thu hồi.")
        )
    if entry.state not in ("valid", "expired"):
        raise errors.Conflict(
            "procedures.entry_ended", _("Kết quả này đã được thay hoặc thu hồi trước đó.")
        )
    _end(
        entry, "revoked", on=moving.day_of(at), reason=reason, at=at, by_ref=by.ref,
        decision=decision,
    )  # fmt: skip
    _note("procedures.entry.revoked", entry, by)
    _tell(entry, "procedures.revoked", f"revoked/{entry.pk}", at)


@transaction.atomic
def expire(*, at):
    """Mark the entries whose last day has passed (hết hạn), and return how many."""
    today = moving.day_of(at)
    rows = models.Entry.objects.select_for_update(skip_locked=True)
    ended = list(rows.filter(state="valid", valid_until__lt=today)[:_BATCH])
    for entry in ended:
        _end(entry, "expired", on=today, reason="", at=at)
        _note("procedures.entry.expired", entry, actors.SYSTEM)
        _tell(entry, "procedures.expired", f"expired/{entry.pk}", at)
    return len(ended)


@transaction.atomic
def warn_of_ends(*, at):
    """Tell holders and officers 90, 30 and 7 days before a result ends, once each."""
    today, told = moving.day_of(at), 0
    for days in sorted(registers.WARNINGS):
        rows = models.Entry.objects.select_for_update(skip_locked=True).filter(
            state="valid", valid_until__gte=today, valid_until__lte=today + timedelta(days=days)
        )
        for entry in rows.exclude(warned_days__lte=days)[:_BATCH]:
            entry.warned_days = days
            entry.save(update_fields=["warned_days"])
            _tell(entry, "procedures.expiring", f"expiring/{entry.pk}/{days}", at)
            told += 1
    return told


def _tell(entry, kind, once, at):
    facts = {"number": entry.number, "until": dates.show(entry.valid_until) or "–"}
    holders = moving.hearers(entry.holder, entry.dossier.submitter)
    for who, url in [*((one, "/thu-tuc/kho/") for one in holders), (entry.officer, _url(entry))]:
        if who:
            notify.send(kind, to=who, once=once, by=actors.SYSTEM, at=at, facts=facts, url=url)


def _url(entry):
    return f"/thu-tuc/so-dang-ky/{entry.register}/{entry.pk}/"


def _note(event, entry, by):
    ledger.record(
        event,
        by=by,
        record=f"Entry/{entry.pk}",
        org=domain.DEPARTMENT,
        facts={"register": entry.register, "number": entry.number},
    )
