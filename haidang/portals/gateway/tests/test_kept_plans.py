"""What a connection has prepared stays with it, whatever a client asks for in between."""

import pytest
from django.db import connection

from haidang.portals.gateway.tests import leaking
from haidang.portals.gateway.tests.fhir_client import Fhir

REFUSED = [
    ("Patient/nobody", 404), ("Patient/nobody/_history/1", 404), ("Patient/nam", 404),
    ("Observation?code:nonsense=1&date=2026-99-99", 400), ("Observation?_cursor=none", 400),
    ("?_type=Observation,Condition&_cursor=none", 400), ("Patient/nobody/_history", 404),
]  # fmt: skip


@pytest.fixture
def hospital(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    leaking.build()
    return Fhir("31001", ["gateway.use_fhir", "system/*.rs"])


def prepared():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize(("path", "status"), REFUSED)
def test_a_refusal_costs_no_other_search_its_plan(hospital, path, status):
    for _time in range(5):
        assert hospital.get("Observation?patient=mai&code=glucose").status_code == 200
    before = prepared()

    answer = hospital.get(path)

    assert answer.status_code == status, answer.content
    assert before
    assert set(before) <= set(prepared())
