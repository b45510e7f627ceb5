"""A town of five communes with visits of two months, fed into a lake of its own."""

from datetime import datetime

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.records import api as records
from haidang.kernel import actor, dates, systems

AT = datetime(2026, 5, 20, 9, tzinfo=dates.HANOI)  # March 2026 has settled, April has not
#: Visits in March by commune: one has three, and the next smallest keeps it company.
VISITS = {"11359": 3, "11362": 9, "11365": 20, "11368": 30, "11371": 0}


@pytest.fixture
def folders(db, settings, tmp_path):
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SCANNER = ""


@pytest.fixture
def town(everything_open, folders):
    people, visits = [], []
    for commune, count in VISITS.items():
        people.append(person(f"p{commune}", commune))
        visits += [visit(f"v{commune}-{n}", f"p{commune}", "2026-03-05") for n in range(count)]
    records.save_all([*people, *visits], by=actor.SYSTEM)
    analytics.catch_up()


def late(commune, count, name="late"):
    """More visits of March that arrive after it was released."""
    rows = [visit(f"{name}{commune}-{n}", f"p{commune}", "2026-03-09") for n in range(count)]
    records.save_all(rows, by=actor.SYSTEM)
    analytics.catch_up()


def person(id, commune, sex="female", born="1980-05-05"):
    place = {
        "url": systems.extension("commune"),
        "valueCoding": {"system": systems.COMMUNE, "code": commune},
    }
    return {
        "resourceType": "Patient",
        "id": id,
        "gender": sex,
        "birthDate": born,
        "name": [{"text": "Người Mẫu"}],
        "address": [{"extension": [place]}],
    }


def visit(id, patient, started):
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{patient}"},
        "serviceProvider": {"identifier": {"system": systems.FACILITY, "value": "31Z01"}},
        "period": {"start": started},
    }
