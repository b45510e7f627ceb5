"""References turned from one person to another and back."""

from haidang.engines.people import references
from haidang.kernel import systems

OLD, NEW = "Patient/old", "Patient/new"
CLAIM = {
    "resourceType": "Claim",
    "patient": {"reference": OLD, "display": "Nguyễn Văn An"},
    "insurance": [{"coverage": {"reference": "Coverage/old"}}],
    "supportingInfo": [
        {"valueReference": {"reference": "Patient/older"}},
        {"valueReference": {"reference": OLD}},
        {"valueReference": {"reference": f"{systems.BASE}/{OLD}"}},
        {"valueReference": {"reference": f"https://elsewhere.vn/fhir/{OLD}"}},
    ],
    "text": {"div": "Patient/old"},
}


def test_only_references_to_the_person_move():
    moved = references.moved(CLAIM, OLD, NEW)

    assert moved["patient"] == {"reference": NEW, "display": "Nguyễn Văn An"}
    assert moved["supportingInfo"][0]["valueReference"]["reference"] == "Patient/older"
    assert moved["supportingInfo"][2]["valueReference"]["reference"] == f"{systems.BASE}/{NEW}"
    assert moved["supportingInfo"][3] == CLAIM["supportingInfo"][3]
    assert moved["insurance"] == CLAIM["insurance"]
    assert moved["text"] == CLAIM["text"]


def test_there_and_back_is_the_same():
    places = references.places_of(CLAIM, OLD)

    assert references.turned_back(references.moved(CLAIM, OLD, NEW), places, NEW) == CLAIM


def test_references_that_were_always_the_other_persons_stay():
    both = {"a": {"reference": OLD}, "b": {"reference": NEW}}

    back = references.turned_back(
        references.moved(both, OLD, NEW), references.places_of(both, OLD), NEW
    )

    assert back == both


def test_a_versioned_reference_loses_its_version():
    assert references.moved({"r": {"reference": f"{OLD}/_history/3"}}, OLD, NEW) == {
        "r": {"reference": NEW}
    }
