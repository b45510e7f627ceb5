"""Ids and addresses within a resource, which R4 speaks of in words beside its invariants."""

import pytest

from haidang.engines.records.validation import judging

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything_open")]
ONE, OTHER = (f"urn:uuid:c757873d-ec9a-4326-a141-556f4323952{n}" for n in (0, 1))
PERSON = {"resourceType": "Patient", "name": [{"text": "Người Thử Một"}]}
WEIGHT = {"resourceType": "Observation", "status": "final", "code": {"text": "Cân nặng"}}


def said(resource):
    return [(each.code.removeprefix("validation."), each.expression) for each in judging.validate(resource)]  # fmt: skip


def collection(*entries):
    return {"resourceType": "Bundle", "type": "collection", "entry": list(entries)}


def entry(url, resource):
    return {"fullUrl": url, "resource": resource}


@pytest.mark.parametrize(
    ("url", "id", "agrees"),
    [
        (ONE, "a", True),
        (ONE, None, True),
        ("https://example.vn/fhir/Patient/a", "a", True),
        ("https://example.vn/fhir/Patient/a", None, True),
        ("https://example.vn/fhir/Patient/b", "a", False),
        ("https://example.vn/fhir/Group/a", "a", False),
        ("https://example.vn/pictures/a.png", "a", True),
        ("urn:oid:1.2.3", "a", True),
        ("Patient/a", "a", False),
        ("/fhir/Patient/a", "a", False),
    ],
)
def test_the_address_of_an_entry_is_whole_and_agrees_with_its_resource(url, id, agrees):
    """bundle.html, Bundle.entry.fullUrl: "SHALL NOT disagree with the id in the resource"."""
    bundle = collection(entry(url, PERSON | ({"id": id} if id else {})))

    assert said(bundle) == ([] if agrees else [("full_url", "Bundle.entry[0].fullUrl")])


@pytest.mark.parametrize(
    ("element", "fault"),
    [("subject", None), ("encounter", "reference_type"), ("focus", None)],
)
def test_references_within_a_bundle_lead_to_a_type_that_is_allowed(element, fault):
    to = {"reference": ONE}
    weight = WEIGHT | {element: [to] if element == "focus" else to}
    bundle = collection(entry(ONE, PERSON), entry(OTHER, weight))

    place = f"Bundle.entry[1].resource.{element}.reference"
    assert said(bundle) == ([(fault, place)] if fault else [])


def test_what_is_contained_has_ids_of_its_own():
    twice = [{"resourceType": "Patient", "id": "a"}, {"resourceType": "Group", "id": "a", "type": "person", "actual": True}]  # fmt: skip
    weight = WEIGHT | {"contained": twice, "subject": {"reference": "#a"}}

    assert said(weight) == [
        ("id_repeated", "Observation.contained[0].id"),
        ("id_repeated", "Observation.contained[1].id"),
    ]


@pytest.mark.parametrize(("id", "fine"), [("a", True), ("Patient.name:a[x]", True), ("a b", False)])
def test_the_id_of_an_element_has_no_space(id, fine):
    named = PERSON | {"name": [{"id": id, "text": "A"}], "_birthDate": {"id": id, "extension": [{"url": "urn:a", "valueCode": "b"}]}}  # fmt: skip

    faults = [] if fine else [("value", "Patient.name[0].id"), ("value", "Patient.birthDate.id")]
    assert said(named) == faults


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        (None, ("shape", "")),
        ("a", ("shape", "")),
        ([], ("shape", "")),
        ({}, ("missing", ".resourceType")),
        ({"resourceType": None}, ("missing", ".resourceType")),
        ({"resourceType": 1}, ("missing", ".resourceType")),
        ({"resourceType": "Patiente"}, ("type_unknown", "")),
        ({"resourceType": "Patient", "gender": "x"}, ("code", ".gender")),
    ],
)
def test_what_is_no_resource_within_another_one_is_told_once(inner, found):
    code, where = found

    assert said(WEIGHT | {"contained": [inner]}) == [(code, f"Observation.contained[0]{where}")]


def test_a_fault_in_the_outcome_of_an_entry_is_told_once():
    failed = {"status": "400", "outcome": {"resourceType": "OperationOutcome"}}
    bundle = {"resourceType": "Bundle", "type": "batch-response", "entry": [{"response": failed}]}

    assert said(bundle) == [("missing", "Bundle.entry[0].response.outcome.issue")]


def test_a_reference_under_our_own_address_is_one_to_a_record_here():
    """As search holds it (records/README.md)."""
    for reference in ("Patient/none", "https://haidang.vn/fhir/Patient/none"):
        weight = WEIGHT | {"subject": {"reference": reference}}
        assert said(weight) == [("reference_unresolved", "Observation.subject.reference")]
