"""Loaded lists as FHIR resources say honestly how much of them is there."""

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology import drafts, icd10_catalogue, resources
from haidang.engines.terminology.tests import factories
from haidang.kernel import errors, systems

pytestmark = pytest.mark.django_db


def _served(kind):
    return [r for r in terminology.resources() if r["resourceType"] == kind]


@pytest.mark.parametrize(
    ("complete", "most", "content"),
    [(True, 1000, "complete"), (False, 1000, "fragment"), (True, 4, "not-present")],
)
def test_a_code_system_says_how_much_of_it_is_there(complete, most, content, monkeypatch):
    monkeypatch.setattr(resources, "MOST_CODES", most)
    factories.load(factories.system(complete=complete))

    (served,) = _served("CodeSystem")

    assert (served["content"], served["count"]) == (content, 5)
    assert ("concept" in served) is (content != "not-present")
    assert served["valueSet"] == f"{systems.BASE}/ValueSet/fruit"


def test_a_code_system_that_is_only_named_is_not_loaded():
    """HL7's package names SNOMED CT without one of its codes (`content` is `not-present`)."""
    named = factories.system([], url="urn:named")
    rule = {"system": "urn:named", "filter": [{"property": "concept", "op": "is-a", "value": "a"}]}
    spelled = {"system": "urn:named", "concept": [{"code": "a", "display": "A"}]}
    factories.load(named)

    (served,) = _served("CodeSystem")
    assert (served["content"], served.get("count")) == ("not-present", None)
    assert terminology.versions() == []
    for chosen_by_rule in ({"compose": {"include": [spelled, rule]}}, "urn:named?fhir_vs"):
        with pytest.raises(errors.RuleBroken, match="chưa được nạp"):
            terminology.expand(chosen_by_rule)
    assert terminology.validate_code({"compose": {"include": [spelled]}}, "urn:named", "a")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (systems.codes("visit-type"), "VisitType"),
        ("http://hl7.org/fhir/sid/icd-10", "Icd10"),
        ("https://example.vn/1", None),
    ],
)
def test_a_list_without_a_name_of_its_own_has_one_for_programs(url, name):
    """csd-0: usable as an identifier."""
    factories.load(factories.system(url=url))

    assert _served("CodeSystem")[0].get("name") == name


def test_codes_are_served_with_words_properties_and_place():
    factories.load()
    (served,) = _served("CodeSystem")
    lime = next(c for c in served["concept"] if c["code"] == "lime")

    assert [d["value"] for d in lime["designation"]] == ["Chanh", "Lime"]
    assert {"code": "colour", "valueString": "green"} in lime["property"]
    assert {"code": "parent", "valueCode": "citrus"} in lime["property"]
    assert {p["code"]: p["type"] for p in served["property"]} == {
        "colour": "string",
        "sweet": "boolean",
    }


def test_what_a_publisher_says_of_a_list_is_kept():
    facts = {"publisher": "HL7", "status": "draft", "name": "Fruit"}
    factories.load(
        factories.system(facts=facts),
        value_sets=[drafts.ValueSetDraft("urn:set", {"include": []}, name="Set", facts=facts)],
        maps=[drafts.MapDraft("urn:map", [drafts.Arrow("a", "1", "b", "2", "wider", "why")])],
    )

    assert _served("CodeSystem")[0] | facts == _served("CodeSystem")[0]
    assert _served("ValueSet")[0]["name"] == "Set"
    (group,) = _served("ConceptMap")[0]["group"]
    assert group["element"][0]["target"] == [
        {"code": "2", "equivalence": "wider", "comment": "why"}
    ]


def test_the_stamp_changes_with_every_load():
    before = terminology.stamp()
    factories.load()
    loaded = terminology.stamp()
    factories.load(checksum="two")

    assert len({before, loaded, terminology.stamp()}) == 3


def test_a_code_that_is_gone_leads_to_the_nearest_shorter_one():
    arrows = icd10_catalogue.successors(["A90", "I10", "S91.71"], {"I10", "S91.7", "S91"})

    assert [(a.source, a.target, a.equivalence) for a in arrows] == [
        ("I10", "I10", "equivalent"), ("S91.71", "S91.7", "wider"),
    ]  # fmt: skip


def test_a_map_followed_backwards_turns_its_meaning_round():
    factories.load(maps=[drafts.MapDraft("urn:map", [drafts.Arrow("a", "1", "b", "2", "wider")])])

    assert [t.equivalence for t in terminology.translate("b", "2", reverse=True)] == ["narrower"]
