"""People of the tests: heads of two units, and the department."""

from haidang.engines.access import api as access
from haidang.kernel import actor
from haidang.rooms.plan import domain

HOSPITAL, STATION = "31Z01", "31Z14"


def _staff(name, role, org):
    roles = frozenset({role})
    return actor.Actor(
        ref=f"Practitioner/{name}",
        name=name,
        kind="staff",
        org=org,
        roles=roles,
        permissions=access.of_roles(roles),
    )


def head():
    return _staff("truong-khoa", "unit_head", HOSPITAL)


def station_head():
    return _staff("tram-truong", "station_head", STATION)


def officer():
    return _staff("chuyen-vien", "officer", domain.DEPARTMENT)


def director():
    return _staff("giam-doc-so", "director", domain.DEPARTMENT)


def hospital_director():
    return _staff("giam-doc-vien", "director", HOSPITAL)


def doctor():
    return _staff("bac-si", "doctor", HOSPITAL)
