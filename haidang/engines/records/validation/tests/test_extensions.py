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


# ── By FHIRPath, and under conditions ──────────────────────────────────────────────────────

ANY = {"url": "urn:any", "valueCode": "a"}


@pytest.fixture
def defined(monkeypatch):
    """Defines the extension `urn:any`: where it may stand, and under which conditions."""

    def define(*contexts, conditions=()):
        told = [{"type": how, "expression": place} for how, place in contexts]
        definition = {"url": "urn:any", "type": "Extension", "baseDefinition": f"{HL7}Extension"}
        profile = tree.profile(definition | {"context": told, "contextInvariant": [*conditions]})
        known = registry.find
        monkeypatch.setattr(
            registry, "find", lambda url: profile if url == "urn:any" else known(url)
        )

    return define


def held(*names, **more):
    """A Patient with names, of whom the marked one holds the extension."""
    return person(name=[dict(each) for each in names], **more)


MARKED, PLAIN = {"family": "Trần", "extension": [ANY]}, {"family": "Trần"}
NAMED, NAMED_2 = "Patient.name[0].extension[0]", "Patient.name[1].extension[0]"
OFFICIAL = {"use": "official"}
BORN = {"birthDate": "1990-01-01", "_birthDate": {"extension": [ANY]}}
SECOND_GIVEN = {"given": ["Thị", "Lan"], "_given": [None, {"extension": [ANY]}]}
FOUND = [
    ("Patient.name", held(MARKED), True),
    ("name", held(MARKED), True),
    ("Patient.contact", held(MARKED), False),
    ("Patient.name.where(use = 'official')", held(PLAIN, MARKED | OFFICIAL), True),
    ("Patient.name.where(use = 'official')", held(PLAIN | OFFICIAL, MARKED), False),
    ("Patient.name.first()", held(MARKED, PLAIN), True),
    ("Patient.name.first()", held({**PLAIN}, MARKED), False),
    ("Patient.name[1]", held(PLAIN, MARKED), True),
    ("Patient.name | Patient.contact", held(MARKED), True),
    ("Patient.address | Patient.contact", held(MARKED), False),
    ("Patient.where(active)", held(PLAIN, active=True, extension=[ANY]), True),
    ("Patient.where(active = true)", held(PLAIN, active=False, extension=[ANY]), False),
    ("Patient", held(PLAIN, extension=[ANY]), True),
    ("Observation", held(PLAIN, extension=[ANY]), False),
    ("Patient.birthDate", held(PLAIN, **BORN), True),
    ("birthDate", held(PLAIN, **BORN), True),
    ("Patient.where(active = false).birthDate", held(PLAIN, **BORN), False),
    ("Patient.name.given", held(SECOND_GIVEN), True),
    ("Patient.name.given.last()", held(SECOND_GIVEN), True),
    ("Patient.name.given.first()", held(SECOND_GIVEN), False),
    ("Patient.name.given.where($this = 'Lan')", held(SECOND_GIVEN), True),
    ("Patient.name.given.where($this = 'Thị')", held(SECOND_GIVEN), False),
    ("Patient.deceased", held(PLAIN, deceasedDateTime="2026", _deceasedDateTime={"extension": [ANY]}), True),
    ("Patient.deceased.ofType(boolean)", held(PLAIN, deceasedDateTime="2026", _deceasedDateTime={"extension": [ANY]}), False),
    ("Patient.name.where(extension.exists())", held(PLAIN, MARKED), True),
    ("Patient.contact.where(extension.exists())", held(MARKED), False),
    # What cannot be told allows; fhirpathpy takes a boolean alone for being there.
    ("Patient.where(active)", held(PLAIN, active=False, extension=[ANY]), True),
    ("Patient.birthDate", held(PLAIN, _birthDate={"extension": [ANY]}), True),
    ("Patient.birthDate.where(extension.exists())", held(PLAIN, **BORN), True),
    ("DomainResource.contained", held(MARKED), True),
    ("Patient.name.count() = 1", held(MARKED), True),
    ("Patient.name.memberOf('urn:a')", held(MARKED), True),
    ("Patient.name where", held(MARKED), True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "resource", "may"), FOUND)
def test_a_context_by_fhirpath_is_what_it_finds_in_the_resource(defined, expression, resource, may):
    defined(("fhirpath", expression))

    found = [code for code, _where in said(resource)]

    assert found == ([] if may else ["extension_place"])


def test_one_of_several_contexts_is_enough(defined):
    defined(("fhirpath", "Patient.contact"), ("element", "HumanName"))

    assert said(held(MARKED)) == []
    assert said(held(PLAIN, extension=[ANY])) == [("extension_place", "Patient.extension[0]")]


def test_each_of_two_like_names_is_told_by_itself(defined):
    defined(("fhirpath", "Patient.name.skip(1)"))

    assert said(held(MARKED, MARKED)) == [("extension_place", NAMED)]


def test_a_context_may_be_another_extension(defined):
    defined(("extension", "urn:outer"))
    within = {"url": "urn:outer", "extension": [ANY]}

    assert said(held(PLAIN, extension=[within])) == []
    assert said(held(PLAIN, extension=[within | {"url": "urn:other"}])) == [
        ("extension_place", "Patient.extension[0].extension[0]")
    ]
    assert said(held(MARKED)) == [("extension_place", NAMED)]


CONDITIONS = [
    (["use = 'official'"], MARKED | OFFICIAL, []),
    (["use = 'official'"], MARKED, ["extension_place"]),
    (["family.exists()", "use = 'official'"], MARKED, ["extension_place"]),
    (["%extension.value = 'a'"], MARKED, []),
    (["%extension.value = 'b'"], MARKED, ["extension_place"]),
    (["%extension.valueCode = 'a'"], MARKED, []),
    (["%resource.active = true"], MARKED, ["extension_place"]),
    (["extension.count() = 1"], MARKED, []),
    (["$this.family = 'Trần'"], MARKED, []),
    (["memberOf('urn:a')"], MARKED, ["rule_not_judged"]),
]


@pytest.mark.parametrize(("conditions", "name", "expected"), CONDITIONS)
def test_what_holds_an_extension_keeps_to_its_conditions(defined, conditions, name, expected):
    defined(("element", "Element"), conditions=conditions)

    found = said(held(PLAIN, name))

    assert found == [(code, NAMED_2) for code in expected]


def test_a_condition_is_asked_of_the_primitive_that_holds_the_extension(defined):
    defined(("element", "date"), conditions=["$this < @2000-01-01"])

    assert said(held(PLAIN, **BORN)) == []
    assert said(held(PLAIN, **BORN | {"birthDate": "2010-01-01"})) == [
        ("extension_place", "Patient.birthDate.extension[0]")
    ]


def _item(type, name, **value):
    item = {
        "linkId": "1",
        "text": "A",
        "type": type,
        "extension": [{"url": f"{HL7}{name}", **value}],
    }
    return {"resourceType": "Questionnaire", "status": "draft", "item": [item]}


@pytest.mark.parametrize(
    ("resource", "holds"),
    [
        (_item("integer", "questionnaire-sliderStepValue", valueInteger=1), True),
        (_item("string", "questionnaire-sliderStepValue", valueInteger=1), False),
        (_item("open-choice", "questionnaire-choiceOrientation", valueCode="vertical"), True),
        (_item("boolean", "questionnaire-choiceOrientation", valueCode="vertical"), False),
        (_item("integer", "questionnaire-minOccurs", valueInteger=0), True),
        (_item("integer", "questionnaire-minOccurs", valueInteger=2), False),
        (_item("display", "questionnaire-minOccurs", valueInteger=0), False),
    ],
)
def test_conditions_of_hl7s_own_extensions_are_kept(resource, holds):
    assert said(resource) == ([] if holds else [("extension_place", "Questionnaire.item[0].extension[0]")])  # fmt: skip
