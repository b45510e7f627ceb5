"""Facilities and departments: what is kept, what is refused, what the past looked like."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.engines.places import models
from haidang.engines.places.tests import factories
from haidang.kernel import actor, errors

pytestmark = pytest.mark.django_db
BY = actor.SYSTEM
REFERENCE = Path(__file__).resolve().parents[4] / "reference"
STATION = {"name": "Trạm y tế Cát Hải", "kind": "commune-station", "commune": "11914"}


@pytest.fixture(autouse=True)
def country():
    places.forget()
    factories.load_country()
    yield
    places.forget()


def _events():
    return [
        (e.name, e.facts) for e in ledger.events(names=["places.facility.*", "places.department.*"])
    ]


def test_a_facility_is_kept_with_its_organisation_and_told_to_the_ledger():
    saved = places.save_facility("31Z01", by=BY, level="primary", **STATION)

    assert places.facility("31Z01") == saved
    assert saved.organization_ref == places.organization_ref("31Z01")
    assert saved.level_name == "Cấp ban đầu"
    name, facts = _events()[0]
    assert (name, facts["code"]) == ("places.facility.saved", "31Z01")


def test_saving_the_same_again_changes_nothing():
    places.save_facility("31Z01", by=BY, **STATION)
    before = _events(), len(places.history("31Z01"))

    places.save_facility("31Z01", by=BY, **STATION)

    assert (_events(), len(places.history("31Z01"))) == before


def test_a_change_says_from_what_to_what():
    places.save_facility("31Z01", by=BY, **STATION)

    places.save_facility("31Z01", by=BY, **STATION | {"name": "Trạm y tế đặc khu Cát Hải"})

    newest = places.history("31Z01")[0]
    assert newest.changes == {"name": ("Trạm y tế Cát Hải", "Trạm y tế đặc khu Cát Hải")}
    assert newest.by_name == BY.name
    assert _events()[-1][1]["changed"] == ["name"]


def test_the_name_of_an_earlier_day_can_be_told():
    places.save_facility("31Z01", by=BY, **STATION)
    places.save_facility("31Z01", by=BY, **STATION | {"name": "Tên mới"})
    models.Change.objects.filter(changes__has_key="commune").update(
        at=timezone.now() - timedelta(days=9)
    )
    today = timezone.localdate()

    assert places.facility_on("31Z01", today).name == "Tên mới"
    assert places.facility_on("31Z01", today - timedelta(days=1)).name == "Trạm y tế Cát Hải"


def test_a_closed_facility_stays_and_names_who_took_over():
    places.save_facility("31Z02", by=BY, name="Trạm mới", kind="commune-station")

    closed = places.save_facility(
        "31Z01", by=BY, closed_on=date(2025, 7, 1), successor="31Z02", **STATION
    )

    assert (closed.active, closed.successor) == (False, "31Z02")
    assert places.facilities(active=True, query="tram y te") == []


@pytest.mark.parametrize(
    ("code", "change", "reason"),
    [
        ("3101", {}, "places.facility_code_shape"),
        ("31z01", {}, "places.facility_code_shape"),
        ("31Z01", {"name": "  "}, "places.facility_name_missing"),
        ("31Z01", {"kind": "castle"}, "places.facility_kind_unknown"),
        ("31Z01", {"level": "top"}, "places.facility_level_unknown"),
        ("31Z01", {"commune": "99999"}, "places.unit_unknown"),
        ("31Z01", {"commune": "315"}, "places.unit_former"),
        ("31Z01", {"successor": "31Z01"}, "places.facility_own_successor"),
        ("31Z01", {"successor": "31Z09"}, "places.facility_unknown"),
    ],
)
def test_a_wrong_facility_is_refused_and_leaves_no_trace(code, change, reason):
    with pytest.raises(errors.HaidangError) as refused:
        places.save_facility(code, by=BY, **STATION | change)

    assert refused.value.code == reason
    assert places.facilities() == []
    assert _events() == []


def test_facilities_are_found_by_name_without_marks_and_by_code():
    places.save_facility("31Z01", by=BY, **STATION)
    places.save_facility("31Z02", by=BY, name="Phòng khám Bến Bính", kind="polyclinic")

    assert [f.code for f in places.facilities(query="cat hai")] == ["31Z01"]
    assert [f.code for f in places.facilities(query="31z02")] == ["31Z02"]
    assert [f.code for f in places.facilities("polyclinic")] == ["31Z02"]
    assert [f.code for f in places.facilities(codes=["31Z01"])] == ["31Z01"]
    assert list(places.find_facilities(["31Z02", "99999"])) == ["31Z02"]


def test_a_department_is_kept_once_and_told_to_the_ledger():
    places.save_facility("31Z01", by=BY, **STATION)

    places.save_department("31Z01", "K01", name="Khoa Khám bệnh", by=BY)
    places.save_department("31Z01", "K01", name="Khoa Khám bệnh", by=BY)

    assert [(d.code, d.name, d.active) for d in places.departments("31Z01")] == [
        ("K01", "Khoa Khám bệnh", True)
    ]
    assert [name for name, _ in _events()].count("places.department.saved") == 1
    assert places.history("31Z01")[0].department == "K01"


@pytest.mark.parametrize(
    ("facility", "code", "name", "reason"),
    [
        ("31Z09", "K01", "Khoa", "places.facility_unknown"),
        ("31Z01", "", "Khoa", "places.department_code_missing"),
        ("31Z01", "K01", " ", "places.department_code_missing"),
    ],
)
def test_a_wrong_department_is_refused(facility, code, name, reason):
    places.save_facility("31Z01", by=BY, **STATION)

    with pytest.raises(errors.HaidangError) as refused:
        places.save_department(facility, code, name=name, by=BY)

    assert refused.value.code == reason
    assert places.departments("31Z01") == []


def test_kinds_and_levels_are_those_of_the_published_lists():
    for name, words in (
        ("facility-kind", places.FACILITY_KINDS),
        ("facility-level", places.FACILITY_LEVELS),
    ):
        folder = next((REFERENCE / name).iterdir())
        with (folder / "data.csv").open(encoding="utf-8", newline="") as lines:
            assert {row["code"] for row in csv.DictReader(lines)} == set(words)
