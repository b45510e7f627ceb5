"""Slices told apart by what their values point at, by extensions and by types."""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.validation.profiles import conforming, slicing, tree, values
from haidang.kernel import actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everything_open")]
CORE = "http://hl7.org/fhir/StructureDefinition/"
LOCAL = "http://example.vn/StructureDefinition/"
SYSTOLIC, NOTED = f"{LOCAL}slicing-systolic", f"{LOCAL}slicing-noted"


def definition(url, type, elements, base=None):
    return {
        "resourceType": "StructureDefinition", "url": url, "name": "Slicing", "status": "active",
        "kind": "resource", "abstract": False, "type": type, "derivation": "constraint",
        "baseDefinition": base or f"{CORE}{type}",
        "differential": {"element": [{"id": type, "path": type}, *elements]},
    }  # fmt: skip


def element(id, **more):
    path = ".".join(part.partition(":")[0] for part in id.split("."))
    name = id.rpartition(".")[2].partition(":")[2]
    return {"id": id, "path": path, **({"sliceName": name} if name else {}), **more}


def sliced(id, how, path, rules="open"):
    return element(id, slicing={"discriminator": [{"type": how, "path": path}], "rules": rules})


def pointing(*urls):
    return [{"code": "Reference", "targetProfile": list(urls)}]


def said(resource, *elements, type=None):
    profile = tree.profile(definition(f"{LOCAL}asked", type or resource["resourceType"], elements))
    return [
        (one.code, one.expression, dict(one.facts).get("slice"))
        for one in conforming.faults(resource, profile)
    ]


def codes(found):
    return [code for code, _expression, _slice in found]


def observation(code="8480-6", **more):
    concept = {"coding": [{"system": "http://loinc.org", "code": code}]}
    return {"resourceType": "Observation", "status": "final", "code": concept, **more}


def to(*refs):
    return [{"reference": ref} for ref in refs]


@pytest.fixture
def systolic():
    """A stored profile of Observations: the code, and in a profile above it the status."""
    coded = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
    records.save_all(
        [
            definition(NOTED, "Observation", [element("Observation.status", fixedCode="final")]),
            definition(SYSTOLIC, "Observation", [element("Observation.code", patternCodeableConcept=coded)], NOTED),
        ],
        by=actor.SYSTEM,
    )  # fmt: skip


# ── By the type of what is pointed at ──────────────────────────────────────────────────────

ENTRIES = (
    sliced("Composition.section.entry", "type", "resolve()", "closed"),
    element("Composition.section.entry:problem", min=1, max="1", type=pointing(f"{CORE}Condition")),
    element("Composition.section.entry:test", max="1", type=pointing(f"{CORE}Observation")),
)


def document(*refs, base="urn:uuid:"):
    held = {"c": {"resourceType": "Condition", "subject": {"display": "A"}}, "o": observation(), "p": {"resourceType": "Patient"}}  # fmt: skip
    composition = {"resourceType": "Composition", "section": [{"entry": to(*refs)}]}
    entries = [("composition", composition), *held.items()]
    return {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": f"{base}{id}", "resource": resource} for id, resource in entries],
    }


def in_bundle(bundle):
    """The composition's slices, judged where it stands in its bundle."""
    profile = definition(f"{LOCAL}section", "Composition", ENTRIES)
    records.save(profile, by=actor.SYSTEM)
    typed = [{"code": "Composition", "profile": [profile["url"]]}]
    return said(
        bundle,
        sliced("Bundle.entry", "type", "resource"),
        element("Bundle.entry:composition", min=1),
        element("Bundle.entry:composition.resource", type=typed),
    )


def test_entries_of_a_document_are_told_apart_by_what_they_point_at():
    assert in_bundle(document("urn:uuid:c", "urn:uuid:o")) == []


@pytest.mark.parametrize(
    ("refs", "found"),
    [
        (["urn:uuid:o"], ["validation.missing"]),
        (["urn:uuid:c", "urn:uuid:o", "urn:uuid:o"], ["validation.too_many"]),
        (["urn:uuid:c", "urn:uuid:p"], ["validation.slice_closed"]),
        (["urn:uuid:c", "urn:uuid:nowhere"], ["validation.slice_closed"]),
    ],
)
def test_what_a_document_lacks_or_has_too_much_of_is_said(refs, found):
    assert codes(in_bundle(document(*refs))) == found


def test_a_relative_reference_is_below_the_address_of_its_own_entry():
    base = "https://other.example/fhir/Condition/"
    bundle = document("Condition/c", base=base)
    bundle["entry"][0]["fullUrl"] = "https://other.example/fhir/Composition/1"

    assert in_bundle(bundle) == []


def test_what_is_contained_is_found():
    composition = {
        "resourceType": "Composition", "contained": [{"resourceType": "Condition", "id": "c"}],
        "section": [{"entry": to("#c")}],
    }  # fmt: skip
    other = composition | {"contained": [{"resourceType": "Device", "id": "c"}]}

    assert said(composition, *ENTRIES) == []
    assert codes(said(other, *ENTRIES)) == ["validation.slice_closed", "validation.missing"]


def test_of_what_is_not_here_yet_the_type_is_taken_as_it_is_told():
    told = {"resourceType": "Composition", "section": [{"entry": [{"reference": "urn:uuid:later", "type": "Condition"}]}]}  # fmt: skip
    written = {"resourceType": "Composition", "section": [{"entry": to("Condition/later")}]}

    assert said(told, *ENTRIES) == []
    assert said(written, *ENTRIES) == []


# ── By the profile, or a value, of what is pointed at ──────────────────────────────────────

MEMBERS = (
    sliced("Observation.hasMember", "profile", "resolve()"),
    element("Observation.hasMember:systolic", min=1, type=pointing(SYSTOLIC)),
)


def test_a_record_that_keeps_to_the_profile_is_of_the_slice(systolic):
    records.save(observation(id="good"), by=actor.SYSTEM)

    assert said(observation(hasMember=to("Observation/good")), *MEMBERS) == []


@pytest.mark.parametrize("wrong", [observation("8462-4"), observation(status="amended")])
def test_a_record_that_breaks_it_or_what_it_builds_on_is_not(systolic, wrong):
    records.save(wrong | {"id": "wrong"}, by=actor.SYSTEM)

    assert codes(said(observation(hasMember=to("Observation/wrong")), *MEMBERS)) == ["validation.missing"]  # fmt: skip


def test_a_deleted_record_is_not_judged_by_what_it_was(systolic):
    records.save(observation("8462-4", id="gone"), by=actor.SYSTEM)
    records.delete("Observation/gone", by=actor.SYSTEM)

    assert said(observation(hasMember=to("Observation/gone")), *MEMBERS) == []


def test_references_in_a_circle_come_to_an_end():
    circle = f"{LOCAL}slicing-circle"
    members = (
        sliced("Observation.hasMember", "profile", "resolve()"),
        element("Observation.hasMember:same", min=1, type=pointing(circle)),
    )
    records.save_all(
        [
            definition(circle, "Observation", members),
            observation(id="a", hasMember=to("Observation/b")),
            observation(id="b", hasMember=to("Observation/a")),
            observation(id="end"),
        ],
        by=actor.SYSTEM,
    )

    assert said(observation(hasMember=to("Observation/a")), *members) == []
    assert codes(said(observation(hasMember=to("Observation/end")), *members)) == ["validation.missing"]  # fmt: skip


def test_a_value_behind_a_reference_tells_the_slice(systolic):
    slices = (
        sliced("Observation.hasMember", "value", "resolve().code"),
        element("Observation.hasMember:systolic", min=1, max="1", type=pointing(SYSTOLIC)),
    )
    held = [observation(id="s"), observation("8462-4", id="d")]

    assert said(observation(contained=held, hasMember=to("#s", "#d")), *slices) == []
    assert codes(said(observation(contained=held, hasMember=to("#d")), *slices)) == ["validation.missing"]  # fmt: skip
    assert codes(said(observation(contained=held, hasMember=to("#s", "#s")), *slices)) == ["validation.too_many"]  # fmt: skip


def test_a_reference_may_point_at_the_type_of_a_profile_and_at_any_when_it_is_unknown(systolic):
    narrow = element("Observation.focus", type=pointing(SYSTOLIC, f"{CORE}Group"))
    unknown = element("Observation.focus", type=pointing(f"{LOCAL}nobody-knows"))

    assert said(observation(focus=to("Observation/1", "Group/1")), narrow) == []
    assert codes(said(observation(focus=to("Patient/1")), narrow)) == ["validation.reference_type"]
    assert said(observation(focus=to("Patient/1")), unknown) == []


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ({"reference": "#group"}, None),
        ({"reference": "#device"}, "reference"),
        ({"reference": "https://example.vn/fhir/Group/1"}, None),
        ({"reference": "https://example.vn/fhir/Device/1"}, "reference"),
        ({"reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}, None),
        ({"type": "Group", "display": "A"}, None),
        ({"type": "Device", "display": "A"}, "type"),
        ({"display": "A"}, None),
    ],
)
def test_a_target_is_told_however_the_reference_is_written(reference, place):
    narrow = element("Observation.subject", type=pointing(f"{CORE}Group"))
    held = [{"resourceType": "Group", "id": "group"}, {"resourceType": "Device", "id": "device"}]

    found = said(observation(contained=held, subject=reference), narrow)

    told = [("validation.reference_type", f"Observation.subject.{place}", None)] if place else []
    assert found == told


# ── By extensions and types ────────────────────────────────────────────────────────────────

URL = "http://example.vn/StructureDefinition/kind-of-number"
NUMBERS = (
    sliced("Patient.identifier", "value", f"extension('{URL}').value"),
    element("Patient.identifier:card", min=1),
    element("Patient.identifier:card.extension:kind"),
    element("Patient.identifier:card.extension:kind.url", fixedUri=URL),
    element("Patient.identifier:card.extension:kind.value[x]", fixedCode="card"),
)


def numbered(code, url=URL):
    return {"resourceType": "Patient", "identifier": [{"extension": [{"url": url, "valueCode": code}], "value": "1"}]}  # fmt: skip


def test_an_extension_tells_the_slice():
    assert said(numbered("card"), *NUMBERS) == []
    assert codes(said(numbered("book"), *NUMBERS)) == ["validation.missing"]
    assert codes(said(numbered("card", "http://example.vn/other"), *NUMBERS)) == ["validation.missing"]  # fmt: skip


def test_a_type_within_a_choice_tells_the_slice():
    slices = (
        sliced("Observation.component", "value", "value.ofType(CodeableConcept)"),
        element("Observation.component:sign", min=1),
        element("Observation.component:sign.value[x]", patternCodeableConcept={"coding": [{"code": "+"}]}),
    )  # fmt: skip
    sign = {"code": {"text": "a"}, "valueCodeableConcept": {"coding": [{"code": "+"}]}}
    number = {"code": {"text": "a"}, "valueInteger": 1}

    assert said(observation(component=[number, sign]), *slices) == []
    assert codes(said(observation(component=[number]), *slices)) == ["validation.missing"]


# ── Order and bounds ───────────────────────────────────────────────────────────────────────


def parts(*letters):
    return observation(component=[{"code": {"coding": [{"code": one}]}, "valueInteger": 1} for one in letters])  # fmt: skip


def in_order(ordered, rules):
    told = {"discriminator": [{"type": "value", "path": "code.coding.code"}], "ordered": ordered, "rules": rules}  # fmt: skip
    return (
        element("Observation.component", slicing=told),
        *(
            one
            for letter in "ab"
            for one in (
                element(f"Observation.component:{letter}"),
                element(f"Observation.component:{letter}.code.coding.code", fixedCode=letter),
            )
        ),
    )


@pytest.mark.parametrize(
    ("letters", "ordered", "rules", "where"),
    [
        ("aabb", True, "open", []), ("axbx", True, "open", []), ("ba", True, "open", [1]), ("aba", True, "open", [2]),
        ("ba", False, "open", []), ("abx", True, "openAtEnd", []), ("axb", True, "openAtEnd", [2]),
        ("bax", False, "openAtEnd", []), ("bxa", False, "openAtEnd", [2]),
    ],
)  # fmt: skip
def test_slices_stand_in_the_order_that_is_asked_for(letters, ordered, rules, where):
    found = said(parts(*letters), *in_order(ordered, rules))

    told = [("validation.slice_order", f"Observation.component[{n}]", None) for n in where]
    assert found == told


KILO = {"unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}


@pytest.mark.parametrize(
    ("bound", "value", "codes_told"),
    [
        ({"minValueInteger": 2}, {"valueInteger": 2}, []), ({"minValueInteger": 2}, {"valueInteger": 1}, ["out_of_bounds"]),
        ({"maxValueInteger": 2}, {"valueInteger": 3}, ["out_of_bounds"]), ({"maxValueInteger": 2}, {"valueInteger": 2}, []),
        ({"minValueQuantity": {"value": 5, **KILO}}, {"valueQuantity": {"value": 4, **KILO}}, ["out_of_bounds"]),
        ({"minValueQuantity": {"value": 5, **KILO}}, {"valueQuantity": {"value": 4, "unit": "g"}}, []),
        ({"minValueDateTime": "2026-03-02"}, {"valueDateTime": "2026-03"}, []),
        ({"minValueDateTime": "2026-03-02"}, {"valueDateTime": "2026-03-01"}, ["out_of_bounds"]),
        ({"maxValueDateTime": "2026-03-02"}, {"valueDateTime": "2026-03-03T00:00:00+07:00"}, ["out_of_bounds"]),
        ({"maxValueDateTime": "2026-03-02"}, {"valueDateTime": "2026"}, []),
        ({"maxValueTime": "10:00:00"}, {"valueTime": "10:00:01"}, ["out_of_bounds"]),
        ({"maxLength": 3}, {"valueString": "chữ"}, []), ({"maxLength": 3}, {"valueString": "chữ A"}, ["too_long"]),
    ],
)  # fmt: skip
def test_a_value_stays_within_its_bounds(bound, value, codes_told):
    found = codes(said(observation(**value), element("Observation.value[x]", **bound)))

    assert found == [f"validation.{one}" for one in codes_told]


# ── Paths ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$this", [("$this", "")]),
        ("coding.code", [("coding", ""), ("code", "")]),
        ("$this.resolve()", [("$this", ""), ("resolve()", "")]),
        ("item.resolve().code", [("item", ""), ("resolve()", ""), ("code", "")]),
        (f"extension('{URL}').value", [("extension()", URL), ("value", "")]),
        ("value.ofType(Reference).resolve()", [("value", ""), ("ofType()", "Reference"), ("resolve()", "")]),
    ],
)  # fmt: skip
def test_a_path_is_read_as_the_part_of_fhirpath_that_it_may_be(path, steps):
    assert values.steps(path) == steps


def test_a_function_that_is_not_allowed_there_matches_nothing():
    node = tree.Node("x", slices={"a": tree.Node("x", pattern="1")})
    node.slicing = tree.Slicing((("value", "first().code"),))

    value = values.Value({"code": "1"}, "Coding", "Coding")
    assert slicing.slice_of(node, value, lambda *_: True, lambda _: None) is None
