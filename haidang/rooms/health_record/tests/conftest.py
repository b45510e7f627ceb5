"""One facility that sends visits of one person, as the real pipeline takes them in."""

import pytest

from haidang.engines.people import api as people
from haidang.kernel import actor
from tests import messages


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def visits(db):
    """Two visits of one person, taken in as the facility sent them."""
    messages.take_in(messages.claim("VISIT-1"))
    messages.take_in(
        messages.claim(
            "VISIT-2", NGAY_VAO="202602101000", NGAY_RA="202602101130", MA_BENH_CHINH="E11.9"
        )
    )


@pytest.fixture
def person(visits):
    (hit,) = people.find("nguyen", by=actor.SYSTEM)
    return people.person(hit.ref)
