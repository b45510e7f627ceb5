"""Who may act for whom: guardians for children, agents by authorisation, representatives.

Source: Bộ luật Dân sự 91/2015/QH13, Điều 134 to 141 (representation) and 563 to 569 (mandate)
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import dates, errors
from haidang.rooms.procedures import models

_BIT = 200


@dataclass(frozen=True)
class Standing:
    """A right to act for somebody (tư cách nộp thay).

    basis         `guardian`, `authorised` or `representative`
    procedures    keys of the procedures it is for; empty for all
    """

    principal: str
    name: str
    basis: str
    authorisation: int | None = None
    procedures: tuple[str, ...] = ()
    may_receive: bool = True
    last_on: date | None = None

    def covers(self, key):
        return not self.procedures or key in self.procedures


def in_force(on):
    """The authorisations in force on a day; the last day counts."""
    return Q(state="given", first_on__lte=on, last_on__gte=on)


def standings(by, *, on=None):
    """Everybody for whom somebody may act on a day, children first."""
    return [*_children(by), *_authorised(by, on or timezone.localdate())]


def _children(by):
    refs = [f"Patient/{one}" for one in access.family_of(by.account)]
    found = people.persons([ref for ref in refs if ref != by.ref])
    named = sorted((person.name, ref) for ref, person in found.items())
    return [Standing(ref, name, "guardian") for name, ref in named]


def _authorised(by, on):
    rows = models.Authorisation.objects.filter(in_force(on), agent=by.ref)
    return [
        Standing(
            row.principal,
            row.principal_name,
            row.basis,
            row.pk,
            tuple(row.procedures),
            row.may_receive,
            row.last_on,
        )
        for row in rows.order_by("principal_name", "pk")[:_BIT]
    ]


def standing(by, principal, key, *, on):
    """The right to act for somebody in a procedure, the widest one.

    Raises    NotAllowed `procedures.no_authority`
    """
    found = [one for one in standings(by, on=on) if one.principal == principal and one.covers(key)]
    if not found:
        raise errors.NotAllowed(
            "procedures.no_authority",
            _("Bạn chưa có quyền nộp thủ tục này thay cho người đó."),
        )
    return max(found, key=lambda one: one.may_receive)


def may_follow(row, by):
    """Whether somebody may see and go on with a dossier.

    Whose matter it is, always; whoever brought it, as long as the right to do so lasts; guardians
    and representatives of the applicant. A right that ended leaves the dossier to the applicant.
    """
    if row.applicant == by.ref:
        return True
    if row.applicant.removeprefix("Patient/") in access.family_of(by.account, faces=True):
        return True
    rows = models.Authorisation.objects.filter(in_force(timezone.localdate()), agent=by.ref)
    if row.submitter == by.ref and row.authorisation_id:
        return rows.filter(pk=row.authorisation_id).exists()
    return rows.filter(principal=row.applicant, basis="representative").exists()


def may_receive(row, by):
    """Whether the result may be given to whoever asks: an agent needs it said in the authorisation."""
    if row.applicant == by.ref or not row.authorisation_id or row.submitter != by.ref:
        return True
    return row.authorisation.may_receive


def represented(by, *, on=None):
    """The organisations that somebody represents, as references."""
    return {one.principal for one in standings(by, on=on) if one.basis == "representative"}


def about(by):
    """What an applicant's page of authorisations shows: given by them, and held by them."""
    principals = [by.ref, *represented(by)]
    given = models.Authorisation.objects.filter(principal__in=principals, basis="authorised")
    held = models.Authorisation.objects.filter(agent=by.ref)
    return {
        "given": [_line(row) for row in given.order_by("-given_at")[:_BIT]],
        "held": [_line(row) for row in held.order_by("-given_at")[:_BIT]],
        "children": _children(by),
        "principals": [(by.ref, by.name)]
        + [(one.principal, one.name) for one in standings(by) if one.basis == "representative"],
    }


@dataclass(frozen=True)
class Line:
    """One authorisation as its people see it."""

    id: int
    principal_name: str
    agent_name: str
    basis: str
    procedures: tuple[str, ...]
    may_receive: bool
    term: str
    state: str
    ended: bool
    reason: str
    evidence: str
    evidence_name: str


def _line(row):
    return Line(
        row.pk,
        row.principal_name,
        row.agent_name,
        row.basis,
        tuple(row.procedures),
        row.may_receive,
        f"{dates.show(row.first_on)} – {dates.show(row.last_on)}",
        row.state,
        row.state != "given" or row.last_on < timezone.localdate(),
        row.reason,
        row.evidence,
        row.evidence_name,
    )


def waiting_representatives():
    """Who says that they represent an organisation and waits for the desk, the longest waiting first."""
    rows = models.Authorisation.objects.filter(state="waiting").order_by("given_at")
    return [(_line(row), row.principal.removeprefix("Organisation/")) for row in rows[:_BIT]]


def evidence(authorisation_id, *, by):
    """The paper of an authorisation, for the desk: (name, type, open file); the look is noted.

    Raises    NotFound `procedures.authorisation_unknown`, `documents.file_unknown`
    """
    row = models.Authorisation.objects.filter(pk=authorisation_id).first()
    if row is None:
        raise errors.NotFound("procedures.authorisation_unknown", _("Không có uỷ quyền này."))
    about = row.agent if row.agent.startswith("Patient/") else None
    ledger.looked(by=by, about=about, what="procedures.evidence", purpose="procedure")
    kept = documents.file(row.evidence)
    return row.evidence_name, kept.type, documents.open_file(row.evidence)
