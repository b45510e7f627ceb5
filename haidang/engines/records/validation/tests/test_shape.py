"""The shape of resources: HL7's own definitions pass, and every kind of fault is told with its place."""

import copy
from decimal import Decimal

import jsonpatch
import pytest

from haidang.engines.records.validation import explaining, issues, shape
from haidang.engines.records.validation.tests import samples
from haidang.engines.terminology import api as terminology

XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'


@pytest.mark.parametrize("resource", samples.all_of_them(), ids=lambda r: r["resourceType"])
def test_sound_resources_pass(resource):
    assert shape.faults(resource) == []
    assert explaining.faults(resource, resource["resourceType"]) == []


@pytest.mark.parametrize(
    "kind", ["profiles-types", "search-parameters", "valuesets", "conceptmaps"]
)
def test_the_published_definitions_pass_both_ways(kind):
    refused = [
        resource["url"]
        for resource in terminology.definitions(kind)
        if shape.faults(resource) or explaining.faults(resource, resource["resourceType"])
    ]

    assert refused == []


def add(path, value):
    return {"op": "add", "path": path, "value": value}


def rem(path):
    return {"op": "remove", "path": path}


FAULTS = [
    # (sound resource, change, code, expression)
    (samples.FULL, add("/statuss", "final"), "element_unknown", "Observation.statuss"),
    (samples.FULL, add("/component/1/unheard", 1), "element_unknown", "Observation.component[1].unheard"),
    (samples.FULL, add("/_component", [None]), "element_unknown", "Observation._component"),
    (samples.FULL, rem("/code"), "missing", "Observation.code"),
    (samples.FULL, rem("/component/0/code"), "missing", "Observation.component[0].code"),
    (samples.FULL, add("/status", "finall"), "code", "Observation.status"),
    (samples.FULL, add("/status", 1), "value", "Observation.status"),
    (samples.FULL, add("/subject", []), "shape", "Observation.subject"),
    (samples.FULL, add("/subject", "Patient/1"), "shape", "Observation.subject"),
    (samples.FULL, add("/subject/reference", "Claim/1"), "reference_type", "Observation.subject.reference"),
    (samples.FULL, add("/subject/reference", "Patient/a_b"), "reference", "Observation.subject.reference"),
    (samples.FULL, add("/subject/reference", "Patient"), "reference", "Observation.subject.reference"),
    (samples.FULL, add("/subject/reference", "Patient/" + "a" * 65), "reference", "Observation.subject.reference"),
    (samples.FULL, add("/subject/reference", "Patient/1/2"), "reference", "Observation.subject.reference"),
    (samples.FULL, add("/subject/reference", "Patient/1/_history/"), "reference", "Observation.subject.reference"),
    (samples.FULL, add("/subject/reference", ""), "empty", "Observation.subject.reference"),
    (samples.FULL, add("/focus", [{"reference": "Claim/a_b"}]), "reference", "Observation.focus[0].reference"),
    (samples.FULL, add("/performer", {"display": "A"}), "shape", "Observation.performer"),
    (samples.FULL, add("/performer", []), "empty", "Observation.performer"),
    (samples.FULL, add("/performer/0", {}), "empty", "Observation.performer[0]"),
    (samples.FULL, add("/effectivePeriod", {"start": "2024"}), "several_types", "Observation.effective"),
    (samples.FULL, add("/effectiveDateTime", "2023-02-29"), "value", "Observation.effective"),
    (samples.FULL, add("/effectiveDateTime", "2024-04-31"), "value", "Observation.effective"),
    (samples.FULL, add("/effectiveDateTime", "2024-02-29T10:30"), "value", "Observation.effective"),
    (samples.FULL, add("/effectiveDateTime", "29/02/2024"), "value", "Observation.effective"),
    (samples.FULL, add("/issued", "2024-02-29"), "value", "Observation.issued"),
    (samples.FULL, add("/component/0/valueQuantity/value", "120"), "value", "Observation.component[0].value.value"),
    (samples.FULL, add("/component/0/valueQuantity/value", 10**309), "value", "Observation.component[0].value.value"),
    (samples.FULL, add("/component/0/valueQuantity/value", -(10**400)), "value", "Observation.component[0].value.value"),
    (samples.FULL, add("/component/0/referenceRange/0/low/comparator", "<"), "invariant", "Observation.component[0].referenceRange[0].low"),
    (samples.FULL, add("/component/1/valueInteger", Decimal("80.0")), "value", "Observation.component[1].value"),
    (samples.FULL, add("/component/1/valueInteger", True), "value", "Observation.component[1].value"),
    (samples.FULL, add("/component/1/valueInteger", 2**31), "value", "Observation.component[1].value"),
    (samples.FULL, add("/id", "a b"), "value", "Observation.id"),
    (samples.FULL, add("/text/div", "a"), "value", "Observation.text.div"),
    (samples.FULL, add("/extension/0/valueString", "a"), "several_types", "Observation.extension[0].value"),
    (samples.FULL, rem("/extension/0/valueDecimal"), "invariant", "Observation.extension[0]"),
    (samples.FULL, add("/extension/1/valueCode", "a"), "invariant", "Observation.extension[1]"),
    (samples.FULL, rem("/extension/0/url"), "missing", "Observation.extension[0].url"),
    (samples.FULL, add("/contained/0/owner", "x"), "shape", "Observation.contained[0].owner"),
    (samples.FULL, rem("/contained/0/deviceName/0/type"), "missing", "Observation.contained[0].deviceName[0].type"),
    (samples.FULL, add("/contained/0/resourceType", "Devise"), "type_unknown", "Observation.contained[0]"),
    (samples.NAMED, add("/name/0/given", ["B", ""]), "empty", "Patient.name[0].given[1]"),
    (samples.NAMED, rem("/name/0/_given"), "value", "Patient.name[0].given[1]"),
    (samples.NAMED, add("/birthDate", "1990-13"), "value", "Patient.birthDate"),
    (samples.NAMED, add("/_birthDate", {}), "empty", "Patient.birthDate"),
    (samples.NAMED, add("/gender", None), "empty", "Patient.gender"),
    (samples.NAMED, add("/_birthDate", None), "empty", "Patient.birthDate"),
    (samples.NAMED, add("/_gender", {"id": "x"}), "empty", "Patient.gender"),
    (samples.NAMED, add("/maritalStatus", {"id": "x"}), "empty", "Patient.maritalStatus"),
    (samples.NAMED, add("/contact/0", {"id": "x"}), "empty", "Patient.contact[0]"),
    (samples.NAMED, add("/contact/0/name", {"id": "x"}), "empty", "Patient.contact[0].name"),
    (samples.NAMED, add("/name/0/_given/1", {"id": "x"}), "empty", "Patient.name[0].given[1]"),
    (samples.NAMED, add("/name/0/_given/1", None), "empty", "Patient.name[0].given[1]"),
    (samples.NAMED, add("/name/0/given/-", None), "empty", "Patient.name[0].given[2]"),
    (samples.NAMED, add("/name/0/_given/-", None), "empty", "Patient.name[0].given[2]"),
    (samples.NAMED, add("/name/0/_prefix", [{"id": "x"}]), "empty", "Patient.name[0].prefix[0]"),
    (samples.NAMED, add("/name/0/_prefix", [None]), "empty", "Patient.name[0].prefix[0]"),
    (samples.NAMED, add("/deceasedBoolean", "false"), "value", "Patient.deceased"),
    (samples.NAMED, add("/contact/0/gender", "M"), "code", "Patient.contact[0].gender"),
    (samples.NAMED, rem("/contact/0/name"), "invariant", "Patient.contact[0]"),
    (samples.NAMED, rem("/photo/0/contentType"), "invariant", "Patient.photo[0]"),
    (samples.NAMED, add("/photo/0/data", "A"), "value", "Patient.photo[0].data"),
    (samples.NAMED, add("/telecom", [{"value": "1"}]), "invariant", "Patient.telecom[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("sound", "change", "code", "expression"), FAULTS)
def test_a_fault_is_told_with_its_place(sound, change, code, expression):
    spoiled = jsonpatch.apply_patch(copy.deepcopy(sound), [change])

    found = [(each.code, each.expression) for each in shape.faults(spoiled)]

    assert found == [(f"validation.{code}", expression)]


@pytest.mark.parametrize(
    "change",
    [
        add("/name/0/_family", {"id": "x"}),
        {"op": "replace", "path": "/name/0/_given/0", "value": {"id": "x"}},
        add("/name/0/_prefix", [{"extension": [{"url": "http://example.vn/x", "valueCode": "a"}]}]),
        add("/_gender", {"extension": [{"url": "http://example.vn/x", "valueCode": "a"}]}),
        add("/contact/0/id", "x"),
    ],
)
def test_an_id_beside_a_value_is_well_shaped(change):
    """json.html#primitive, and ele-1: a value, or children besides an id."""
    made = jsonpatch.apply_patch(copy.deepcopy(samples.NAMED), [change])

    assert shape.faults(made) == []


@pytest.mark.parametrize("inner", [False, True], ids=["itself", "of its entries"])
def test_of_a_million_faults_the_first_are_told(inner):
    basic = {"resourceType": "Basic", "code": {"text": "a"}, "extension": [{}] * 300_000}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": basic}] * 4}

    found = shape.faults(bundle if inner else basic)

    assert len(found) == explaining.MOST
    where = "Bundle.entry[0].resource.extension[499]" if inner else "Basic.extension[499]"
    assert found[-1].expression == where


def test_all_faults_are_told_at_once():
    spoiled = copy.deepcopy(samples.FULL) | {"status": "x", "unheard": 1, "issued": "hôm qua"}
    del spoiled["code"]

    found = {each.code for each in shape.faults(spoiled)}

    assert found == {f"validation.{c}" for c in ("code", "element_unknown", "value", "missing")}


@pytest.mark.parametrize(
    "resource", [{}, {"resourceType": "Nothing"}, {"resourceType": ["Patient"]}]
)
def test_what_is_no_resource_is_told(resource):
    (issue,) = shape.faults(resource)

    assert (issue.code, issue.severity) == ("validation.type_unknown", issues.ERROR)


def test_what_a_bundle_carries_is_visited():
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": samples.NAMED | {"gender": "M"}}],
    }

    (issue,) = shape.faults(bundle)

    assert issue.expression == "Bundle.entry[0].resource.gender"


def test_a_required_concept_needs_one_coding_of_its_set():
    condition = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/1"},
        "clinicalStatus": {"text": "đang mắc"},
    }

    (issue,) = shape.faults(condition)

    assert (issue.code, issue.expression) == ("validation.code", "Condition.clinicalStatus")


def test_nesting_has_an_end():
    deep = {"url": "a", "valueString": "b"}
    for _ in range(200):
        deep = {"url": "a", "extension": [deep]}

    found = shape.faults({"resourceType": "Patient", "extension": [deep], "unheard": 1})

    assert "validation.element_unknown" in {each.code for each in found}


def test_issues_speak_vietnamese_and_english():
    from django.utils import translation

    def told():
        (issue,) = shape.faults(samples.NAMED | {"gender": "M"})
        return issue.message

    with translation.override("vi"):
        assert told() == "Mã không thuộc tập mã administrative-gender."
    with translation.override("en"):
        assert told() == "The code is not in the value set administrative-gender."


#: datatypes.html#primitive; base64 besides: RFC 4648, section 4.
FORMS = {
    "code": (
        ["a", "a b", "a-b c", "ệ"],
        [" a", "a ", "a  b", "a\tb", "a\nb", "a\r\nb", "a\N{NO-BREAK SPACE}b", "a\x1fb", "a\n"],
    ),
    "base64Binary": (
        ["AAAA", "AAA=", "AA==", "AA AA", "AAAA\r\nAA==", " AAAA ", "A A = =", "AAAAAAAA"],
        ["====", "A===", "AA==AA==", "AAA=AAAA", "A", "AA", "AAA", "AA=", "AAAA=", "AAAAA", "!!!!", " "],
    ),
    "string": (["a", " a", "a\tb\n", "a" * 1024**2, "ệ" * 1024**2], ["a" * (1024**2 + 1), "a\x07"]),
    "markdown": (["# a\n\n* b", "a" * 1024**2], ["a" * (1024**2 + 1)]),
    "uri": (["urn:oid:1.2", "http://a/é", "a"], ["a b", "a\n", "a\x1fb"]),
}  # fmt: skip
TABLE = [
    pytest.param(code, value, sound, id=f"{code}-{value[:12]!r}-{len(value)}")
    for code, both in FORMS.items()
    for sound, values in zip((True, False), both, strict=True)
    for value in values
]


@pytest.mark.parametrize(("code", "value", "sound"), TABLE)
def test_a_primitive_has_the_form_of_its_type(code, value, sound):
    resource = {"resourceType": "Basic", "code": {"text": "a"}, "extension": [
        {"url": "http://example.vn/x", f"value{code[0].upper()}{code[1:]}": value}
    ]}  # fmt: skip

    found = [each.expression for each in shape.faults(resource)]

    assert found == ([] if sound else ["Basic.extension[0].value"])
    assert shape.is_sound(resource, "Basic") is sound


def test_only_a_simple_quantity_is_without_comparator():
    """sqty-1 stands in the profile SimpleQuantity, which elements name beside the type Quantity."""
    amount = {"value": 5, "comparator": "<"}
    made = copy.deepcopy(samples.FULL)
    made["component"][0]["valueQuantity"] = amount
    dose = {"resourceType": "MedicationAdministration", "status": "completed",
            "medicationCodeableConcept": {"text": "a"}, "subject": {"reference": "Patient/1"},
            "effectiveDateTime": "2026-01-01",
            "dosage": {"dose": amount, "rateQuantity": amount}}  # fmt: skip

    assert shape.faults(made) == []
    assert {each.expression for each in shape.faults(dose)} == {
        "MedicationAdministration.dosage.dose",
        "MedicationAdministration.dosage.rate",
    }
