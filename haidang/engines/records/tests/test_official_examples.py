"""The examples that HL7 publishes with R4, against the validator: 5,306 resources, none of them ours.

They are not ours to commit: `bin/test` installs them with the clients that others wrote.
"""

from pathlib import Path

from haidang.engines.records.validation import invariants, shape
from haidang.kernel import fhirjson

_PROJECT = Path(__file__).resolve().parents[4]
FOLDER = _PROJECT / "tests" / "conformance" / "clients" / "node_modules" / "hl7.fhir.r4.examples"
NO_BASE = "says of a parameter of an extension no type that it is for"
WRONG_TARGET = "points at a type that the element does not allow"
GUIDE = "has neither name nor status, and points at an id of 67 characters"
#: Those that R4's own definitions refuse: what is wrong, and the codes by which it is told.
FAULTY = {
    "Bundle-v2-valuesets": ("codes that end in a no-break space", {"validation.value"}),
    "CodeSystem-v2-0550": ("codes that end in a no-break space", {"validation.value"}),
    "DeviceMetric-example": (WRONG_TARGET, {"validation.reference_type"}),
    "DeviceUseStatement-example": (WRONG_TARGET, {"validation.reference_type"}),
    "ImplementationGuide-fhir": (GUIDE, {"validation.missing", "validation.reference"}),
    "MedicationRequest-medrx0301": (WRONG_TARGET, {"validation.reference_type"}),
    "Observation-clinical-gender": (WRONG_TARGET, {"validation.reference_type"}),
    "Questionnaire-qs1": ("items without linkId", {"validation.missing"}),
    "SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject": ("an id of 67 characters", {"validation.value"}),
    "ig-r4": (GUIDE, {"validation.missing", "validation.reference"}),
    **{
        f"SearchParameter-{kind.lower()}-extensions-{kind}-{name}": (NO_BASE, {"validation.missing"})
        for kind in ("CodeSystem", "ValueSet") for name in ("author", "effective", "end", "keyword", "workflow")
    },
}  # fmt: skip
EVERY, LARGEST = 40, 16_000  # one in so many, and of those the small ones: FHIRPath takes its time


def _examples(every=1):
    for path in sorted(FOLDER.glob("*.json"))[::every]:
        content = path.read_bytes()
        resource = fhirjson.loads(content)
        if "resourceType" in resource:
            yield path.stem, len(content), resource


def test_all_but_the_faulty_ones_have_the_shape_that_r4_asks_for():
    found, count = {}, 0
    for name, _size, resource in _examples():
        count += 1
        if codes := {each.code for each in shape.faults(resource)}:
            found[name] = codes

    assert count > 5000
    assert found == {name: codes for name, (_why, codes) in FAULTY.items()}


def test_a_part_of_them_breaks_no_invariant_that_is_an_error():
    found = {}
    for name, size, resource in _examples(EVERY):
        if size < LARGEST and name not in FAULTY:
            wrong = [(e.code, e.expression, e.facts) for e in invariants.faults(resource) if e.severity == "error"]  # fmt: skip
            if wrong:
                found[name] = wrong

    assert found == {}
