"""Codes as people write them: right, wrong, and what is said about it."""

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts
from haidang.engines.terminology.tests import factories
from haidang.kernel import errors

pytestmark = pytest.mark.django_db
FRUIT = factories.FRUIT
EDIBLE = "urn:edible"


@pytest.fixture(autouse=True)
def fruits():
    listed = {"include": [{"system": FRUIT, "concept": [{"code": "lime", "display": "Chanh xanh"}]},
                          {"system": FRUIT, "concept": [{"code": "durian"}]},
                          {"system": "urn:vegetables", "concept": [{"code": "leek", "display": "Tỏi tây"}]}]}  # fmt: skip
    heading = factories.concept("stone", "Quả hạch", "Drupe", properties={"notSelectable": True})
    factories.load(
        factories.system([*factories.FRUITS, heading], complete=True),
        value_sets=[drafts.ValueSetDraft(EDIBLE, listed)],
    )


def _coding(code, system=FRUIT, display="", version=""):
    return terminology.Coding(system, code, version, display)


@pytest.mark.parametrize(
    ("coding", "result", "reason"),
    [
        (_coding("lime"), True, ""),
        (_coding("lime", display="  chanh "), True, ""),
        (_coding("lime", display="LIME"), True, ""),
        (_coding("lime", display="Chánh"), False, "display"),
        (_coding("lime", system=""), True, ""),
        (_coding("apple"), False, "unknown"),
        (_coding("durian"), True, "inactive"),
        (_coding("stone"), False, "abstract"),
        (_coding("lime", system="urn:other"), False, "outside"),
    ],
)
def test_a_code_of_a_system_is_judged(coding, result, reason):
    verdict = terminology.check_codes(FRUIT, [coding])

    assert (verdict.result, verdict.reason) == (result, reason)


@pytest.mark.parametrize(
    ("coding", "result", "reason"),
    [
        (_coding("lime"), True, ""),
        (_coding("lime", display="chanh xanh"), True, ""),  # the value set's own words
        (_coding("lime", display="Cam"), False, "display"),
        (_coding("orange"), False, "outside"),
        (_coding("apple"), False, "unknown"),
        (_coding("lime", version="1"), True, ""),
        (_coding("lime", version="2"), False, "version"),
        (_coding("leek", system="urn:vegetables"), True, ""),
        (_coding("carrot", system="urn:vegetables"), False, "outside"),  # it spells its codes out
        (_coding("carrot", system="urn:other"), False, "system"),
        (_coding("durian"), True, "inactive"),
    ],
)
def test_a_code_is_judged_against_a_value_set(coding, result, reason):
    verdict = terminology.check_members(EDIBLE, [coding])

    assert (verdict.result, verdict.reason) == (result, reason)


def test_one_right_coding_makes_a_concept_right():
    verdict = terminology.check_members(EDIBLE, [_coding("orange"), _coding("lime")])

    assert (verdict.result, verdict.coding.code) == (True, "lime")


def test_a_heading_is_right_where_headings_are_wanted():
    assert terminology.check_codes(FRUIT, [_coding("stone")], abstract=True).result


def test_an_absent_code_of_a_starter_set_is_not_called_unknown():
    factories.load(factories.system(complete=False), name="fruit/1", checksum="two", force=True)

    assert terminology.check_codes(FRUIT, [_coding("apple")]).reason == "perhaps"


def test_a_code_in_two_systems_needs_its_system():
    both = {"include": [{"system": s, "concept": [{"code": "x"}]} for s in ("urn:a", "urn:b")]}
    verdict = terminology.check_members({"compose": both}, [_coding("x", system="")])

    assert verdict.reason == "ambiguous"


def test_the_sentence_is_in_the_language_asked_for():
    verdict = terminology.check_codes(FRUIT, [_coding("lime", display="Cam")])

    assert terminology.told(verdict, "vi").endswith("tên đúng là “Chanh”.")
    assert terminology.told(terminology.check_codes(FRUIT, [_coding("lime")]), "vi") == ""


def test_a_system_that_is_not_loaded_is_not_found():
    with pytest.raises(errors.NotFound):
        terminology.check_codes("urn:nothing", [_coding("x", system="")])


def test_details_hold_what_is_right_below():
    found = terminology.details(FRUIT, "citrus")

    assert found.children == ("lime", "orange")
    with pytest.raises(errors.NotFound):
        terminology.details(FRUIT, "apple")
