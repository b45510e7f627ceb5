"""A draft becomes a ready release whole, or nothing happens."""

from datetime import date

import pytest

from haidang.engines.ledger import api as ledger
from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts, loading
from haidang.engines.terminology.tests import factories
from haidang.kernel import errors

pytestmark = pytest.mark.django_db


def test_a_release_answers_once_it_is_loaded():
    loaded = factories.load()

    assert (loaded.rows, loaded.skipped) == (5, False)
    assert terminology.lookup(factories.FRUIT, "lime").display == "Chanh"
    assert ledger.events(names=["terminology.*"])[-1].facts == {"release": "fruit/1", "rows": 5}


def test_the_same_checksum_again_changes_nothing():
    factories.load()

    again = factories.load()

    assert again.skipped
    assert len(ledger.events(names=["terminology.*"])) == 1


def test_a_source_that_is_loaded_already_is_not_even_built():
    factories.load()

    def too_dear():
        raise AssertionError("the draft was built")

    source = drafts.Source("fruit/1", "one", too_dear)

    assert loading.load_source(source, by=factories.BY).skipped


def test_a_newer_load_takes_the_place_of_the_older():
    factories.load()

    factories.load(
        factories.system([*factories.FRUITS, factories.concept("fig", "Sung")]), checksum="two"
    )

    assert terminology.lookup(factories.FRUIT, "fig").display == "Sung"
    assert [r.rows for r in terminology.releases()] == [6]


def test_a_list_that_lost_a_fifth_stops_and_leaves_the_old_one():
    factories.load()
    shrunk = factories.system(factories.FRUITS[:3])

    with pytest.raises(errors.RuleBroken) as refused:
        factories.load(shrunk, checksum="two")

    assert refused.value.facts == {"release": "fruit/1", "before": 5, "after": 3}
    assert terminology.lookup(factories.FRUIT, "key-lime")


def test_a_loss_that_is_meant_goes_through_by_force():
    factories.load()

    factories.load(factories.system(factories.FRUITS[:3]), checksum="two", force=True)

    assert terminology.lookup(factories.FRUIT, "key-lime") is None


def test_a_code_that_stands_twice_in_one_period_is_refused():
    twice = factories.system(
        [factories.concept("lime", "Chanh"), factories.concept("lime", "Chanh ta")]
    )

    with pytest.raises(errors.RuleBroken) as refused:
        factories.load(twice, force=True)

    assert refused.value.facts["codes"] == ["lime"]
    assert terminology.releases() == []


def test_a_code_may_stand_in_two_periods_that_touch():
    changed = date(2026, 1, 1)
    ratios = factories.system(
        [
            factories.concept("1.5", "80 %", valid_to=changed),
            factories.concept("1.5", "100 %", valid_from=changed),
        ]
    )
    factories.load(ratios)

    assert terminology.lookup(factories.FRUIT, "1.5", on=date(2025, 12, 31)).display == "80 %"
    assert terminology.lookup(factories.FRUIT, "1.5", on=changed).display == "100 %"


def test_a_complete_list_answers_before_a_starter_set_of_the_same_version():
    full = factories.system(complete=True)
    starter = factories.system([factories.concept("lime", "Chanh mẫu")])
    factories.load(full, name="catalogues/fruit")

    factories.load(starter, name="fruit/starter")

    assert terminology.lookup(factories.FRUIT, "lime").display == "Chanh"


def test_parents_that_go_in_a_circle_come_to_an_end():
    circle = [factories.concept("a", parent="b"), factories.concept("b", parent="a")]

    factories.load(factories.system(circle))

    assert terminology.lookup(factories.FRUIT, "a").ancestors == ["b", "a"]
