"""The rules of the service-quality index. Source: QĐ 766/QĐ-TTg (2022), reference §1.10."""

from dataclasses import replace
from datetime import date

import pytest

from haidang.kernel import dates
from haidang.rooms.procedures import domain
from haidang.rooms.procedures.selectors import measures, scoring
from haidang.rooms.procedures.selectors.facts import Fact
from haidang.rooms.procedures.tests.lives import day

EDITION = scoring.edition(date(2026, 11, 1))
MONTH = {"since": date(2026, 11, 1), "until": date(2026, 12, 1), "at": day("2026-12-05")}
ONE = Fact(
    id=1,
    code="H24.15-261110-0001",
    procedure="giay-phep",
    title="Giấy phép",
    unit=domain.DEPARTMENT,
    case="c1",
    channel="online",
    state="returned",
    filed_on=date(2026, 11, 10),
    due_on=date(2026, 11, 20),
    closed_on=date(2026, 11, 18),
    late=False,
    fully_online=True,
    owes=True,
    paid=True,
    digital=True,
    asks_papers=True,
    reuses=True,
    papers_kept=True,
    rating="satisfied",
    rated_on=date(2026, 11, 19),
    shared=True,
)


def criterion(code):
    return next(one for one in EDITION.criteria if one.code == code)


def figure(code, *dossiers, **world):
    """(numerator, denominator) of a measure over some dossiers."""
    told = {"unit": domain.DEPARTMENT, "dossiers": dossiers, "rated": dossiers, **MONTH, **world}
    found = measures.counted(code, measures.World(**told))
    return None if found is None else (sum(one.counts for one in found), len(found))


def test_the_groups_have_the_points_of_the_decision():
    points = [(one.title, one.points) for one in EDITION.groups]

    assert points == [
        ("Công khai, minh bạch", 18),
        ("Tiến độ, kết quả giải quyết", 20),
        ("Số hóa hồ sơ", 22),
        ("Cung cấp dịch vụ trực tuyến", 22),
        ("Mức độ hài lòng", 18),
    ]


@pytest.mark.parametrize("group", EDITION.groups, ids=lambda one: one.code)
@pytest.mark.parametrize("partners", [False, True])
def test_criteria_share_out_the_points_of_their_group(group, partners):
    own = [one.points for one in group.criteria if one.partners == partners]

    assert sum(own) == group.points or (partners and not own)


@pytest.mark.parametrize("one", EDITION.criteria, ids=lambda one: one.code)
def test_every_criterion_is_counted_or_says_why_not(one):
    assert measures.has(one.code) != bool(one.no_source)
    assert one.formula
    assert one.weight_source


@pytest.mark.parametrize(
    ("code", "change", "expected"),
    [
        ("in_time", {}, (1, 1)),
        ("in_time", {"late": True}, (0, 1)),
        ("in_time", {"closed_on": date(2026, 11, 30)}, (1, 1)),
        ("in_time", {"closed_on": date(2026, 12, 1)}, (0, 0)),
        ("in_time", {"closed_on": date(2026, 10, 31)}, (0, 0)),
        ("in_time", {"closed_on": None, "late": True}, (0, 0)),
        ("in_time", {"unit": "31Z90"}, (0, 0)),
        ("digital_result", {}, (1, 1)),
        ("digital_result", {"digital": False}, (0, 1)),
        ("digital_papers", {}, (1, 1)),
        ("digital_papers", {"papers_kept": False}, (0, 1)),
        ("digital_papers", {"asks_papers": False}, (0, 0)),
        ("reused", {"reuses": False}, (0, 1)),
        ("filed_online", {}, (1, 1)),
        ("filed_online", {"channel": "counter"}, (0, 1)),
        ("filed_online", {"channel": "post"}, (0, 1)),
        ("filed_online", {"filed_on": date(2026, 11, 1)}, (1, 1)),
        ("filed_online", {"filed_on": date(2026, 10, 31)}, (0, 0)),
        ("paid_online", {}, (1, 1)),
        ("paid_online", {"paid": False}, (0, 1)),
        ("paid_online", {"owes": False, "paid": False}, (0, 0)),
        ("satisfied", {}, (1, 1)),
        ("satisfied", {"rating": "very_satisfied"}, (1, 1)),
        ("satisfied", {"rating": "not_satisfied"}, (0, 1)),
        ("satisfied", {"rated_on": None, "rating": ""}, (0, 0)),
    ],
)
def test_what_a_dossier_is_counted_as(code, change, expected):
    assert figure(code, replace(ONE, **change)) == expected


@pytest.mark.parametrize(
    ("connected", "shared", "expected"),
    [(True, True, (1, 1)), (True, False, (0, 1)), (True, None, (0, 1)), (False, True, None)],
)
def test_sharing_has_no_source_until_the_portal_is_connected(connected, shared, expected):
    found = figure("shared", replace(ONE, shared=shared), is_connected=connected)

    assert found == expected


def told(**change):
    values = {
        "id": 1,
        "code": "x",
        "unit": domain.DEPARTMENT,
        "due_on": date(2026, 11, 20),
        "due_at": day("2026-11-20", 17),
        "answered_on": date(2026, 11, 19),
        "late": False,
        "unsatisfied": False,
    }
    return measures.Told(**values | change)


@pytest.mark.parametrize(
    ("change", "in_time", "satisfied"),
    [
        ({}, (1, 1), (1, 1)),
        ({"late": True}, (0, 1), (0, 1)),
        ({"unsatisfied": True}, (1, 1), (0, 1)),
        ({"answered_on": None}, (0, 1), (0, 1)),  # overdue and still not answered
        ({"answered_on": None, "due_at": day("2026-12-06")}, (0, 0), (0, 0)),  # not due yet
        ({"answered_on": date(2026, 12, 1)}, (0, 0), (0, 0)),
        ({"unit": "31Z90"}, (0, 0), (0, 0)),
    ],
)
def test_feedback_in_time_and_to_content(change, in_time, satisfied):
    found = (told(**change),)

    assert figure("feedback_in_time", feedback=found) == in_time
    assert figure("feedback_satisfied", feedback=found) == satisfied


def test_nothing_to_count_is_no_data_and_neither_zero_nor_full():
    found = scoring.point(criterion("in_time"), 0, 0, nothing="Không có gì để tính")

    assert (found.points, found.share, found.reason) == (None, None, "Không có gì để tính")
    assert scoring.whole([found]) == scoring.Whole(None, 0)
    assert scoring.whole([found]).percent is None


def test_what_has_no_source_says_so_whatever_is_given():
    found = scoring.point(criterion("published_in_time"), 5, 5, nothing="-")

    assert found.points is None
    assert "ngày ký" in found.reason


def test_a_numerator_is_never_above_its_denominator():
    with pytest.raises(ValueError, match="in_time"):
        scoring.point(criterion("in_time"), 3, 2, nothing="-")


def test_the_whole_is_of_what_could_be_scored():
    points = [
        scoring.point(criterion("in_time"), 3, 4, nothing="-"),
        scoring.point(criterion("satisfied"), 9, 9, nothing="-"),
        scoring.point(criterion("paid_online"), 0, 0, nothing="-"),
    ]

    found = scoring.whole(points)

    assert (found.points, found.scorable, found.percent) == (21.0, 26, 80.8)


def test_units_are_ranked_by_percent_and_equals_share_a_place():
    wholes = {
        "a": scoring.Whole(40, 80),
        "b": scoring.Whole(20, 20),
        "c": scoring.Whole(10, 20),
        "d": scoring.Whole(None, 0),
    }

    assert scoring.ranked(wholes) == {"b": 1, "a": 2, "c": 2}


def test_an_edition_holds_from_its_day():
    assert scoring.edition(date(2022, 6, 23)).name.startswith("QĐ 766")
    with pytest.raises(StopIteration):
        scoring.edition(date(2022, 6, 22))


def test_a_day_is_read_in_the_time_of_hanoi():
    assert day("2026-11-01").tzinfo == dates.HANOI
