"""People made for a mistake that its sender has corrected (hồ sơ lập nhầm): out of use, and back.

A person out of use keeps every version and every number, points to the people who are meant, and
is not found, asked about or linked to while somebody in use fits. Nothing of it goes to anybody
else: a wrong number given on would be a weak merge. See decision 0019.
"""

from django.db import transaction

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import index, patient, saving
from haidang.engines.people.models import Person
from haidang.engines.records import api as records
from haidang.kernel import actor

_REPLACED = "replaced-by"


@transaction.atomic
def retire(left, *, by):
    """Take people out of use of whom no message speaks any more; return the references of those.

    left    {`Patient/<id>`: references of the people of whom the corrected messages speak}

    Left alone is who was merged, who holds or is held by anything, and about whom anybody but
    `by` ever did something: such a person is more than the mistake.

    Records   event `people.person.retired`
    """
    with access.reach(by, people="all"):
        records.lock(*left)
        rows = index.by_ids({ref.partition("/")[2] for ref in left})
        stored = {one.id: one for one in records.get_many(left) if one}
        filled = records.filled({row.rid for row in rows.values()})
        pairs = []
        for row in rows.values():
            known = stored.get(row.id)
            if (
                known is None
                or row.merged_into
                or row.rid in filled
                or not _is_alone(known.ref, by)
            ):
                continue
            after = _out_of_use(known.resource, left[known.ref])
            if after != known.resource:
                pairs.append((after, row.said))
        return _write(pairs, "people.person.retired", by)


def _is_alone(ref, by):
    # Other mistakes of the same visit may point here from an earlier correction.
    if not all(patient.is_retired(each.resource) for each in records.referring(ref)):
        return False
    return all(each.by_ref == by.ref for each in ledger.events_about(ref, limit=_EVENTS))


#: So many events are looked through; a person with more of them is no mistake of one day.
_EVENTS = 500


def revive(refs, *, by):
    """Put people back into use of whom somebody speaks again (dùng lại hồ sơ); return them.

    Records   event `people.person.revived`
    """
    with access.reach(by, people="all"):
        stored = [one for one in records.get_many(refs) if one and patient.is_retired(one.resource)]
        rows = index.by_ids({one.id for one in stored})
        pairs = [(_in_use(one.resource), rows[one.id].said) for one in stored if one.id in rows]
        return _write(pairs, "people.person.revived", by)


@transaction.atomic
def revive_filled():
    """Put back into use whoever was written to all the same; return how many.

    Other systems go on using an old id, and a writer may have begun before the retiring.
    """
    retired = dict(Person.objects.filter(retired=True).values_list("rid", "id"))
    with access.reach(actor.SYSTEM, people="all"):
        refs = sorted(f"Patient/{retired[rid]}" for rid in records.filled(retired))
        if refs:
            records.lock(*refs)
        return len(revive(refs, by=actor.SYSTEM))


def _write(pairs, event, by):
    stored = saving.save_patients(pairs, by=by)
    for one in stored:
        ledger.record(event, by=by, about=one.ref, record=f"{one.ref}/_history/{one.version}")
    return [one.ref for one in stored]


def _out_of_use(resource, instead):
    links = [{"other": {"reference": ref}, "type": _REPLACED} for ref in sorted(instead)]
    reason = {"url": patient.RETIRED, "valueCode": "corrected"}
    bare = _in_use(resource)
    extensions = sorted([*bare.get("extension", ()), reason], key=lambda one: one["url"])
    links = [*bare.get("link", ()), *links]
    return bare | {"active": False, "link": links, "extension": extensions}


def _in_use(resource):
    links = [one for one in resource.get("link", ()) if one["type"] != _REPLACED]
    kept = [one for one in resource.get("extension", ()) if one["url"] != patient.RETIRED]
    bare = {k: v for k, v in resource.items() if k not in ("active", "link", "extension")}
    return bare | ({"link": links} if links else {}) | ({"extension": kept} if kept else {})
