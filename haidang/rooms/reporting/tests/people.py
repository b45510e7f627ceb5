"""People of the tests: two units, the centre of disease control, the department."""

from haidang.rooms.reporting import domain
from tests import staff

HOSPITAL, STATION, OTHER_STATION, CENTRE = "31Z01", "31Z14", "31Z15", "31Z90"
COMMUNE = "11359"


def station_head():
    return staff.member("tram-truong", "station_head", STATION)


def clerk():
    return staff.member("thong-ke", "records_clerk", STATION)


def other_head():
    return staff.member("tram-truong-khac", "station_head", OTHER_STATION)


def hospital_head():
    return staff.member("truong-khoa", "unit_head", HOSPITAL)


def officer():
    return staff.member("chuyen-vien", "officer", domain.DEPARTMENT)


def head_of_office():
    return staff.member("truong-phong", "unit_head", domain.DEPARTMENT)


def director():
    return staff.member("giam-doc-so", "director", domain.DEPARTMENT)


def epidemiologist():
    return staff.member("kiem-soat", "epidemiologist", CENTRE)


def city_officer():
    return staff.member("cong-chuc", "officer", "")


def city_inspector():
    return staff.member("thanh-tra", "inspector", "")


def doctor():
    return staff.member("bac-si", "doctor", STATION)


def city_head():
    """A head whose role is held at the city's own code."""
    return staff.member("truong-toan-thanh", "unit_head", "31")
