"""How the FHIR door wants subscriptions served: the reach and the checks of every other request."""

from functools import cache

from haidang.engines.records import api as records
from haidang.kernel import systems
from haidang.portals.gateway.fhir import bulk, doors


def _note(by, shown):
    doors.note(by, shown, "fhir.subscription")


MANNER = records.subscriptions.Manner(
    opened=doors.opened, note=_note, check=bulk.MANNER.check, base=systems.BASE
)


def match():
    """Look at the next changes; the worker calls it."""
    return records.subscriptions.match(MANNER)


@cache
def _courier():
    return records.subscriptions.Courier(MANNER)


def send():
    """Send what is due, and take in what was answered; the worker calls it."""
    return _courier().step()
