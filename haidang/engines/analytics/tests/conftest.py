"""A lake of one's own, and a few people to count."""

import pytest

from haidang.engines.analytics.engines import marts
from haidang.engines.analytics.lake import feed
from haidang.engines.records import api as records
from haidang.kernel import actor, systems


@pytest.fixture(autouse=True)
def published():
    """The marts that rooms publish are there before a test puts others in their place."""
    return marts.published()


@pytest.fixture
def lake(settings, tmp_path):
    """An empty lake; the value is its folder."""
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture
def town(everything_open, lake):
    """Six women and two men of one commune, three visits in March 2026; fed into the lake."""
    people = [person(f"p{number}", "female" if number < 6 else "male") for number in range(8)]
    visits = [
        visit("v0", "p0", "2026-03-01"),
        visit("v1", "p0", "2026-03-31T23:59:00+07:00"),
        visit("v2", "p1", "2026-04-01"),
    ]
    records.save_all([*people, *visits], by=actor.SYSTEM)
    feed.catch_up()


def person(id, sex="female", born="1980-05-05", commune="11359", **more):
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
        **more,
    }


def visit(id, patient, started, facility="31Z01", **more):
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{patient}"},
        "serviceProvider": {"identifier": {"system": systems.FACILITY, "value": facility}},
        "period": {"start": started},
        **more,
    }
