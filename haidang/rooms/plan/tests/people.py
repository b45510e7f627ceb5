"""People of the tests: heads of two units, and the department."""

from haidang.rooms.plan import domain
from tests import staff

HOSPITAL, STATION = "31Z01", "31Z14"


def head():
    return staff.member("truong-khoa", "unit_head", HOSPITAL)


def station_head():
    return staff.member("tram-truong", "station_head", STATION)


def officer():
    return staff.member("chuyen-vien", "officer", domain.DEPARTMENT)


def director():
    return staff.member("giam-doc-so", "director", domain.DEPARTMENT)


def hospital_director():
    return staff.member("giam-doc-vien", "director", HOSPITAL)


def doctor():
    return staff.member("bac-si", "doctor", HOSPITAL)
