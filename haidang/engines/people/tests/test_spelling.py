"""Syllables that are meant when others are typed."""

import pytest

from haidang.engines.people import spelling
from haidang.engines.people.tests import factories

CITY = frozenset(
    ["nguyen", "tran", "le", "thuy", "trang", "chi", "an", "anh", "nam", "lam", "xuan", "son"]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("chang", ["trang"]),
        ("nguyem", ["nguyen"]),
        ("nguyne", ["nguyen"]),
        ("xon", ["son"]),
        ("lan", ["an", "lam"]),
        ("thui", ["thuy"]),
        ("qwerty", []),
    ],
)
def test_near(typed, meant):
    assert spelling.near(typed, CITY) == meant


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        ("an", "an", True),
        ("an", "anh", True),
        ("anh", "nah", True),
        ("anh", "an", True),
        ("lan", "nam", False),
        ("a", "abc", False),
        ("", "a", True),
    ],
)
def test_one_letter(left, right, apart):
    assert spelling.one_letter_apart(left, right) is apart
    assert spelling.one_letter_apart(right, left) is apart


def test_the_citys_syllables_come_from_its_people(db):
    factories.indexed(*factories.crowd(200))
    spelling.forget()

    assert {"nguyen", "thi", "tuan"} <= spelling.syllables()
