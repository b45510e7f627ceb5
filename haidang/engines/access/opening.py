"""Opening one person's record: the reason is found, the look is written, then the door opens."""

from contextlib import contextmanager

from django.utils.translation import gettext as _

from haidang.engines.access import denials, family, glass, relations
from haidang.engines.access.reach import reach
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

#: Purposes other than care, and the roles whose work they are.
ROLES_OF_PURPOSE = {
    "public_health": {"epidemiologist", "inspector", "station_head"},
    "records": {"records_clerk", "administrator"},
    "audit": {"privacy_officer"},
}
OWN, FAMILY, SYSTEM, RELATION, EMERGENCY = "own", "family", "system", "relation", "emergency"


@contextmanager
def open_person(by, patient_ref, *, patient_rid, what, purpose="care"):
    """Open one person's record for the length of a `with` block (mở hồ sơ); yields the ground.

    patient_ref   `Patient/<id>`
    patient_rid   its record number, for row-level security
    what          what will be seen, in a few words; it stands in the access book
    purpose       `care` needs a ground: own record, family, care relationship or broken glass;
                  `public_health`, `records` and `audit` need a role whose work that is

    Raises    NotAllowed `access.no_relationship`, after noting the refusal in the access book;
              Unavailable `ledger.book_closed` when the book cannot be written
    """
    ground = ground_for(by, patient_ref, patient_rid, purpose)
    if ground is None:
        _refuse(by, patient_ref, what, purpose)
    told = EMERGENCY if ground == EMERGENCY else OWN if ground == OWN else purpose
    ledger.looked(by=by, about=patient_ref, what=what, purpose=told, reason=ground)
    with reopen_person(by, patient_rid=patient_rid, ground=ground):
        yield ground


def reopen_person(by, *, patient_rid, ground):
    """Open again what `open_person` has opened (mở lại), to read more of it for the same page.

    ground    what `open_person` yielded: the same is seen, and the look stands in the book already
    """
    # What a person forbids an organisation binds those who come because it cares for them.
    return reach(by, people=[patient_rid], asker=by.org if ground == RELATION else "")


def ground_for(by, patient_ref, patient_rid, purpose="care"):
    """Return on what ground the actor may open the record now, or None."""
    patient = patient_ref.partition("/")[2]
    if by.kind == actors.SYSTEM_KIND:
        return SYSTEM
    if by.patient is not None and by.patient == patient:
        return OWN
    if purpose in ROLES_OF_PURPOSE:
        return purpose if by.roles & ROLES_OF_PURPOSE[purpose] else None
    if relations.related(by, patient_rid):
        closed = denials.denied(by.org, patient_rid)
        if closed and glass.is_broken(by, patient_ref):
            return EMERGENCY
        if closed != denials.WHOLE:
            return RELATION
    if by.account is not None and patient in family.family_of(by.account):
        return FAMILY
    return EMERGENCY if glass.is_broken(by, patient_ref) else None


def _refuse(by, patient_ref, what, purpose):
    ledger.looked(
        by=by, about=patient_ref, what=what, purpose=purpose, allowed=False, reason="relationship"
    )
    raise errors.NotAllowed(
        "access.no_relationship",
        _(
            "Đơn vị của bạn chưa có quan hệ chăm sóc với người này. "
            "Nếu là cấp cứu, hãy dùng “Mở khẩn cấp” và ghi rõ lý do."
        ),
        can_break_glass=by.kind == actors.STAFF,
    )
