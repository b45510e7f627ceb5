"""Consents: a person lets one organisation open the record, and may change their mind."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import relations
from haidang.engines.access.models import Consent
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors


@dataclass(frozen=True)
class Given:
    """One consent as the person sees it (đồng ý chia sẻ)."""

    id: int
    patient: str
    org: str
    purpose: str
    given_by: str
    given_at: datetime
    until: datetime | None
    withdrawn_at: datetime | None


@transaction.atomic
def give_consent(by, patient_ref, *, patient_rid, org, purpose="care", until=None):
    """Let an organisation open a person's record (đồng ý); return the `Given`.

    Asked of the caller: `by` is the person, a guardian, or staff holding the signed paper.

    Records   event `access.consent.given`
    """
    row = Consent.objects.create(
        patient=patient_ref,
        patient_rid=patient_rid,
        org=org,
        purpose=purpose,
        given_by=by.ref,
        until=until,
    )
    relations.relate(patient_rid, org, basis=f"consent:{row.pk}", until=until)
    facts = {"consent": row.pk, "purpose": purpose}
    ledger.record("access.consent.given", by=by, about=patient_ref, org=org, facts=facts)
    row.refresh_from_db()
    return _given(row)


@transaction.atomic
def withdraw_consent(by, consent_id):
    """Take a consent back (rút lại đồng ý); from now on it opens nothing.

    Raises    NotFound `access.no_consent`
    Records   event `access.consent.withdrawn`
    """
    row = Consent.objects.select_for_update().filter(pk=consent_id, withdrawn_at=None).first()
    if row is None:
        raise errors.NotFound("access.no_consent", _("Không còn đồng ý nào như vậy để rút lại."))
    row.withdrawn_at = timezone.now()
    row.save()
    relations.unrelate(row.patient_rid, row.org, basis=f"consent:{row.pk}")
    facts = {"consent": row.pk}
    ledger.record("access.consent.withdrawn", by=by, about=row.patient, org=row.org, facts=facts)
    return _given(row)


def consents_of(patient_ref):
    """Return every consent of a person, newest first, those taken back included."""
    return [_given(row) for row in Consent.objects.filter(patient=patient_ref).order_by("-pk")]


def _given(row):
    return Given(
        row.pk,
        row.patient,
        row.org,
        row.purpose,
        row.given_by,
        row.given_at,
        row.until,
        row.withdrawn_at,
    )
