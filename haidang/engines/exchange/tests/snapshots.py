"""The state of things as plain values, to be compared."""

from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.exchange import models
from haidang.engines.records import api as records
from haidang.kernel import actor


def get(ref):
    """A record as stored, read with everything open."""
    with access.reach(actor.SYSTEM, people="all"):
        return records.get(ref)


def versions_of(ref):
    """Every version of a record, the newest first."""
    with access.reach(actor.SYSTEM, people="all"):
        return records.history(ref).entries


def records_now(*, versions=False):
    """What the records hold of all visits: {reference: (resource, version)}, without times.

    People get ids by chance; they stand here by their numbers.
    """
    with access.reach(actor.SYSTEM, people="all"):
        stored = [one for rid in _people() for one in records.compartment(rid)]
    named = {one.ref: _name(one) for one in stored if one.type == "Patient"}
    return {_renamed(one.ref, named): _plain(one, named, versions) for one in stored}


def tellings_now():
    """The state of each telling: {(visit, day, place among the arrivals): state}."""
    rows = list(models.Dossier.objects.order_by("message", "position"))
    return {(row.visit, str(row.made_on), place): row.state for place, row in enumerate(rows)}


def everything_now():
    """Records with their versions, and the rows of the monitor."""
    columns = ("message__receipt", "position", "state", "errors", "warnings", "encounter")
    dossiers = list(models.Dossier.objects.order_by("message", "position").values(*columns))
    problems = models.Problem.objects.order_by(
        "message", "dossier", "code", "table", "row", "field"
    )
    told = list(problems.values("message__receipt", "code", "table", "row", "field", "vi", "live"))
    return records_now(versions=True), dossiers, told


def _people():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rid FROM people_person ORDER BY rid")
        return [rid for (rid,) in cursor.fetchall()]


def _name(stored):
    return "Patient/" + "+".join(sorted(i["value"] for i in stored.resource.get("identifier", ())))


def _renamed(value, named):
    if isinstance(value, dict):
        return {key: _renamed(inner, named) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, named) for inner in value]
    return named.get(value, value) if isinstance(value, str) else value


def _plain(stored, named, versions):
    resource = {key: value for key, value in stored.resource.items() if key != "meta"}
    if stored.type == "Patient":
        resource.pop("id")
    return _renamed(resource, named), stored.version if versions else None
