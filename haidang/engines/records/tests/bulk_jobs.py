"""What the tests of exports and of imports share: a city, a place for files, a job and its lines."""

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records.tests.mixture import Mixture
from haidang.kernel import actor, fhirjson

BY = actor.SYSTEM
CLIENT = actor.Actor(ref="Device/partner", name="Đối tác", kind=actor.CLIENT, org="31001")
OTHER = actor.Actor(ref="Device/other", name="Bên khác", kind=actor.CLIENT, org="31002")
BASIC = {"resourceType": "Basic", "code": {"text": "a"}}
MANNER = records.bulk.Manner()


def city():
    """A small mixed city, saved; what was made of it."""
    made = Mixture(5, 40)
    with everything():
        records.save_all(made.all, by=BY)
    return made


def everything():
    return access.reach(BY, people="all")


def export(by=BY, manner=MANNER, **wish):
    job = records.bulk.ask_for_export(records.bulk.wish_of(**wish), by=by)
    assert records.bulk.run(job.number, manner)
    return status(job, by=by)


def status(job, by=BY):
    with everything():
        return records.bulk.status(job.uid, by=by)


def lines(job, role="output"):
    return [
        fhirjson.loads(line)
        for file in job.files
        if file.role == role
        for line in b"".join(records.bulk.fetch(job.uid, file.name)).splitlines()
    ]


def refs(resources):
    return sorted(f"{r['resourceType']}/{r['id']}" for r in resources)


def take_in(*sources, by=BY, manner=MANNER):
    asked = [records.bulk.Source(str(each)) for each in sources]
    job = records.bulk.ask_for_import(asked, by=by)
    assert records.bulk.run(job.number, manner)
    return status(job, by=by)


def ndjson(path, resources):
    path.write_bytes(b"".join(fhirjson.dumps(each) + b"\n" for each in resources))
    return path
