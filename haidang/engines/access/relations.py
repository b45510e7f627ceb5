"""Care relationships: why an organisation may open somebody's record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from haidang.engines.access.models import CareRelation


@dataclass(frozen=True)
class Relation:
    """One row of `relate_many`: person (rid), organisation, basis and, if any, its end."""

    patient: int
    org: str
    basis: str
    until: datetime | None = None


def relate(patient_rid, org, *, basis, until=None):
    """Note that `org` cares for a person; see `relate_many`."""
    relate_many([Relation(patient_rid, org, basis, until)])


def relate_many(rows: Iterable[Relation | tuple]):
    """Note care relationships in one statement; the same one again only moves its end.

    rows      `Relation`, or tuples (patient_rid, org, basis[, until]); basis is `encounter`,
              `household`, `referral` or `consent:<number>`. Without `until` it does not end.
    """
    unique = {}
    for row in rows:
        relation = row if isinstance(row, Relation) else Relation(*row)
        unique[relation.patient, relation.org, relation.basis] = relation
    if not unique:
        return
    # In one order everywhere, so that two imports of the same people do not deadlock.
    ordered = [unique[key] for key in sorted(unique)]
    values = [(r.patient, r.org, r.basis, r.until) for r in ordered]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_care_relation (patient, org, basis, until)"
            " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[])"
            " ON CONFLICT (patient, org, basis) DO UPDATE SET until = excluded.until"
            " WHERE access_care_relation.until IS DISTINCT FROM excluded.until",
            [list(column) for column in zip(*values, strict=True)],
        )


def unrelate(patient_rid, org, *, basis):
    """End a care relationship now; what was seen under it stays in the access book."""
    rows = CareRelation.objects.filter(patient=patient_rid, org=org, basis=basis)
    rows.update(until=timezone.now())


def related(by, patient_rid):
    """Return whether the actor's organisation has a care relationship with a person now."""
    if not by.org:
        return False
    rows = CareRelation.objects.filter(patient=patient_rid, org=by.org)
    return any(row.until is None or row.until > timezone.now() for row in rows)
