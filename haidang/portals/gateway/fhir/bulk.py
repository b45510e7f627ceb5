"""How the FHIR door wants bulk jobs done: the reach, the checks and the ledger of every other request."""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors

IMPORTED = "gateway.set.imported"


def run_next():
    """Do the next bulk job; the worker calls it."""
    return records.bulk.run_next(MANNER)


def _check(by):
    """A system whose token was withdrawn gets nothing more done.

    Raises    NotAllowed `fhir.client_ended`
    """
    if by.kind != actors.CLIENT:
        return
    if not any(f"Device/{c.uid}" == by.ref and c.ended_at is None for c in access.clients()):
        raise errors.NotAllowed("fhir.client_ended", _("Kết nối của hệ thống này đã bị thu hồi."))


def _written(by, versions, facts):
    """What a set ends with: people are welcomed, reach is checked, and one event tells of it.

    One for a set of about a thousand and not one for each resource, as everywhere else: the
    versions name the set by their moment, and a ledger of a million equal lines tells less.
    """
    for stored in versions:
        if stored.type == "Patient":
            doors.welcome(by, stored)
    doors.check_written(by, versions)
    if versions:
        ledger.record(IMPORTED, by=by, org=by.org, facts={**facts, "written": len(versions)})


MANNER = records.bulk.Manner(opened=doors.opened, written=_written, check=_check)
