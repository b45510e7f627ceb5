"""People of each kind, signed in, and one person whose visit was taken in."""

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.kernel import actor as actors
from tests import messages

PASSWORD = "ngọn hải đăng cũ"
BACKEND = "haidang.engines.access.backends.PasswordBackend"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def account(db):
    def make(*roles, patient=None, org=messages.FACILITY):
        return access.create_account(
            f"portal-{'-'.join(roles) or 'citizen'}",
            password=PASSWORD,
            name="Nguyễn Thị Hoa",
            roles=[(role, org) for role in roles],
            patient=patient,
            by=actors.SYSTEM,
        )

    return make


@pytest.fixture
def visitor():
    def make(account):
        client = Client(SERVER_NAME="localhost")
        client.force_login(account, backend=BACKEND)
        return client

    return make


@pytest.fixture
def person(db):
    messages.take_in(messages.claim("VISIT-1"))
    (hit,) = people.find("nguyen", by=actors.SYSTEM)
    return people.person(hit.ref)
