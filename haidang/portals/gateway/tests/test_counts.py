"""A count tells of a person as much as a page does: it stands in the access book."""

import pytest

from haidang.engines.ledger import api as ledger
from haidang.portals.gateway.tests import leaking
from haidang.portals.gateway.tests.fhir_client import Fhir


@pytest.fixture
def hospital(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    leaking.build()
    return Fhir("31001", ["gateway.use_fhir", "system/*.rs"])


def noted(client):
    """Of whom this client has a look in the book, which outlives a test."""
    return [look.about for look in ledger.looks_by(client.ref)]


COUNTS = [
    "Observation?patient=mai&code=glucose&_summary=count", "Observation?patient=mai&_count=0",
    "Observation?subject=Patient/mai,Patient/nam&_summary=count", "Observation?subject:Patient=mai&_count=0",
    "Patient?_id=mai&_summary=count", "Patient/mai/Observation?_summary=count",
    "?_type=Observation,Condition&patient=mai&_summary=count", "?_type=Patient&_id=mai&_summary=count",
]  # fmt: skip


@pytest.mark.parametrize("path", COUNTS)
def test_a_count_that_names_a_person_is_a_look(hospital, path):
    answer = hospital.get(path)

    assert answer.status_code == 200, answer.content
    assert noted(hospital) == ["Patient/mai"]  # Nam is in the care of another hospital


@pytest.mark.parametrize("path", [path for path in COUNTS if "Patient?" in path or "Observation?" in path])  # fmt: skip
def test_it_is_one_in_a_bundle_too(hospital, path):
    entry = {"request": {"method": "GET", "url": path}}

    hospital.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})

    assert noted(hospital) == ["Patient/mai"]


@pytest.mark.parametrize(
    "path",
    ["Observation?_summary=count", "Observation?code=glucose&_count=0", "Observation?patient=nam&_count=0",
     "Observation?patient=mai&code=nothing&_summary=count"],
)  # fmt: skip
def test_a_count_of_many_or_of_nothing_is_none(hospital, path):
    hospital.get(path)

    assert noted(hospital) == []
