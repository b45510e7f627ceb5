"""A city with one station and one clinic, and three people: the city's keeper, a clinic's, a nurse."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor as actors

STATION, CLINIC, UNIT = "31Z01", "31Z02", "11914"
PASSWORD = "ngọn hải đăng cũ"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def city(db):
    places.forget()
    units = [
        {"code": "31", "kind": "city", "type_vi": "Thành phố", "name": "Hải Phòng"},
        {
            "code": UNIT,
            "kind": "special-zone",
            "type_vi": "Đặc khu",
            "name": "Cát Hải",
            "parent": "31",
        },
    ]
    places.load_units(units, name="places/test", checksum="1", by=actors.SYSTEM)
    places.save_facility(
        STATION, name="Trạm y tế Cát Hải", kind="commune-station", commune=UNIT, by=actors.SYSTEM
    )
    places.save_facility(CLINIC, name="Phòng khám Bến Bính", kind="polyclinic", by=actors.SYSTEM)
    yield
    places.forget()


@pytest.fixture
def person(city):
    def make(username, role, org):
        return access.create_account(
            username, password=PASSWORD, name=username, roles=[(role, org)], by=actors.SYSTEM
        )

    return make


@pytest.fixture
def keeper(person):
    return person("city.keeper", "administrator", "")


@pytest.fixture
def clinic_keeper(person):
    return person("clinic.keeper", "it_officer", CLINIC)


@pytest.fixture
def nurse(person):
    return person("station.nurse", "nurse", STATION)
