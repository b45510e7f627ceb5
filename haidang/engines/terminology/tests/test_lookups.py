"""Which list answers on which day, how people search, how codes stand to each other."""

from datetime import date

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts
from haidang.engines.terminology.tests import factories
from haidang.kernel import errors, systems

pytestmark = pytest.mark.django_db
FRUIT = factories.FRUIT


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [
        (date(2026, 6, 30), True, False),
        (date(2026, 7, 1), False, True),
        (date(2026, 7, 2), False, True),
    ],
)
def test_the_list_in_force_on_the_day_answers(day, old, new):
    factories.two_lists()

    assert bool(terminology.lookup(FRUIT, "A90", on=day)) is old
    assert bool(terminology.lookup(FRUIT, "A97", on=day)) is new


def test_a_version_that_is_asked_for_by_name_answers_on_any_day():
    factories.two_lists()

    assert terminology.lookup(FRUIT, "A90", version="old", on=date(2026, 9, 1)).version == "old"


def test_many_codes_come_in_one_query(django_assert_num_queries):
    factories.load()

    with django_assert_num_queries(1):
        found = terminology.lookup_many([(FRUIT, "lime"), (FRUIT, "orange"), (FRUIT, "none")])

    assert set(found) == {(FRUIT, "lime"), (FRUIT, "orange")}


def test_words_are_in_the_readers_language_or_the_other_one():
    factories.load(factories.system([factories.concept("x", "", "Only English")]))
    found = terminology.lookup(FRUIT, "x")

    assert (found.display, found.display_in("vi"), found.display_in("en")) == ("Only English",) * 3


@pytest.mark.parametrize("typed", ["chanh", "Chanh", "CHANH ta", "key li"])
def test_a_search_needs_no_marks(typed):
    factories.load()

    assert "key-lime" in [c.code for c in terminology.search_codes(FRUIT, typed)]


def test_a_search_finds_the_shorter_word_first_and_no_retired_code():
    factories.load()

    assert [c.code for c in terminology.search_codes(FRUIT, "chanh")][0] == "lime"
    assert terminology.search_codes(FRUIT, "sau rieng") == []
    assert terminology.search_codes(FRUIT, "   ") == []


def test_signs_of_like_are_taken_literally():
    factories.load()

    assert terminology.search_codes(FRUIT, "%") == []
    assert terminology.search_codes(FRUIT, "_") == []


@pytest.mark.parametrize(
    ("a", "b", "stands"),
    [
        ("citrus", "key-lime", "subsumes"),
        ("key-lime", "citrus", "subsumed-by"),
        ("lime", "lime", "equivalent"),
        ("orange", "lime", "not-subsumed"),
    ],
)
def test_codes_stand_above_and_below_each_other(a, b, stands):
    factories.load()

    assert terminology.subsumes(FRUIT, a, b) == stands


def test_an_unknown_code_stands_nowhere():
    factories.load()

    with pytest.raises(errors.NotFound):
        terminology.subsumes(FRUIT, "lime", "apple")


def test_a_map_is_followed_both_ways():
    url = f"{systems.BASE}/ConceptMap/juice"
    arrows = [drafts.Arrow(FRUIT, "lime", systems.codes("juice"), "limeade", "wider")]
    factories.load(maps=[drafts.MapDraft(url, arrows)])

    there = terminology.translate(FRUIT, "lime")
    back = terminology.translate(systems.codes("juice"), "limeade", reverse=True)

    assert [(t.code, t.equivalence, t.map_url) for t in there] == [("limeade", "wider", url)]
    assert [t.code for t in back] == ["lime"]
    assert terminology.translate(FRUIT, "lime", url="other") == []
