"""What a person forbids an organisation (từ chối chia sẻ): rows that row-level security reads.

The rows are made of FHIR Consent resources by the engine of the records; here is only what they
mean for who may open a record. A denial binds an organisation and those who act for it, not the
person, the family, work that the law itself asks for, or an emergency.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from haidang.engines.access.models import Denial

EVERYBODY = "*"
WHOLE, PART = "whole", "part"


@dataclass(frozen=True)
class Forbidden:
    """One denial as a Consent says it.

    org      code of a facility, or `*` for every organisation
    but      organisations to which a denial for everybody does not apply
    types    codes of resource types (`records.kinds`), None for all
    labels   numbers of security labels as the index keeps them, None for whatever the label
    since, until   half-open; None for no such bound
    """

    org: str
    but: tuple[str, ...] = ()
    types: tuple[int, ...] | None = None
    labels: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


def set_denials(consent_ref, patient_rids, forbidden):
    """Put what one Consent forbids in the place of what it forbade before; in the caller's transaction.

    patient_rids    the record numbers of the person, also of Patients that were merged into that one

    What was forbidden before and is so still keeps its row: a row never changes, and whoever has left
    out what it closes knows it by its number (`records.bulk`).
    """
    wanted = {(patient, each) for each in forbidden for patient in patient_rids}
    over = []
    for row in Denial.objects.filter(consent=consent_ref):
        said = (row.patient, _forbidden(row))
        if said in wanted:
            wanted.remove(said)
        else:
            over.append(row.pk)
    if over:
        Denial.objects.filter(pk__in=over).delete()
    Denial.objects.bulk_create(
        Denial(
            consent=consent_ref, patient=patient, org=each.org, but=list(each.but),
            types=_listed(each.types), labels=_listed(each.labels), since=each.since, until=each.until,
        )
        for patient, each in sorted(wanted, key=lambda one: (one[0], one[1].org))
    )  # fmt: skip


def denials_of(consent_refs):
    """{reference of a Consent: its rows, as (record number of the person, `Forbidden`)}."""
    found = {}
    for row in Denial.objects.filter(consent__in=consent_refs):
        found.setdefault(row.consent, set()).add((row.patient, _forbidden(row)))
    return found


def denying_consents():
    """References of all Consents that have rows."""
    return list(Denial.objects.order_by().values_list("consent", flat=True).distinct())


def denied(org, patient_rid):
    """`whole`, `part` or None: how much of a person's record is closed to an organisation now."""
    if not org:
        return None
    rows = _in_force(org).filter(patient=patient_rid)
    closed = [row.types is None and row.labels is None for row in rows]
    return None if not closed else WHOLE if any(closed) else PART


def denied_by_anybody(org):
    """True when somebody closes something to an organisation now."""
    return bool(org) and _in_force(org).exists()


def _in_force(org):
    now = timezone.now()
    return Denial.objects.filter(
        Q(since=None) | Q(since__lte=now), Q(until=None) | Q(until__gt=now),
        org__in=[org, EVERYBODY],
    ).exclude(but__contains=[org])  # fmt: skip


def _listed(values):
    return None if values is None else sorted(values)


def _forbidden(row):
    types = None if row.types is None else tuple(row.types)
    labels = None if row.labels is None else tuple(row.labels)
    return Forbidden(row.org, tuple(row.but), types, labels, row.since, row.until)
