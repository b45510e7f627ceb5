"""The comparison, line by line."""

import pytest

from haidang.rooms.identity_review import domain


def side(id, visits=0, **facts):
    return domain.Side(id, f"Patient/{id}", facts.get("name", ""), facts, visits, "")


@pytest.mark.parametrize(
    ("left", "right", "state"),
    [
        ("Nguyễn Văn An", "NGUYỄN VĂN AN", "same"),
        ("Nguyễn Văn An", "Nguyễn An", "different"),
        ("0912345678", "", "one_sided"),
    ],
)
def test_lines(left, right, state):
    (row,) = domain.compared(side("a", fact=left), side("b", fact=right))

    assert row.state == state


def test_lines_that_say_nothing_are_left_out():
    assert domain.compared(side("a", phone=""), side("b", phone="")) == []


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        (side("a", name="An", phone="09"), side("b", 9, name="An"), "a"),
        (side("a", 1, name="An"), side("b", 9, name="An"), "b"),
        (side("a", name="An"), side("b", name="An"), "a"),
    ],
)
def test_the_fuller_record_is_proposed(left, right, kept):
    assert domain.kept_by_default(left, right) == kept
