"""Officers of data security, and a doctor who broke the glass."""

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.kernel import actor as actors
from haidang.kernel import ids

PASSWORD = "ngọn hải đăng cũ"
REASON = "Cấp cứu tai nạn, người bệnh hôn mê"


@pytest.fixture(autouse=True)
def quick_passwords(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_HOME = tmp_path


@pytest.fixture
def person(db):
    def make(username, *roles):
        return access.create_account(
            username, password=PASSWORD, name=username.title(), roles=roles, by=actors.SYSTEM
        )

    return make


@pytest.fixture
def signed_in():
    def make(account):
        client = Client()
        client.force_login(account, backend="haidang.engines.access.backends.PasswordBackend")
        return client

    return make


@pytest.fixture
def privacy_officer(person):
    return person("privacy.mai", ("privacy_officer", "31001"))


@pytest.fixture
def it_officer(person):
    return person("it.binh", ("it_officer", "31001"))


@pytest.fixture
def nurse(person):
    return person("nurse.lan", ("nurse", "31001"))


@pytest.fixture
def opening(person):
    """An emergency opening at the officer's hospital."""
    doctor = access.actor_of(person("doctor.minh", ("doctor", "31001")))
    return access.break_glass(doctor, f"Patient/{ids.new_id()}", reason=REASON)
