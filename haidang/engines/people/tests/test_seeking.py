"""Who may be meant by a description, and why."""

import pytest

from haidang.engines.people import api as people
from haidang.engines.people.tests.factories import indexed
from haidang.kernel import errors, systems

pytestmark = pytest.mark.django_db
CITIZEN = (systems.CITIZEN_ID, "031070000001")


def an(*identifiers, **changes):
    known = {"name": "Nguyễn Văn Bảo An", "birth_date": "1970-05-14", "sex": "male"}
    return people.Candidate(**{**known, "identifiers": identifiers, **changes})


@pytest.fixture
def city():
    indexed(
        an(CITIZEN, phone="0912345678"),
        an(birth_date="1971-05-14"),
        an((systems.CITIZEN_ID, "031070000009"), name="Trần Thị Bình", sex="female"),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (an(CITIZEN), [("p1", "certain", True)]),
        (an(), [("p1", "probable", False)]),
        (an(name="nguyen van bao an", birth_date="1970"), [("p1", "possible", False)]),
        (an(name="Nguyễn Văm Bảo An"), [("p1", "possible", False)]),
        (an(birth_date="1970-05-15"), [("p1", "possible", False)]),
        (an(birth_date=None), [("p1", "possible", False), ("p2", "possible", False)]),
        (an(CITIZEN, name="Trần Thị Bình"), [("p1", "possible", True)]),
        (an(name="Lê Thị Hoa", birth_date="1950-01-01"), []),
        (an(sex="female"), []),
    ],
)  # fmt: skip
def test_people_are_graded(city, asked, found):
    assert [
        (one.ref.partition("/")[2], one.grade, one.national) for one in people.match(asked)
    ] == found


def test_every_attribute_tells_what_it_contributed(city):
    (found,) = people.match(an(CITIZEN, phone="0912345678"))

    assert {one.field: one.weight for one in found.match.evidence} == {
        "citizen": 60, "name": 20, "birth": 20, "sex": 5, "phone": 10,
    }  # fmt: skip
    assert found.match.score == 100


def test_the_likeliest_comes_first_and_no_more_than_asked(city):
    indexed(an(), first=11)

    grades = [one.grade for one in people.match(an(CITIZEN))]

    assert grades == ["certain", "probable"]
    assert len(people.match(an(CITIZEN), limit=1)) == 1


def test_nobody_can_be_sought_by_nothing():
    with pytest.raises(errors.Incorrect, match="họ tên"):
        people.match(people.Candidate(""))
