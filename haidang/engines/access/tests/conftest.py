"""A small house of two hospitals, and somebody in each role."""

import pytest
from django.test import RequestFactory

from haidang.engines.access import api as access
from haidang.engines.access import permissions
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel.room import Permission

HOSPITAL, OTHER_HOSPITAL = "31001", "31002"
PASSWORD = "ngọn hải đăng cũ"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ]


@pytest.fixture(autouse=True)
def fresh_home(settings, tmp_path):
    settings.HAIDANG_HOME = tmp_path
    return tmp_path


@pytest.fixture
def house(monkeypatch):
    """Two permissions of an imagined room: one for doctors, one for inspectors."""
    known = {
        "clinic.treat": Permission("Điều trị", roles=("doctor",)),
        "clinic.inspect": Permission("Kiểm tra", roles=("inspector",)),
    }
    monkeypatch.setattr(permissions, "catalogue", lambda: known)
    permissions.of_roles.cache_clear()
    yield known
    permissions.of_roles.cache_clear()


@pytest.fixture
def person(db, house):
    """Make an account: `person("lan", ("doctor", "31001"))`."""

    def make(username, *roles, **more):
        more.setdefault("name", username.title())
        return access.create_account(
            username, password=PASSWORD, roles=roles, by=actors.SYSTEM, **more
        )

    return make


@pytest.fixture
def doctor(person):
    return access.actor_of(person("doctor.lan", ("doctor", HOSPITAL)))


@pytest.fixture
def clerk(person):
    return access.actor_of(person("clerk.hoa", ("records_clerk", HOSPITAL)))


@pytest.fixture
def citizen(person):
    return access.actor_of(person("citizen.an", patient="an"))


@pytest.fixture
def request_of():
    """Make a request that comes from an actor."""

    def make(actor, method="get", path="/", **more):
        request = getattr(RequestFactory(), method)(path, **more)
        request.actor = actor
        request.user = None
        return request

    return make


@pytest.fixture
def events_since():
    """The names of events written since the fixture was asked for."""
    newest = max((event.seq for event in ledger.events(limit=100_000)), default=0)
    return lambda: [event.name for event in ledger.events(after=newest)]
