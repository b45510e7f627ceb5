"""Value sets: what belongs, in SQL whatever the size."""

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts
from haidang.engines.terminology.tests import factories
from haidang.engines.terminology.valuesets import expanding
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


@pytest.mark.parametrize("op", ["=", "in", "not-in", "regex", "exists"])
def test_a_filter_by_a_property_that_no_code_has_is_refused(op):
    """A slip of the pen would make the set empty, or whole."""
    with pytest.raises(errors.RuleBroken, match="không được hỗ trợ") as refused:
        _codes(_filter("color", op, "green"))

    assert refused.value.facts["property"] == "color"


def test_a_code_that_is_spelled_out_twice_belongs_once():
    twice = {"include": [{"system": FRUIT, "concept": [{"code": "lime"}, {"code": "lime"}]}]}

    assert terminology.expand({"compose": twice}).total == 1
    assert terminology.validate_code({"compose": twice}, None, "lime").code == "lime"


def test_a_value_set_has_words_of_its_own_in_other_languages():
    """valueset.html: designations are "additional representations" of a code in this set."""
    words = [{"language": "fr", "value": "Citron vert"}, {"language": "vi", "value": "Chanh xanh"}, {"value": "no language"}]  # fmt: skip
    listed = {"include": [{"system": FRUIT, "concept": [{"code": "lime", "designation": words}]}]}
    right = terminology.Coding(FRUIT, "lime", "", "citron vert")

    (lime,) = terminology.expand({"compose": listed}).contains

    assert lime.words == {"fr": "Citron vert", "vi": "Chanh", "en": "Lime"}
    assert lime.display == "Chanh"
    assert terminology.check_members({"compose": listed}, [right]).result is True


def test_an_unknown_filter_is_refused():
    with pytest.raises(errors.RuleBroken):
        _codes(_filter("code", "sounds-like", "x"))


def test_an_expansion_is_paged_filtered_and_counted():
    page = terminology.expand(f"{systems.BASE}/ValueSet/fruit", filter="chanh", count=2, offset=1)

    assert (page.total, [c.code for c in page.contains]) == (3, ["key-lime", "citrus"])
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


@pytest.mark.parametrize(
    "canonical", ["urn:nobody", f"{FRUIT}?fhir_vs=isa/", f"{FRUIT}?fhir_vs=refset/1", f"{FRUIT}?fhir_vsx"]
)  # fmt: skip
def test_an_unknown_value_set_is_not_found(canonical):
    with pytest.raises(errors.NotFound):
        terminology.expand(canonical)


def test_a_value_set_that_only_tells_its_codes_has_these_codes():
    below = [
        {"system": FRUIT, "code": "lime"},
        {"system": FRUIT, "version": "2026", "code": "orange"},
    ]
    told = [
        {"abstract": True, "display": "Họ cam chanh", "contains": below},
        {"system": "urn:x", "code": "kiwi"},
    ]
    sent = {"resourceType": "ValueSet", "expansion": {"contains": told}}

    assert [c.code for c in terminology.expand(sent).contains] == ["lime", "orange", "kiwi"]
    assert terminology.validate_code(sent, FRUIT, "durian") is None


@pytest.mark.parametrize("typed", ["ta chanh", "CHANH Ta", "key lime", "lime ch"])
def test_words_are_found_in_any_order_and_both_languages(typed):
    found = terminology.expand(f"{FRUIT}?fhir_vs", filter=typed)

    assert "key-lime" in [c.code for c in found.contains]


def test_a_short_word_counts_where_a_word_begins():
    assert [c.code for c in terminology.expand(f"{FRUIT}?fhir_vs", filter="ta").contains] == [
        "key-lime"
    ]
    assert terminology.expand(f"{FRUIT}?fhir_vs", filter="hi").total == 0


def test_a_tree_holds_each_code_below_the_nearest_that_belongs():
    found = terminology.expand(
        {"compose": _filter("code", "in", "citrus,key-lime,durian")}, nested=True
    )

    shape = [(c.code, [b.code for b in c.below]) for c in found.contains]
    assert shape == [("citrus", ["key-lime"]), ("durian", [])]


def test_what_overlaps_is_told_once_with_the_first_words():
    listed = [{"code": "lime", "display": "Chanh đào"}, {"code": "kiwi", "display": "Kiwi"}]
    both = [
        {"system": "urn:x", "concept": listed},
        {"system": "urn:x", "concept": [{"code": "kiwi"}]},
    ]
    found = terminology.expand({"compose": {"include": both}})

    assert [(c.code, c.display) for c in found.contains] == [
        ("kiwi", "Kiwi"),
        ("lime", "Chanh đào"),
    ]


def test_what_two_sets_import_is_no_circle():
    shared = drafts.ValueSetDraft("urn:shared", _filter("code", "=", "lime"))
    sides = [
        drafts.ValueSetDraft(f"urn:{n}", {"include": [{"valueSet": ["urn:shared"]}]}) for n in "ab"
    ]
    factories.load(name="set/1", value_sets=[shared, *sides])

    assert _codes({"include": [{"valueSet": ["urn:a"]}, {"valueSet": ["urn:b"]}]}) == ["lime"]


def test_value_sets_kept_elsewhere_are_asked_for():
    kept = {"urn:mine": {"url": "urn:mine", "compose": _filter("code", "=", "orange")}}

    found = terminology.expand(
        {"compose": {"include": [{"valueSet": ["urn:mine"]}]}}, beside=kept.get
    )

    assert [c.code for c in found.contains] == ["orange"]


def test_inactive_codes_stay_out_where_the_definition_says_so():
    compose = {"inactive": False, "include": [{"system": FRUIT}]}

    assert "durian" not in _codes(compose)
    assert terminology.validate_code({"compose": compose}, FRUIT, "durian") is None


@pytest.mark.parametrize(
    ("compose", "code"),
    [
        ({"include": [{}]}, "terminology.value_set_unreadable"),
        ({"include": "x"}, "terminology.value_set_unreadable"),
        ({"include": [{"system": FRUIT, "concept": [{"code": "a"}], "filter": [{"property": "a", "op": "=", "value": "b"}]}]},
         "terminology.value_set_unreadable"),
        ({"include": [{"system": FRUIT, "filter": [{"property": "code", "op": "="}]}]}, "terminology.value_set_unreadable"),
        ({"include": [{"system": FRUIT, "filter": [{"property": "code", "op": "regex", "value": "(("}]}]}, "terminology.filter_unreadable"),
        ({"include": [{"system": FRUIT, "filter": [{"property": "code", "op": "regex", "value": "a" * 501}]}]}, "terminology.too_costly"),
        ({"include": [{"system": "urn:not-loaded"}]}, "terminology.system_unknown"),
        ({"include": [{"system": FRUIT}] * 501}, "terminology.too_costly"),
        ({"lockedDate": "someday", "include": []}, "terminology.value_set_unreadable"),
        ({"include": [{"system": "a\x00", "concept": [{"code": "b"}]}]}, "terminology.text_unreadable"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_followed_is_refused_by_name(compose, code):
    with pytest.raises(errors.HaidangError) as refused:
        _codes(compose)

    assert (refused.value.code, refused.value.status < 500) == (code, True)


def test_versions_can_be_usual_forced_or_checked():
    versions = [
        factories.system([factories.concept(code)], url="urn:two", version=version)
        for version, code in (("1", "old"), ("2", "new"))
    ]
    factories.load(*versions, name="two/1")
    named, open_ = ({"include": [{"system": "urn:two"} | more]} for more in ({"version": "1"}, {}))
    usual, force, check = ({"urn:two": v} for v in ("1", "2", "1"))

    assert _codes(open_) == ["new"]
    assert _codes(open_, versions=terminology.Versions(usual=usual)) == ["old"]
    assert _codes(named, versions=terminology.Versions(force=force)) == ["new"]
    with pytest.raises(errors.RuleBroken) as refused:
        _codes(open_, versions=terminology.Versions(check=check))
    assert refused.value.code == "terminology.version_differs"


def test_a_set_too_large_to_be_listed_whole_says_so(monkeypatch):
    monkeypatch.setattr(expanding, "MOST", 3)

    with pytest.raises(errors.RuleBroken) as refused:
        terminology.expand(f"{FRUIT}?fhir_vs", count=None)

    assert refused.value.facts["issues"] == [{"code": "too-costly"}]
    assert terminology.expand(f"{FRUIT}?fhir_vs", count=None, filter="lime").total == 2
