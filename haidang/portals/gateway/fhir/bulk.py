"""How the FHIR door wants bulk jobs done: the reach and the checks of every other request."""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors


def run_next():
    """Do the next bulk job; the worker calls it."""
    return records.bulk.run_next(MANNER)


def _check(by):
    """A system whose door was closed, or an app that a person took back, gets nothing more done.

    Raises    NotAllowed `fhir.client_ended`
    """
    ended = {f"Device/{each.uid}" for each in access.clients() if each.ended_at is not None}
    ended |= {each.ref for each in access.apps() if each.ended_at is not None}
    if by.ref in ended or (by.client and not access.works(by)):
        raise errors.NotAllowed("fhir.client_ended", _("Kết nối của hệ thống này đã bị thu hồi."))


def _written(by, versions):
    """What a set ends with: people are welcomed and reach is checked."""
    for stored in versions:
        if stored.type == "Patient":
            doors.welcome(by, stored)
    doors.check_written(by, versions)


MANNER = records.bulk.Manner(opened=doors.opened, written=_written, check=_check)
