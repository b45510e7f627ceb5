"""ConceptMap/$translate over HTTP (conceptmap-operation-translate.html)."""

import pytest

from haidang.kernel import errors, systems
from haidang.portals.gateway.tests import fruit
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db


def test_a_code_is_translated_there_and_back(asker):
    drink = systems.codes("drink")
    there = fruit.parameters(
        asker.get(f"ConceptMap/$translate?system={fruit.FRUIT}&code=lime&targetsystem={drink}")
    )
    back = fruit.parameters(
        asker.get(f"ConceptMap/$translate?system={drink}&code=limeade&reverse=true")
    )
    none = fruit.values(asker.get(f"ConceptMap/$translate?system={fruit.FRUIT}&code=durian"))

    assert there[0]["valueBoolean"] is True
    assert there[1]["part"][0] == {"name": "equivalence", "valueCode": "wider"}
    assert back[1]["part"][:2] == [
        {"name": "equivalence", "valueCode": "narrower"},
        {
            "name": "concept",
            "valueCoding": {"system": fruit.FRUIT, "code": "lime", "display": "Chanh"},
        },
    ]
    assert none["result"] is False and none["message"]


RESTS = [
    ('{ mode = "provided" }', "durian", {"system": systems.codes("drink"), "code": "durian"}),
    ('{ mode = "fixed", code = "water" }', "durian", {"system": systems.codes("drink"), "code": "water"}),
    (f'{{ mode = "other-map", url = "{systems.BASE}/ConceptMap/juice" }}', "orange", {"system": systems.codes("drink"), "code": "juice"}),
]  # fmt: skip


def _load_rest(folder, rest):
    more = (
        f'url = "urn:rest"\nsource_system = "fruit"\ntarget_system = "drink"\nunmapped = {rest}\n'
    )
    fruit.load(folder / "rest" / "1", "concept-map", "source target equivalence", [("key-lime", "", "unmatched")], more=more)  # fmt: skip


@pytest.mark.parametrize(("rest", "code", "concept"), RESTS, ids=["provided", "fixed", "other"])
def test_a_map_says_what_to_use_for_codes_that_it_does_not_name(
    asker, tmp_path, rest, code, concept
):
    _load_rest(tmp_path, rest)
    asked = f"ConceptMap/$translate?url=urn:rest&system={fruit.FRUIT}&code="

    (result, match) = fruit.parameters(asker.get(f"{asked}{code}"))
    (none, message, unmatched) = fruit.parameters(asker.get(f"{asked}key-lime"))

    assert result["valueBoolean"] is True
    assert match["part"][1] == {"name": "concept", "valueCoding": concept}
    assert none["valueBoolean"] is False and message["valueString"]
    assert unmatched["part"][0] == {"name": "equivalence", "valueCode": "unmatched"}
    assert [part["name"] for part in unmatched["part"]] == ["equivalence", "source"]


def test_maps_that_hand_on_in_a_circle_say_so(asker, tmp_path):
    _load_rest(tmp_path, '{ mode = "other-map", url = "urn:rest" }')

    result, _message, match = fruit.parameters(
        asker.get(
            f"ConceptMap/$translate?url=urn:rest&system={fruit.FRUIT}&code=durian&displayLanguage=en"
        )
    )

    assert result["valueBoolean"] is False
    assert match["part"][-1]["valueString"].startswith("The concept maps hand the code on")


@pytest.mark.parametrize("rest", ['{ mode = "fixed" }', '{ mode = "other" }', "{}"])
def test_a_map_that_does_not_say_what_to_use_is_not_loaded(db, tmp_path, rest):
    with pytest.raises(errors.RuleBroken) as why:
        _load_rest(tmp_path, rest)

    assert why.value.code == "terminology.manifest_incomplete"


def test_an_unknown_map_is_not_found(asker):
    refused = asker.get(f"ConceptMap/$translate?url=urn:none&system={fruit.FRUIT}&code=lime")

    assert code_of(refused) == "terminology.map_unknown"


@pytest.mark.parametrize(
    ("name", "value_set", "result"),
    [
        ("target", "urn:drinks", True),
        ("target", f"{fruit.FRUIT}%3Ffhir_vs", False),
        ("source", f"{fruit.FRUIT}%3Ffhir_vs%3Disa/citrus", True),
        ("source", f"{fruit.FRUIT}%3Ffhir_vs%3Disa/durian", False),
    ],
)
def test_a_translation_stays_within_the_value_sets_it_names(asker, name, value_set, result):
    drinks = {"system": systems.codes("drink"), "concept": [{"code": "limeade"}]}
    posted = {
        "resourceType": "ValueSet",
        "status": "active",
        "url": "urn:drinks",
        "compose": {"include": [drinks]},
    }
    Fhir("31001").post("ValueSet", posted)
    asked = f"ConceptMap/$translate?system={fruit.FRUIT}&code=lime&{name}={value_set}"

    assert fruit.values(asker.get(asked))["result"] is result


def test_what_would_change_a_translation_is_never_passed_over(asker):
    parts = [{"name": "element", "valueUri": "x"}]
    asked = [{"name": "system", "valueUri": fruit.FRUIT}, {"name": "code", "valueCode": "lime"}]
    refused = fruit.post(
        asker, "ConceptMap/$translate", *asked, {"name": "dependency", "part": parts}
    )

    assert code_of(refused) == "fhir.parameter_unsupported"


def test_a_map_that_is_only_kept_is_said_not_to_be_loaded(asker):
    kept = read(
        Fhir("31001").post(
            "ConceptMap", {"resourceType": "ConceptMap", "url": "urn:own", "status": "active"}
        )
    )
    refused = asker.get(f"ConceptMap/{kept['id']}/$translate?system={fruit.FRUIT}&code=lime")

    assert code_of(refused) == "terminology.map_unknown"
