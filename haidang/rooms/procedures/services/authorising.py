"""Writes: giving, confirming and ending the right to act for somebody else."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.people import api as people
from haidang.kernel import actor as actors
from haidang.kernel import errors, text
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import acting, catalogue
from haidang.rooms.procedures.services import moving


def authorise(
    *, principal, agent_name, agent_number, procedures, may_receive, until, evidence, by, at
):
    """Authorise somebody to act (uỷ quyền), for oneself or for an organisation that one represents.

    principal       the giver's own reference, or `Organisation/<tax code>`
    agent_number    the agent's citizen id; with the name it must be somebody we know
    procedures      keys of the procedures that it is for; empty for all
    may_receive     whether the agent may also receive results
    until           last day, at most a year away
    evidence        (name, pieces) of the paper of authorisation

    Raises    NotAllowed `procedures.no_authority`; NotFound `procedures.agent_unknown`,
              `procedures.unknown`; RuleBroken `procedures.term_wrong`; as `documents.keep`
    Records   event `procedures.authorisation.given`
    Source    Bộ luật Dân sự 91/2015/QH13, Điều 140 khoản 2, Điều 562, 563
    """
    today = moving.day_of(at)
    name = _principal_name(principal, by=by, on=today)
    domain.check_authorisation(today, until)
    for key in procedures:
        catalogue.version_of(key, today)
    agent = _agent(agent_name, agent_number, by=by)
    if agent.ref in (by.ref, principal):
        raise errors.RuleBroken("procedures.own_agent", _("Không cần uỷ quyền cho chính mình."))
    kept = _evidence(evidence, by=by)
    with transaction.atomic():
        row = _keep(
            principal=principal,
            principal_name=name,
            agent=agent.ref,
            agent_name=agent.name,
            basis="authorised",
            procedures=sorted(set(procedures)),
            may_receive=may_receive,
            until=until,
            by=by,
            at=at,
            **kept,
        )
        _tell(row, row.agent, "procedures.authorised", at)
    return row.pk


def _principal_name(principal, *, by, on):
    if principal == by.ref:
        return by.name
    found = next((one for one in acting.standings(by, on=on) if one.principal == principal), None)
    if found is None or found.basis != "representative":
        raise errors.NotAllowed(
            "procedures.no_authority",
            _("Chỉ chính chủ hoặc người đại diện của tổ chức mới uỷ quyền được."),
        )
    return found.name


def _agent(name, number, *, by):
    """Whoever bears both the number and the name; one of them alone tells nothing about anybody."""
    ledger.looked(by=by, about=None, what="procedures.find_agent", purpose="procedure")
    number = "".join(number.split())
    hits = people.find(number, by=by) if len(number) == 12 and number.isdigit() else []
    for hit in hits:
        if text.fold(hit.name) == text.fold(name):
            return hit
    raise errors.NotFound(
        "procedures.agent_unknown",
        _("Không có ai mang cả họ tên và số định danh này. Kiểm tra lại cùng người được uỷ quyền."),
    )


def represent(*, tax_code, organisation, until, evidence, by, at):
    """Say that one represents an organisation (người đại diện); the desk confirms it first.

    Raises    Incorrect `procedures.tax_code_wrong`; RuleBroken `procedures.term_wrong`; as
              `documents.keep`
    Records   event `procedures.authorisation.given`
    """
    domain.check_authorisation(moving.day_of(at), until)
    row = _keep(
        principal=f"Organisation/{domain.tax_code(tax_code)}",
        principal_name=organisation.strip()[:200],
        agent=by.ref,
        agent_name=by.name,
        basis="representative",
        procedures=[],
        may_receive=True,
        until=until,
        by=by,
        at=at,
        state="waiting",
        **_evidence(evidence, by=by),
    )
    return row.pk


def _evidence(evidence, *, by):
    """The paper, kept before anything else: what is refused as infected stays noted."""
    name, pieces = evidence
    return {
        "evidence": documents.keep(pieces, name=name, by=by).sha256,
        "evidence_name": name[:200],
    }


@transaction.atomic
def _keep(*, until, by, at, **values):
    row = models.Authorisation.objects.create(
        first_on=moving.day_of(at),
        last_on=until,
        given_at=at,
        by_ref=by.ref,
        **values,
    )
    _note("procedures.authorisation.given", row, by)
    return row


@transaction.atomic
def confirm_representative(authorisation_id, *, accepted, reason, by, at):
    """Confirm, or refuse, that somebody represents an organisation, after its paper was read.

    Raises    NotFound `procedures.authorisation_unknown`; Incorrect `procedures.reason_missing`;
              Conflict `procedures.authorisation_answered` when somebody else was faster
    Records   event `procedures.authorisation.confirmed` (facts: accepted)
    """
    row = _locked(authorisation_id)
    if row.state != "waiting":
        raise errors.Conflict(
            "procedures.authorisation_answered", _("Đề nghị này đã được xem hoặc đã rút lại.")
        )
    if not accepted and not reason.strip():
        raise errors.Incorrect("procedures.reason_missing", _("Nêu lý do không xác nhận."))
    row.state = "given" if accepted else "refused"
    row.reason = "" if accepted else reason[:500]
    if not accepted:
        row.ended_at, row.ended_by = at, by.ref
    row.save()
    _note("procedures.authorisation.confirmed", row, by, accepted=accepted)
    _tell(row, row.agent, "procedures.represent_answered", at)


@transaction.atomic
def revoke(authorisation_id, *, by, at, reason):
    """End an authorisation (chấm dứt uỷ quyền): its giver at any time, its holder by giving it up.

    Dossiers that were submitted under it stay valid and are followed by their applicant alone.

    Raises    NotFound `procedures.authorisation_unknown`
    Records   event `procedures.authorisation.revoked`
    Source    Bộ luật Dân sự 91/2015/QH13, Điều 140 khoản 3, Điều 569
    """
    row = _locked(authorisation_id)
    mine = {by.ref, *acting.represented(by, on=moving.day_of(at))}
    if row.agent != by.ref and row.principal not in mine or row.state not in ("given", "waiting"):
        raise _unknown()
    row.state, row.ended_at, row.ended_by, row.reason = "revoked", at, by.ref, reason[:500]
    row.save()
    _note("procedures.authorisation.revoked", row, by)
    for who in {row.agent, row.principal} - {by.ref}:
        if who.startswith("Patient/"):
            _tell(row, who, "procedures.authorisation_ended", at)


def _locked(authorisation_id):
    row = models.Authorisation.objects.select_for_update().filter(pk=authorisation_id).first()
    if row is None:
        raise _unknown()
    return row


def _unknown():
    return errors.NotFound("procedures.authorisation_unknown", _("Không có uỷ quyền này."))


def _note(event, row, by, **facts):
    facts |= {"basis": row.basis, "until": row.last_on.isoformat()}
    about = row.principal if row.principal.startswith("Patient/") else None
    record = f"Authorisation/{row.pk}"
    ledger.record(event, by=by, about=about, record=record, org=domain.DEPARTMENT, facts=facts)


def _tell(row, who, kind, at):
    notify.send(
        kind,
        to=who,
        once=f"{kind}/{row.pk}/{row.state}",
        by=actors.SYSTEM,
        at=at,
        facts={"principal": row.principal_name, "agent": row.agent_name},
        url="/thu-tuc/uy-quyen/",
    )
