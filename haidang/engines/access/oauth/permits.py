"""What people have let apps do: given on the consent page, ended by them at any moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access.oauth.models import AccessToken, Grant, Permit, RefreshToken
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors


@dataclass(frozen=True)
class Allowed:
    """One permission for an app as the person who gave it sees it (ứng dụng đã cho phép)."""

    id: int
    app: str
    publisher: str
    scopes: tuple[str, ...]
    patient: str
    given_at: datetime
    last_used_at: datetime | None
    ended_at: datetime | None


@transaction.atomic
def give_permit(
    app, *, by, account, scopes, patient=None, patient_rid=None, encounter=None, ceiling="N"
):
    """Note that a person lets an app do something (cho phép ứng dụng); return the row.

    Asked of the caller: `by` may open the record of `patient` (id) now, and `encounter` (id) is a
    visit of theirs.

    Records   event `access.app.allowed`
    """
    permit = Permit.objects.create(
        app=app,
        account=account,
        scopes=list(scopes),
        patient=patient or "",
        patient_rid=patient_rid,
        encounter=encounter or "",
        org=by.org or "",
        ceiling=ceiling,
    )
    facts = {"app": app.client_id, "permit": permit.pk, "scopes": list(scopes), "ceiling": ceiling}
    about = f"Patient/{patient}" if patient else None
    ledger.record("access.app.allowed", by=by, about=about, org=by.org, facts=facts)
    return permit


def permits_of(account):
    """Return what an account (its key) lets apps do, newest first, the ended ones too."""
    rows = Permit.objects.filter(account=account).select_related("app").order_by("-pk")
    return [_allowed(row) for row in rows]


@transaction.atomic
def end_permit(permit_id, *, by):
    """Take back what an app may do (thu hồi): every token that came of it is dead at once.

    Raises    NotFound `access.no_permit`, also for somebody else's
    Records   event `access.app.disallowed`
    """
    found = Permit.objects.filter(pk=permit_id, account=by.account, ended_at=None).first()
    if found is None:
        raise errors.NotFound("access.no_permit", _("Ứng dụng này không còn được cho phép."))
    _end([found.pk])
    about = f"Patient/{found.patient}" if found.patient else None
    facts = {"permit": found.pk, "app": found.app.client_id}
    ledger.record("access.app.disallowed", by=by, about=about, facts=facts)


@transaction.atomic
def end_permit_of_stolen(permit_id):
    """End what came of a code that was used twice: one of the two users was a thief.

    Records   event `access.app.stolen`
    """
    if permit_id is not None and Permit.objects.filter(pk=permit_id, ended_at=None).exists():
        _end([permit_id])
        ledger.record("access.app.stolen", by=actors.SYSTEM, facts={"permit": permit_id})


def end_permits_of_app(app):
    """End everything that an app was allowed; called when the app is closed."""
    _end(list(Permit.objects.filter(app=app, ended_at=None).values_list("pk", flat=True)))
    AccessToken.objects.filter(application=app).delete()


_FOLLOW = """
UPDATE access_permit SET patient = %(id)s, patient_rid = %(rid)s, former = array_append(former, %(merged)s)
WHERE patient_rid = %(merged)s
"""
_GO_BACK = """
UPDATE access_permit SET patient = %(id)s, patient_rid = %(rid)s, former = array_remove(former, %(rid)s)
WHERE patient_rid = %(from)s AND %(rid)s = ANY (former)
"""


def follow_merge(merged_rid, patient, patient_rid):
    """Apps that were opened for a record which was merged are opened for the one that stays.

    Called in the transaction of the merge, which nobody overtakes who gives a permit for one of
    the two: so no token is left with the old one.

    patient    id of the Patient that stays
    """
    _run(_FOLLOW, {"id": patient, "rid": patient_rid, "merged": merged_rid})


def follow_unmerge(kept_rid, patient, patient_rid):
    """The way back: apps that had been opened for the record which stands by itself again.

    patient    id of the Patient that had been merged into the one of `kept_rid`
    """
    _run(_GO_BACK, {"id": patient, "rid": patient_rid, "from": kept_rid})


def _run(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _end(permits):
    now = timezone.now()
    Permit.objects.filter(pk__in=permits, ended_at=None).update(ended_at=now)
    Grant.objects.filter(permit__in=permits).delete()
    AccessToken.objects.filter(permit__in=permits).delete()
    RefreshToken.objects.filter(permit__in=permits, revoked=None).update(revoked=now)


def _allowed(row):
    return Allowed(
        id=row.pk,
        app=row.app.name,
        publisher=row.app.publisher,
        scopes=tuple(row.scopes),
        patient=row.patient,
        given_at=row.given_at,
        last_used_at=row.last_used_at,
        ended_at=row.ended_at,
    )
