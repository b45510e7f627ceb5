"""How far a client sees, and the line in the access book for everything it was shown."""

from contextlib import contextmanager

import psycopg
from django.db import DatabaseError

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors

WHOLE_CITY = "gateway.see_whole_city"
BASIS = "registration"


@contextmanager
def opened(by):
    """Open a transaction that sees what the client may see.

    A client of a facility sees the people whom that facility cares for; one of the city with
    the permission `gateway.see_whole_city` sees everybody. Row-level security holds both to it,
    in search, includes, history and counts alike.
    """
    try:
        with access.reach(by, people="all" if _sees_everybody(by) else None):
            yield
    except DatabaseError as why:
        raise _told(why) from why


def _told(why):
    """What a refusal of the database means to a client; anything else stays what it is."""
    if isinstance(why.__cause__, psycopg.errors.InsufficientPrivilege):
        return _no_relationship()  # row-level security, the second lock
    if isinstance(why.__cause__, psycopg.errors.QueryCanceled):
        return errors.Unavailable(
            "fhir.took_too_long", "Tìm kiếm này mất quá lâu; hãy thêm điều kiện rồi thử lại."
        )
    return why


def _sees_everybody(by):
    return by.kind == actors.SYSTEM_KIND or WHOLE_CITY in by.permissions


def note(by, shown, what):
    """Write one look for each person of whom something is about to be shown.

    shown   stored resources; those without a person (a facility, a code list) need no look
    what    the interaction and the resource type; never a search parameter, which may name people

    Raises    Unavailable `ledger.book_closed`: then nothing may be shown
    """
    people = records.refs({stored.patient for stored in shown if stored.patient is not None})
    ledger.looked_many(by=by, about=sorted(people.values()), what=what, purpose="care")


def check_written(by, written):
    """Refuse a write into the record of somebody for whom the client's facility does not care.

    Called in the transaction of the write, so that refusing undoes it.

    Raises    NotAllowed `access.no_relationship`
    """
    if _sees_everybody(by):
        return
    for rid in sorted({stored.patient for stored in written if stored.patient is not None}):
        if not access.related(by, rid):
            raise _no_relationship()


def _no_relationship():
    return errors.NotAllowed(
        "access.no_relationship",
        "Cơ sở này chưa có quan hệ chăm sóc với người bệnh trong dữ liệu gửi lên.",
    )


def welcome(by, patient):
    """A facility's client that registers a person cares for that person from then on."""
    if by.org and patient.version == 1:
        access.relate(patient.rid, by.org, basis=BASIS)
