"""Units of today and of 2024: codes that live twice, successors, addresses, search."""

from datetime import date

import pytest

from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.engines.places.tests import factories
from haidang.kernel import actor, errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def country():
    places.forget()
    factories.load_country()
    yield
    places.forget()


def test_a_code_used_again_is_told_apart_by_the_day():
    last_day, first_day = date(2025, 6, 30), date(2025, 7, 1)

    assert places.unit("11311", on=last_day).name == "Quán Toan"
    assert places.unit("11311", on=first_day).name == "Thủy Nguyên"
    assert places.unit("11311").name == "Thủy Nguyên"


def test_a_code_of_2024_leads_to_its_successors_main_part_first():
    assert [u.code for u in places.today("11311")] == ["11311", "11557"]
    assert [s.extent for s in places.successors("11311")] == ["main-part", "part"]
    assert [u.name for u in places.predecessors("11557")] == ["Quán Toan"]


def test_a_unit_of_today_is_its_own_successor():
    assert [s.extent for s in places.successors("11914")] == ["same"]


def test_a_former_province_resolves():
    assert places.province("30", on=date(2024, 1, 1)).full_name == "Tỉnh Hải Dương"
    assert [u.code for u in places.today("30")] == ["31"]


def test_an_address_names_everything_above():
    assert places.address("11914") == "Đặc khu Cát Hải, Thành phố Hải Phòng"


def test_units_are_found_without_marks_todays_first():
    assert [u.name for u in places.search_units("thuy nguyen")][0] == "Thủy Nguyên"
    assert places.search_units("khong co noi nay") == []


@pytest.mark.parametrize("code", ["", "99999", "x' OR 1=1"])
def test_an_unknown_code_is_refused(code):
    with pytest.raises(errors.NotFound) as refused:
        places.unit(code)

    assert refused.value.code == "places.unit_unknown"
    assert places.find_unit(code) is None


def test_a_ward_is_no_province():
    with pytest.raises(errors.NotFound):
        places.province("11914")


def test_the_same_list_again_changes_nothing():
    before = ledger.events(names=["places.*"], limit=100)

    assert factories.load_country() == (0, 0)

    assert ledger.events(names=["places.*"], limit=100) == before


def test_a_new_list_keeps_what_was_learned_of_a_unit():
    places.load_populations([("11311", 113200)], name="p", checksum="1", by=actor.SYSTEM)

    factories.load_country(checksum="second")

    assert places.unit("11311").population == 113200


def test_a_list_that_lost_a_fifth_stops_the_load():
    with pytest.raises(errors.RuleBroken) as refused:
        factories.load_country(today=factories.TODAY[:3], checksum="second")

    assert refused.value.facts == {"before": 5, "after": 3}
    assert places.unit("11914").name == "Cát Hải"


def test_a_successor_that_does_not_exist_stops_the_load():
    lost = [factories.row("30", "province", "Tỉnh", "Hải Dương", successor="77", extent="whole")]

    with pytest.raises(errors.RuleBroken) as refused:
        factories.load_country(former=lost, checksum="second", force=True)

    assert refused.value.facts["codes"] == ["77"]


def test_borders_come_back_as_geojson():
    square = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
    features = [
        {"properties": {"code": "11914"}, "geometry": square},
        {"properties": {"code": "99999"}, "geometry": square},
    ]

    written = places.load_borders(features, name="b", checksum="1", by=actor.SYSTEM)
    again = places.load_borders(features, name="b", checksum="1", by=actor.SYSTEM)

    assert (written, again) == (1, 0)
    assert places.border("11914") == square
    assert places.border("11311") is None
    found = places.borders()["features"]
    assert [(one["id"], one["properties"]["name"]) for one in found] == [("11914", "Cát Hải")]


def test_a_city_knows_its_communes_by_name():
    assert [u.name for u in places.communes()] == ["Cát Hải", "Thiên Hương", "Thủy Nguyên"]
    assert [u.code for u in places.provinces()] == ["01", "31"]
    assert [u.name for u in places.units("315", on=date(2024, 1, 1))] == ["Quán Toan"]
