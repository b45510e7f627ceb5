"""The page of a facility: who may open it, whose numbers stand there; and the map's drawing."""

from datetime import date

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from haidang.rooms.plan import selectors
from haidang.rooms.plan.selectors import borders, city
from haidang.rooms.plan.tests import people

TODAY = date(2026, 10, 6)
QUARTER = analytics.period("2026-Q3")
pytestmark = pytest.mark.usefixtures("office")


def visit(number, facility, day, code="J06.9"):
    """A visit and its diagnosis."""
    who = {"reference": f"Patient/p{number % 30}"}
    yield {
        "resourceType": "Encounter", "id": f"e{number}", "status": "finished", "subject": who,
        "class": {"code": "AMB"}, "period": {"start": day, "end": day},
        "serviceProvider": {"identifier": {"system": systems.FACILITY, "value": facility}},
        "diagnosis": [{"condition": {"reference": f"Condition/c{number}"}, "rank": 1}],
    }  # fmt: skip
    coding = [{"system": systems.ICD10, "code": code}]
    yield {
        "resourceType": "Condition", "id": f"c{number}", "subject": who, "recordedDate": day,
        "code": {"coding": coding}, "encounter": {"reference": f"Encounter/e{number}"},
    }  # fmt: skip


@pytest.fixture
def visited(everything_open):
    """In the quarter 15 visits to the hospital (8 of one cause), 6 to the station, 3 to a clinic;
    a year ago 10 to the hospital."""
    who = [{"resourceType": "Patient", "id": f"p{n}", "gender": "female"} for n in range(30)]
    told = [
        *((people.HOSPITAL, "2026-09-02", "I10" if n < 8 else "J06.9") for n in range(15)),
        *((people.STATION, "2026-09-03", "A09.9") for _n in range(6)),
        *(("31Z21", "2026-09-04", "A09.9") for _n in range(3)),
        *((people.HOSPITAL, "2025-09-02", "I10") for _n in range(10)),
    ]
    held = [part for n, one in enumerate(told) for part in visit(n, *one)]
    records.save_all([*who, *held], by=actor.SYSTEM)
    analytics.catch_up()
    for codes, period in city.watched(TODAY):
        if period.label in ("2026-Q3", "2025-Q3", "2026-09", "2025-09"):
            analytics.compute_many(codes, period, by=actor.SYSTEM)


def page(code=people.HOSPITAL, by=people.director):
    return selectors.facility_page(code, by=by(), today=TODAY)


@pytest.mark.parametrize(
    "who", [people.director, people.officer, people.head, people.hospital_director]
)
def test_a_facility_is_seen_by_the_department_and_by_its_own_heads(who):
    assert page(by=who)["facility"].code == people.HOSPITAL


@pytest.mark.parametrize("who", [people.station_head, people.doctor])
def test_nobody_else_learns_more_than_that_there_is_no_such_page(who):
    with pytest.raises(errors.NotFound):
        page(by=who)


def test_an_unknown_facility_is_answered_the_same_way():
    with pytest.raises(errors.NotFound):
        page("31ZZZ")


def test_one_chooses_among_what_one_may_open():
    every, _cut = selectors.facility_choices(people.director())
    own, _cut = selectors.facility_choices(people.head())

    assert {one.code for one in every} == {people.HOSPITAL, people.STATION, "31Z21"}
    assert [one.code for one in own] == [people.HOSPITAL]
    assert selectors.facility_choices(people.doctor())[0] == []


def line(code, found):
    return next(one for one in found["lines"] if one.code == code)


def test_its_own_numbers_stand_there_and_nobody_elses(visited):
    found = line("visits", page())

    assert (found.now, found.then, found.change) == ("15 lượt", "10 lượt", "+50 %")


def test_what_is_too_small_is_not_shown(visited):
    found = line("visits", page("31Z21"))

    assert (found.has_value, found.now) == (False, "Số quá nhỏ nên được giấu")


def test_a_missing_source_is_named_and_is_no_zero(visited):
    found = line("stay.bed_use", page())

    assert not found.has_value
    assert "Nguồn chưa có" in found.now


def test_months_lie_over_those_of_the_year_before(visited):
    (_name, now), (_then, before) = page()["months"]

    assert now == [(date(2026, 9, 1), 15)]
    assert before == [(date(2026, 9, 1), 10)]


def test_causes_are_those_of_the_facility_the_most_frequent_first(visited):
    # Numbers of two groups are rounded to fives (decision 0011).
    assert [(code, n) for code, _name, n, _share in page()["causes"]] == [
        ("I10", "10"),
        ("J06", "5"),
    ]


def test_the_causes_of_another_facility_are_open_to_the_department_alone(visited):
    def told(by):
        found = selectors.target_page("facility.causes", QUARTER, by=by())
        return {cell.key.partition("/")[0] for _name, cell, _said in found["cells"]}

    assert {people.HOSPITAL, people.STATION} <= told(people.director)
    assert told(people.station_head) == {people.STATION}
    assert told(people.head) == {people.HOSPITAL}


def test_the_worker_keeps_what_the_page_needs():
    wanted = {(code, period.label) for codes, period in city.watched(TODAY) for code in codes}

    assert {
        ("facility.causes", "2026-Q3"),
        ("visits", "2024-11"),
        ("stay.bed_days", "2025-Q3"),
    } <= wanted


# --- the map


def square(west, south, size):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code, name, *rings):
    geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
    return {"id": code, "properties": {"name": name}, "geometry": geometry}


LAND = [
    feature("1", "Tây", square(106.0, 20.0, 0.5)),
    feature("2", "Đông", square(106.5, 20.0, 0.5), square(107.1, 20.2, 0.0001)),
]


def test_units_are_drawn_side_by_side_and_specks_are_kept():
    drawn = borders._drawn(LAND)

    assert set(drawn.outlines) == {"1", "2"}
    assert drawn.outlines["2"].path.count("M") == 2
    assert drawn.outlines["2"].path.endswith("h2v2h-2z")
    assert drawn.outlines["1"].label is not None


def test_an_island_far_out_gets_a_frame_and_leaves_the_land_its_room():
    drawn = borders._drawn([*LAND, feature("3", "Xa", square(110.0, 18.0, 0.02))])

    ((_x, _y, _size, name),) = drawn.frames
    assert name == "Xa"
    assert drawn.height == borders._drawn(LAND).height


def test_a_line_keeps_the_points_that_its_shape_needs():
    straight = [(float(n), 0.02 * (n % 2)) for n in range(50)]

    assert len(borders._simple([*straight, (49.0, 40.0), (0.0, 40.0), (0.0, 0.0)])) == 4


def test_without_borders_the_map_is_made_of_circles():
    assert "areas" not in city._map(analytics.figure("visits", QUARTER))


def test_classes_begin_above_the_smallest_value():
    assert city._edges([1.0, 1.0, 1.0]) == []
    assert city._edges([1.0, 2.0, 3.0, 4.0, 5.0]) == [2.0, 3.0, 4.0, 5.0]
