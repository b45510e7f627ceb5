"""What several test modules of the door share."""

import pytest

from haidang.kernel import systems
from haidang.portals.gateway.tests import fruit
from haidang.portals.gateway.tests.fhir_client import PERSON, Fhir, read


@pytest.fixture
def hospital():
    return Fhir("31001")


@pytest.fixture
def other_hospital():
    return Fhir("31002")


@pytest.fixture
def patient(hospital):
    return read(hospital.post("Patient", PERSON))


@pytest.fixture
def fruits(db, tmp_path):
    head = "code name_vi name_en parent inactive colour"
    fruit.load(tmp_path / "fruit" / "1", "code-system", head, fruit.ROWS, more='system = "fruit"\n')
    arrows = [("lime", "limeade", "wider", ""), ("orange", "juice", "equivalent", "vắt")]
    maps = f'url = "{systems.BASE}/ConceptMap/juice"\nsource_system = "fruit"\ntarget_system = "drink"\n'
    fruit.load(
        tmp_path / "juice" / "1",
        "concept-map",
        "source target equivalence comment",
        arrows,
        more=maps,
    )


@pytest.fixture
def asker(fruits):
    """A system that may use the door and nothing else: code lists need no scope."""
    return Fhir("31001", ["gateway.use_fhir"])
