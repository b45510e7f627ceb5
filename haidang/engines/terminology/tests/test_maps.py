"""What a concept map says of codes that it does not name (ConceptMap.group.unmapped).

Source    FHIR R4 (4.0.1), conceptmap-definitions.html#ConceptMap.group.unmapped.
"""

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts, hl7, maps
from haidang.engines.terminology.tests import factories
from haidang.engines.terminology.tests.factories import FRUIT
from haidang.kernel import errors, systems

pytestmark = pytest.mark.django_db
JUICE, TEA = systems.codes("juice"), systems.codes("tea")
PROVIDED = {"mode": "provided"}
WATER = {"mode": "fixed", "code": "water", "display": "Nước"}


def to(url):
    return {"mode": "other-map", "url": url}


def concept_map(url, unmapped=None, *, target=JUICE, arrows=(("lime", "limeade", "wider"),), version=""):  # fmt: skip
    drawn = [drafts.Arrow(FRUIT, source, target, code, kind) for source, code, kind in arrows]
    rules = [{"source": FRUIT, "target": target, "unmapped": unmapped}] if unmapped else []
    return drafts.MapDraft(url, drawn, version=version, unmapped=rules)


def load(*concept_maps):
    factories.load(maps=list(concept_maps))


def told(code, **how):
    found = terminology.translate(FRUIT, code, **how)
    return [(one.system, one.code, one.equivalence, one.map_url) for one in found]


MODES = [(PROVIDED, (JUICE, "orange", "equivalent")), (WATER, (JUICE, "water", "relatedto"))]


@pytest.mark.parametrize("named", ["urn:a", None])
@pytest.mark.parametrize(("unmapped", "answer"), MODES, ids=["provided", "fixed"])
def test_a_code_without_an_arrow_has_what_its_group_says(named, unmapped, answer):
    load(concept_map("urn:a", unmapped))

    (found,) = terminology.translate(FRUIT, "orange", url=named)

    assert (found.system, found.code, found.equivalence) == answer
    assert (found.map_url, bool(found.comment)) == ("urn:a", True)
    assert told("lime", url=named) == [(JUICE, "limeade", "wider", "urn:a")]


@pytest.mark.parametrize("unmapped", [PROVIDED, WATER, to("urn:b")])
def test_a_code_that_is_said_to_have_no_match_is_not_unmapped(unmapped):
    other = concept_map("urn:b", arrows=[("durian", "shake", "wider")])
    load(concept_map("urn:a", unmapped, arrows=[("durian", "", "unmatched")]), other)

    assert told("durian", url="urn:a") == [(JUICE, "", "unmatched", "urn:a")]


@pytest.mark.parametrize("unmapped", [PROVIDED, WATER, to("urn:b")])
def test_a_code_of_another_system_is_not_unmapped(unmapped):
    load(concept_map("urn:a", unmapped), concept_map("urn:b"))

    assert terminology.translate(TEA, "orange", url="urn:a") == []


def test_each_group_of_a_map_speaks_for_its_own_target():
    two = drafts.MapDraft(
        "urn:a",
        [drafts.Arrow(FRUIT, "orange", JUICE, "orangeade")],
        unmapped=[
            {"source": FRUIT, "target": JUICE, "unmapped": WATER},
            {"source": FRUIT, "target": TEA, "unmapped": PROVIDED},
        ],
    )
    load(two)

    assert told("orange", url="urn:a") == [
        (JUICE, "orangeade", "relatedto", "urn:a"),
        (TEA, "orange", "equivalent", "urn:a"),
    ]
    assert told("orange", url="urn:a", target=TEA) == [(TEA, "orange", "equivalent", "urn:a")]


def test_what_one_map_says_of_the_rest_does_not_stand_beside_an_arrow_of_another():
    load(concept_map("urn:a", WATER), concept_map("urn:b", arrows=[("orange", "orangeade", "wider")]))  # fmt: skip

    assert told("orange") == [(JUICE, "orangeade", "wider", "urn:b")]
    assert told("durian") == [(JUICE, "water", "relatedto", "urn:a")]


def test_another_map_is_followed_and_its_own_rule_with_it():
    other = concept_map("urn:b", WATER, arrows=[("orange", "orangeade", "wider")])
    load(concept_map("urn:a", to("urn:b")), other)

    assert told("orange", url="urn:a") == [(JUICE, "orangeade", "wider", "urn:b")]
    assert told("durian", url="urn:a") == [(JUICE, "water", "relatedto", "urn:b")]
    assert told("lime", url="urn:a") == [(JUICE, "limeade", "wider", "urn:a")]


def test_another_map_is_followed_in_the_version_that_is_named():
    old, new = (
        concept_map("urn:b", arrows=[("orange", code, "wider")], version=version)
        for version, code in (("1", "old"), ("2", "new"))
    )
    load(concept_map("urn:a", to("urn:b|2")), old, new)

    assert [code for _system, code, *_more in told("orange", url="urn:a")] == ["new"]


@pytest.mark.parametrize("ring", [["urn:a"], ["urn:a", "urn:b"], ["urn:a", "urn:b", "urn:c"]])
def test_maps_that_hand_on_in_a_circle_have_no_match(ring):
    load(
        *(
            concept_map(url, to(after))
            for url, after in zip(ring, [*ring[1:], ring[0]], strict=True)
        )
    )

    (found,) = terminology.translate(FRUIT, "orange", url="urn:a")

    assert (found.code, found.equivalence, found.map_url) == ("", "unmatched", ring[-1])
    assert "vòng" in found.comment
    assert told("lime", url="urn:a") == [(JUICE, "limeade", "wider", "urn:a")]


def test_maps_that_meet_again_without_a_circle_answer_once():
    two = drafts.MapDraft(
        "urn:a",
        [],
        unmapped=[
            {"source": FRUIT, "target": target, "unmapped": to(url)}
            for target, url in ((JUICE, "urn:b"), (TEA, "urn:c"))
        ],
    )
    load(two, concept_map("urn:b", to("urn:d")), concept_map("urn:c", to("urn:d"), target=TEA),
         concept_map("urn:d", arrows=[("orange", "orangeade", "wider")]))  # fmt: skip

    assert told("orange", url="urn:a") == [(JUICE, "orangeade", "wider", "urn:d")]


@pytest.mark.parametrize("named", ["urn:a", None])
def test_a_map_that_is_not_loaded_is_named(named):
    load(concept_map("urn:a", to("urn:away|2")))

    with pytest.raises(errors.NotFound) as why:
        terminology.translate(FRUIT, "orange", url=named)

    assert (why.value.code, why.value.facts["url"]) == ("terminology.map_unknown", "urn:away|2")
    assert told("lime", url=named) == [(JUICE, "limeade", "wider", "urn:a")]


@pytest.mark.parametrize("unmapped", [PROVIDED, WATER, to("urn:a")])
def test_backwards_only_arrows_count(unmapped):
    load(concept_map("urn:a", unmapped))

    assert terminology.translate(JUICE, "orange", url="urn:a", reverse=True) == []
    assert terminology.translate(JUICE, "water", url="urn:a", reverse=True) == []
    assert [one.code for one in terminology.translate(JUICE, "limeade", reverse=True)] == ["lime"]


def test_what_a_map_says_of_the_rest_is_served_with_it():
    load(concept_map("urn:a", WATER, arrows=[("lime", "limeade", "wider"), ("durian", "", "unmatched")]))  # fmt: skip

    (served,) = [each for each in terminology.resources() if each["url"] == "urn:a"]

    (group,) = served["group"]
    assert group["unmapped"] == WATER
    assert {each["code"]: each["target"] for each in group["element"]} == {
        "lime": [{"code": "limeade", "equivalence": "wider"}],
        "durian": [{"equivalence": "unmatched"}],
    }


def test_hl7s_own_maps_keep_what_they_say_of_the_rest():
    draft = hl7.draft()
    rules = {each.url: each.unmapped for each in draft.maps if each.unmapped}

    (rule,) = rules["http://hl7.org/fhir/ConceptMap/101"]
    assert (rule["unmapped"]["mode"], rule["unmapped"]["code"]) == ("fixed", "temp")
    (handed_on,) = rules["http://hl7.org/fhir/ConceptMap/example2"]
    assert handed_on["unmapped"]["mode"] == "other-map"
    nothing = [arrow for each in draft.maps for arrow in each.arrows if not arrow.target]
    assert {arrow.equivalence for arrow in nothing} <= maps.NOTHING
