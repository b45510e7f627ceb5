"""Where extensions may stand, by the contexts of their definitions (defining-extensions.html)."""

import pytest

from haidang.engines.records.validation import extensions
from haidang.engines.records.validation.profiles import registry, tree

HL7 = "http://hl7.org/fhir/StructureDefinition/"
OURS = "https://haidang.vn/fhir/StructureDefinition/"
MOMENT = {"url": f"{HL7}patient-birthTime", "valueDateTime": "2026-01-01T10:00:00+07:00"}
PREFIX = {"url": f"{HL7}humanname-own-prefix", "valueString": "Trần"}
CLOCK = {"url": f"{OURS}vn-report-clock", "valueCode": "24h"}
WORDS = {"url": f"{HL7}translation", "extension": [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "A"}]}  # fmt: skip
ORIGIN = {"url": f"{HL7}originalText", "valueString": "A"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything_open")]


def person(**more):
    return {"resourceType": "Patient", "name": [{"text": "A"}]} | more


def said(resource):
    return [(each.code.removeprefix("validation."), each.expression) for each in extensions.faults(resource)]  # fmt: skip


@pytest.mark.parametrize(
    "resource",
    [
        person(birthDate="2026-01-01", _birthDate={"extension": [MOMENT]}),
        person(_birthDate={"extension": [MOMENT]}),
        person(name=[{"family": "Trần", "_family": {"extension": [PREFIX]}}]),
        {"resourceType": "Condition", "subject": {"display": "A"}, "extension": [CLOCK]},
        {"resourceType": "Questionnaire", "_title": {"extension": [WORDS]}, "_description": {"extension": [WORDS]}},
        {"resourceType": "Observation", "valueQuantity": {"value": 1, "extension": [ORIGIN]}},
        person(extension=[{"url": "https://example.vn/nobody-knows", "valueCode": "a"}]),
    ],
)  # fmt: skip
def test_an_extension_stands_where_its_definition_says(resource):
    assert said(resource) == []


@pytest.mark.parametrize(
    ("resource", "where"),
    [
        (person(extension=[MOMENT]), "Patient.extension[0]"),
        (person(deceasedDateTime="2026", _deceasedDateTime={"extension": [MOMENT]}), "Patient.deceased.extension[0]"),
        (person(name=[{"given": ["A"], "_given": [{"extension": [PREFIX]}]}]), "Patient.name[0].given[0].extension[0]"),
        (person(extension=[CLOCK]), "Patient.extension[0]"),
        (person(_active={"extension": [WORDS]}), "Patient.active.extension[0]"),
    ],
)  # fmt: skip
def test_an_extension_that_stands_elsewhere_is_told(resource, where):
    assert said(resource) == [("extension_place", where)]


def test_what_is_defined_for_any_element_stands_anywhere(monkeypatch):
    definition = {"url": "urn:any", "type": "Extension", "baseDefinition": f"{HL7}Extension"}
    for context in (
        [{"type": "element", "expression": "Element"}],
        [{"type": "element", "expression": "DomainResource"}],
        [{"type": "fhirpath", "expression": "Patient.where(active)"}],
        [{"type": "element", "expression": "https://example.vn/profile"}],
        [],
    ):
        profile = tree.profile(definition | {"context": context})
        monkeypatch.setattr(registry, "find", lambda url, found=profile: found)
        assert said(person(extension=[{"url": "urn:any", "valueCode": "a"}])) == []


def test_a_name_is_enough_within_another_extension_alone():
    part = {"url": "a", "valueCode": "b"}
    whole = {"url": "https://example.vn/whole", "extension": [part]}

    assert said(person(extension=[whole])) == []
    assert said(person(extension=[part])) == [("value", "Patient.extension[0].url")]
