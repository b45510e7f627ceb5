"""A city with a hospital, a station and the department; an empty lake; the plan of 2025."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor as actors
from haidang.rooms.plan import domain, services
from haidang.rooms.plan.tests import people


@pytest.fixture
def office(db, settings, tmp_path):
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for code, name, kind in (
        (people.HOSPITAL, "Bệnh viện thử", "general-hospital"),
        (people.STATION, "Trạm y tế thử", "commune-station"),
        ("31Z21", "Phòng khám tư nhân thử", "polyclinic"),
        (domain.DEPARTMENT, "Sở Y tế thử", "other"),
    ):
        places.save_facility(code, name=name, kind=kind, by=actors.SYSTEM)
    services.load_files(by=actors.SYSTEM)


@pytest.fixture
def head_account(office):
    return access.create_account(
        "truong.khoa",
        password="ngọn hải đăng cũ",
        name="Trưởng khoa",
        roles=[("unit_head", people.HOSPITAL)],
        by=actors.SYSTEM,
    )
