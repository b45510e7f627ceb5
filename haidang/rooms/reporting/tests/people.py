"""People of the tests: two units, the centre of disease control, the department."""

from haidang.engines.access import api as access
from haidang.kernel import actor
from haidang.rooms.reporting import domain

HOSPITAL, STATION, OTHER_STATION, CENTRE = "31Z01", "31Z14", "31Z15", "31Z90"
COMMUNE = "11359"


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


def station_head():
    return _staff("tram-truong", "station_head", STATION)


def clerk():
    return _staff("thong-ke", "records_clerk", STATION)


def other_head():
    return _staff("tram-truong-khac", "station_head", OTHER_STATION)


def hospital_head():
    return _staff("truong-khoa", "unit_head", HOSPITAL)


def officer():
    return _staff("chuyen-vien", "officer", domain.DEPARTMENT)


def head_of_office():
    return _staff("truong-phong", "unit_head", domain.DEPARTMENT)


def director():
    return _staff("giam-doc-so", "director", domain.DEPARTMENT)


def epidemiologist():
    return _staff("kiem-soat", "epidemiologist", CENTRE)


def city_officer():
    return _staff("cong-chuc", "officer", "")


def city_inspector():
    return _staff("thanh-tra", "inspector", "")


def doctor():
    return _staff("bac-si", "doctor", STATION)
