"""The one door by which a Patient is written, so that the index stays true."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import index, patient
from haidang.engines.people.models import Position
from haidang.engines.records import api as records
from haidang.kernel import actor, errors

BATCH = 500


@transaction.atomic
def save_patient(resource, *, by, said_at=None, expected_version=None):
    """Write a Patient (ghi hồ sơ người) and return it as stored.

    said_at   moment at which a source said this: the Patient is then merged with what is known,
              element by element, the newer winning. Without it the Patient is replaced as given.
    expected_version   refuse when somebody else wrote in between

    Works in the reach of everybody, because a number may lead to anybody: the caller checks that
    `by` may write this Patient.

    Raises    Incorrect `people.not_a_patient`; what `records.save` raises
    Records   event `people.person.saved`, when something changed
    """
    if resource.get("resourceType") != "Patient":
        raise errors.Incorrect(
            "people.not_a_patient", _("Nội dung này không phải hồ sơ người bệnh.")
        )
    with access.reach(by, people="all"):
        index.lock({key.lock for key in patient.number_keys(resource)})
        said = patient.said_now(resource, timezone.now())
        if said_at is not None:
            resource, said = _merged(resource, said_at)
        stored = records.save(resource, by=by, expected_version=expected_version)
        index.write([(stored, said)])
        _tell([stored], by)
    return stored


def save_patients(pairs, *, by):
    """Write many Patients, pairs (resource, said), in one set; return the Stored in order.

    The caller has merged them and holds the locks.
    """
    if not pairs:
        return []
    stored = records.save_all([resource for resource, _ in pairs], by=by)
    index.write([(one, said) for one, (_, said) in zip(stored, pairs, strict=True)])
    _tell(stored, by)
    return stored


def _merged(resource, said_at):
    """A Patient laid over what is known of it; locked first, so that no other source is lost."""
    candidate = patient.candidate_of(resource, said_at)
    own = {"id": resource["id"]} if resource.get("id") else {}
    if not own or index.by_id(own["id"]) is None:
        return patient.merge({"resourceType": "Patient", **own}, candidate, {})
    ref = f"Patient/{own['id']}"
    records.lock(ref)
    return patient.merge(records.get(ref).resource, candidate, index.by_id(own["id"]).said)


def _tell(stored, by):
    entries = [
        ledger.Entry(
            "people.person.created" if one.version == 1 else "people.person.saved",
            about=one.ref,
            record=f"{one.ref}/_history/{one.version}",
        )
        for one in stored
    ]
    ledger.record_many(entries, by=by)


def catch_up(limit=BATCH):
    """Follow the changes of the record store for Patients that came by another door.

    Returns how many changes were read; the worker calls it again while there are more.
    """
    with transaction.atomic(), access.reach(actor.SYSTEM, people="all"):
        Position.objects.get_or_create(name="records")
        place = Position.objects.select_for_update().get(name="records")
        changes = records.changes(place.seq, limit)
        refresh([c.rid for c in changes if c.type == "Patient"], changes)
        if changes:
            place.seq = changes[-1].seq
            place.save(update_fields=["seq"])
    return len(changes)


def follow(stored):
    """Bring the index in line at once with Patients that were just written by another door.

    stored    what was written, in the transaction of the writing; anything but Patients is left
    """
    latest = {one.rid: one for one in stored if one.type == "Patient" and not one.deleted}
    if not latest:
        return
    known = _versions(latest)
    behind = [one for rid, one in latest.items() if known.get(rid, 0) < one.version]
    index.write([(one, patient.said_now(one.resource, one.at)) for one in behind])


def _versions(rids):
    """{record number: version of its Patient that the index shows}."""
    return dict(
        index.query("SELECT rid, version FROM people_person WHERE rid = ANY(%s)", [list(rids)])
    )


def refresh(rids, changes):
    """Bring the index in line for those Patients among `changes` whose row is behind."""
    latest = {c.rid: c for c in changes if c.rid in set(rids)}
    known = _versions(latest)
    behind = [c for c in latest.values() if known.get(c.rid, 0) < c.version]
    index.remove([c.rid for c in behind if c.deleted])
    stored = records.get_many([f"Patient/{c.id}" for c in behind if not c.deleted])
    index.write([(one, patient.said_now(one.resource, one.at)) for one in stored if one])


def reindex(*, progress=None):
    """Build the whole index again from the Patients; return how many there were.

    Merges, reviews, households and guardians are not derived and stay as they are.
    """
    Position.objects.filter(name="records").update(seq=0)
    done = 0
    while read := catch_up():
        done += read
        if progress:
            progress(done)
    return done
