"""Value sets: what belongs, in SQL whatever the size."""

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts
from haidang.engines.terminology.tests import factories
from haidang.kernel import errors, systems

pytestmark = pytest.mark.django_db
FRUIT = factories.FRUIT
SET = f"{systems.BASE}/ValueSet/sour"


def _filter(prop, op, value):
    return {
        "include": [{"system": FRUIT, "filter": [{"property": prop, "op": op, "value": value}]}]
    }


def _codes(compose, **more):
    return [c.code for c in terminology.expand({"compose": compose}, **more).contains]


@pytest.fixture(autouse=True)
def fruits():
    factories.load()


@pytest.mark.parametrize(
    ("compose", "codes"),
    [
        (_filter("concept", "is-a", "lime"), ["key-lime", "lime"]),
        (_filter("concept", "descendent-of", "lime"), ["key-lime"]),
        (_filter("concept", "is-not-a", "citrus"), ["durian"]),
        (_filter("concept", "generalizes", "lime"), ["citrus", "lime"]),
        (_filter("colour", "=", "green"), ["lime"]),
        (_filter("code", "in", "lime, orange"), ["lime", "orange"]),
        (_filter("code", "regex", ".*lime"), ["key-lime", "lime"]),
        (_filter("sweet", "exists", "true"), ["orange"]),
        ({"include": [{"system": FRUIT, "concept": [{"code": "lime"}, {"code": "kiwi"}]}]}, ["kiwi", "lime"]),
        ({"include": [{"system": FRUIT}], "exclude": [{"system": FRUIT, "concept": [{"code": "durian"}]}]},
         ["citrus", "key-lime", "lime", "orange"]),
        ({}, []),
    ],
)  # fmt: skip
def test_a_definition_gives_its_codes(compose, codes):
    assert _codes(compose) == codes


def test_an_unknown_filter_is_refused():
    with pytest.raises(errors.RuleBroken):
        _codes(_filter("code", "sounds-like", "x"))


def test_an_expansion_is_paged_filtered_and_counted():
    page = terminology.expand(f"{systems.BASE}/ValueSet/fruit", filter="chanh", count=2, offset=1)

    assert (page.total, [c.code for c in page.contains]) == (3, ["key-lime", "lime"])
    assert terminology.expand(f"{FRUIT}?fhir_vs", count=0).total == 5
    assert terminology.expand(f"{FRUIT}?fhir_vs", active_only=True).total == 4


def test_words_of_an_expansion_follow_the_language():
    compose = {"compose": _filter("code", "=", "lime")}

    assert terminology.expand(compose, language="en").contains[0].display == "Lime"
    assert terminology.expand(compose).contains[0].display == "Chanh"


def test_a_code_belongs_or_does_not():
    isa = f"{FRUIT}?fhir_vs=isa/citrus"

    assert terminology.validate_code(isa, FRUIT, "lime").display == "Chanh"
    assert terminology.validate_code(isa, None, "lime")
    assert terminology.validate_code(isa, FRUIT, "durian") is None


def test_value_sets_may_import_each_other_but_not_in_a_circle():
    own = {"include": [{"valueSet": [SET]}]}
    factories.load(name="set/1", value_sets=[drafts.ValueSetDraft(SET, own)])

    with pytest.raises(errors.RuleBroken) as refused:
        terminology.expand(SET)

    assert refused.value.code == "terminology.value_set_circle"


def test_two_value_sets_in_one_include_are_an_intersection():
    sets = [
        drafts.ValueSetDraft("urn:a", _filter("code", "in", "lime,orange")),
        drafts.ValueSetDraft("urn:b", _filter("code", "in", "lime,durian")),
    ]
    factories.load(name="set/1", value_sets=sets)

    assert _codes({"include": [{"valueSet": ["urn:a", "urn:b"]}]}) == ["lime"]


def test_an_unknown_value_set_is_not_found():
    with pytest.raises(errors.NotFound):
        terminology.expand("urn:nobody")
