"""Writes are judged before they are stored, and $validate says what is wrong, without storing."""

import pytest

from haidang.engines.records import api as records
from haidang.kernel import fhirjson
from haidang.portals.gateway.tests.fhir_client import JSON, Fhir, code_of, read

pytestmark = pytest.mark.django_db
PERSON = {"resourceType": "Patient", "name": [{"text": "Người Thử Một"}], "gender": "female"}
VN_PATIENT = "https://haidang.vn/fhir/StructureDefinition/vn-patient"
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


@pytest.fixture
def hospital():
    return Fhir("31001")


@pytest.fixture
def patient(hospital):
    return read(hospital.post("Patient", PERSON))


def weight(patient, **more):
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Cân nặng"},
        "subject": {"reference": f"Patient/{patient['id']}"},
    } | more


def told(answer):
    """(severity, code, expression) of each issue of an outcome."""
    return [
        (i["severity"], i["details"]["coding"][0]["code"], i.get("expression", [None])[0])
        for i in read(answer)["issue"]
        if "coding" in i["details"]
    ]


def stored(hospital, kind):
    return read(hospital.get(f"{kind}?_summary=count&_total=accurate"))["total"]


# ── Writes ─────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_shape_is_refused_with_everything_that_is_wrong(hospital, patient):
    wrong = weight(patient, status="finall", unheard=1, issued="hôm qua")
    del wrong["code"]

    refused = hospital.post("Observation", wrong)

    assert refused.status_code == 422
    assert set(told(refused)) == {
        ("error", "validation.code", "Observation.status"),
        ("error", "validation.element_unknown", "Observation.unheard"),
        ("error", "validation.value", "Observation.issued"),
        ("error", "validation.missing", "Observation.code"),
    }
    assert stored(hospital, "Observation") == 0


@pytest.mark.parametrize("how", ["update", "update_matching", "create_if_none", "patch"])
def test_no_way_of_writing_passes_the_check(hospital, patient, how):
    made = read(hospital.post("Observation", weight(patient)))
    wrong = weight(patient, status="finall")

    refused = {
        "update": lambda: hospital.put(f"Observation/{made['id']}", wrong | {"id": made["id"]}),
        "update_matching": lambda: hospital.put(f"Observation?_id={made['id']}", wrong),
        "create_if_none": lambda: hospital.post(
            "Observation", wrong, **{"If-None-Exist": "status=amended"}
        ),
        "patch": lambda: hospital.patch(
            f"Observation/{made['id']}",
            [{"op": "replace", "path": "/status", "value": "finall"}],
        ),
    }[how]()

    assert (refused.status_code, code_of(refused)) == (422, "validation.code")
    assert read(hospital.get(f"Observation/{made['id']}"))["status"] == "final"


def test_a_transaction_tells_the_faults_of_all_its_entries_and_writes_nothing(hospital, patient):
    entries = [weight(patient), weight(patient, status="x"), weight(patient, note="a")]
    bundle = _bundle("transaction", entries)

    refused = hospital.post("", bundle)

    assert refused.status_code == 422
    assert told(refused) == [
        ("error", "validation.code", "Bundle.entry[1].resource.status"),
        ("error", "validation.shape", "Bundle.entry[2].resource.note"),
    ]
    assert stored(hospital, "Observation") == 0


def test_a_batch_refuses_its_bad_entry_alone(hospital, patient):
    answer = read(
        hospital.post("", _bundle("batch", [weight(patient), weight(patient, status="x")]))
    )

    good, bad = (entry["response"] for entry in answer["entry"])
    assert (good["status"][:3], bad["status"]) == ("201", "422")
    assert bad["outcome"]["issue"][0]["expression"] == ["Observation.status"]
    assert stored(hospital, "Observation") == 1


def test_references_within_a_bundle_are_judged_by_what_they_become(hospital, patient):
    organisation = {"resourceType": "Organization", "name": "A"}
    wrong = weight(patient) | {
        "subject": {"reference": "urn:uuid:6f6e7b6e-0000-4000-8000-000000000001"}
    }
    bundle = _bundle("transaction", [organisation, wrong])
    bundle["entry"][0]["fullUrl"] = "urn:uuid:6f6e7b6e-0000-4000-8000-000000000001"

    refused = hospital.post("", bundle)

    assert told(refused) == [
        ("error", "validation.reference_type", "Bundle.entry[1].resource.subject.reference")
    ]


def test_a_profile_that_is_claimed_has_to_be_kept(hospital):
    claimed = PERSON | {"meta": {"profile": [VN_PATIENT]}, "birthDate": "1995-06-06"}
    wrong = [{"system": "https://haidang.vn/fhir/sid/citizen-id", "value": "03109500012"}]
    right = [{"system": "https://haidang.vn/fhir/sid/citizen-id", "value": "031195000123"}]

    refused = hospital.post("Patient", claimed | {"identifier": wrong})
    taken = hospital.post("Patient", claimed | {"identifier": right})

    assert refused.status_code == 422
    assert told(refused) == [("error", "validation.invariant", "Patient.identifier[0]")]
    assert taken.status_code == 201


def test_a_profile_that_nobody_knows_refuses_nothing(hospital):
    claimed = PERSON | {"meta": {"profile": ["https://example.vn/unheard"]}}

    assert hospital.post("Patient", claimed).status_code == 201


def test_unsafe_narrative_is_taken_out_and_the_rest_stays(hospital):
    said = {
        "status": "additional",
        "div": XHTML.format("<p onclick='x()'>Chào</p><script>y()</script>"),
    }

    made = read(hospital.post("Patient", PERSON | {"text": said}))

    assert made["text"]["div"] == XHTML.format("<p>Chào</p>")
    assert read(hospital.get(f"Patient/{made['id']}"))["text"]["div"] == XHTML.format("<p>Chào</p>")


def test_decimals_pass_the_check_digit_for_digit(hospital, patient):
    content = (
        fhirjson.dumps(weight(patient))[:-1] + b',"valueQuantity":{"value":61.500,"unit":"kg"}}'
    )

    made = hospital.http.post("/fhir/Observation", content, content_type="application/fhir+json")

    assert b'"value":61.500' in hospital.get(f"Observation/{read(made)['id']}").content


@pytest.mark.parametrize("number", ["1E99999999", "1e9999999999999999999"])
def test_a_number_that_nothing_can_hold_is_refused(hospital, number):
    content = f'{{"resourceType":"Observation","valueQuantity":{{"value":{number}}}}}'

    refused = hospital.http.post("/fhir/Observation", content, content_type=JSON)

    assert (refused.status_code, code_of(refused)) == (400, "fhirjson.unreadable")


@pytest.mark.parametrize("path", ["Patient", "Patient/$validate"])
def test_a_property_that_stands_twice_is_refused(hospital, path):
    content = '{"resourceType":"Patient","gender":"male","gender":"female"}'

    refused = hospital.http.post(f"/fhir/{path}", content, content_type=JSON)

    assert (refused.status_code, code_of(refused)) == (400, "fhirjson.twice")


def test_with_rules_switched_on_invariants_refuse_too(hospital, settings):
    settings.HAIDANG_VALIDATION = "rules"
    wrong = {
        "resourceType": "Organization",
        "name": "A",
        "telecom": [{"system": "phone", "use": "home", "value": "1"}],
    }

    refused = hospital.post("Organization", wrong)

    assert told(refused) == [("error", "validation.invariant", "Organization.telecom[0]")]
    assert "org-3" in read(refused)["issue"][0]["diagnostics"]


def test_references_to_nothing_are_refused_where_they_have_to_resolve(hospital, patient, settings):
    nowhere = weight(patient, device={"reference": "Device/nowhere"})
    taken = hospital.post("Observation", nowhere)
    settings.HAIDANG_REFERENCES = "resolve"

    refused = hospital.post("Observation", nowhere)

    assert (taken.status_code, refused.status_code) == (201, 422)
    assert told(refused) == [
        ("error", "validation.reference_unresolved", "Observation.device.reference")
    ]


def test_references_within_a_bundle_resolve(hospital, patient, settings):
    settings.HAIDANG_REFERENCES = "resolve"
    device = {"resourceType": "Device", "id": "meter-1"}
    bundle = _bundle(
        "transaction", [device, weight(patient, device={"reference": "Device/meter-1"})]
    )
    bundle["entry"][0]["request"] = {"method": "PUT", "url": "Device/meter-1"}

    assert hospital.post("", bundle).status_code == 200


# ── $validate ──────────────────────────────────────────────────────────────────────────────


def test_validate_takes_the_resource_by_itself_or_in_parameters(hospital):
    wrong = PERSON | {"gender": "M"}
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": wrong}]}

    answers = [hospital.post("Patient/$validate", each) for each in (wrong, wrapped)]

    for answer in answers:
        assert answer.status_code == 200
        assert told(answer) == [("error", "validation.code", "Patient.gender")]


def test_validate_stores_nothing_and_says_when_all_is_well(hospital):
    answer = hospital.post("Patient/$validate", PERSON)

    (issue,) = read(answer)["issue"]
    assert (issue["severity"], issue["code"]) == ("information", "informational")
    assert stored(hospital, "Patient") == 0


def test_validate_judges_meaning_too(hospital, patient):
    odd = weight(
        patient,
        encounter={"reference": "Encounter/nowhere"},
        effectivePeriod={"start": "2026-02-01", "end": "2026-01-01"},
    )

    answer = hospital.post("Observation/$validate", odd)

    assert told(answer) == [
        ("error", "validation.invariant", "Observation.effective"),
        ("warning", "validation.reference_unresolved", "Observation.encounter.reference"),
    ]


def test_validate_warns_of_narrative_that_storing_would_change(hospital):
    said = {"status": "additional", "div": XHTML.format("<script>1</script>a")}

    answer = hospital.post("Patient/$validate", PERSON | {"text": said})

    assert told(answer) == [("warning", "validation.narrative", "Patient.text.div")]


def test_validate_tells_of_a_narrative_that_says_nothing(hospital):
    empty = PERSON | {"text": {"status": "generated", "div": XHTML.format("&#160;")}}

    answer = hospital.post("Patient/$validate", empty)

    assert told(answer) == [("warning", "validation.narrative_empty", "Patient.text.div")]
    assert read(hospital.post("Patient", empty))["text"]["div"] == XHTML.format("…")


def test_validate_of_a_stored_record(hospital, patient):
    path = f"Patient/{patient['id']}/$validate"

    assert read(hospital.get(path))["issue"][0]["severity"] == "information"
    assert read(hospital.get(f"{path}?profile={VN_PATIENT}"))["issue"][0]["severity"] == "error"


def test_modes_of_validate(hospital, patient):
    path, id = f"Patient/{patient['id']}/$validate", patient["id"]

    assert told(hospital.post("Patient/$validate?mode=create", PERSON | {"id": "a"})) == [
        ("warning", "validation.id_ignored", "Patient.id")
    ]
    assert told(hospital.post(f"{path}?mode=update", PERSON | {"id": "other"})) == [
        ("error", "fhir.id_differs", "Patient.id")
    ]
    assert told(hospital.post(f"{path}?mode=update", PERSON | {"id": id})) == []
    assert told(hospital.get(f"{path}?mode=delete")) == []
    assert hospital.get(f"Patient/{id}").status_code == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("Patient/$validate?mode=unheard", "fhir.mode_unknown"),
        ("Patient/$validate?mode=profile", "fhir.parameter_missing"),
        ("Patient/$validate?mode=delete", "fhir.instance_needed"),
        ("Patient/$validate?mode=update", "fhir.instance_needed"),
        ("Observation/$validate", "fhir.type_differs"),
    ],
)
def test_questions_that_cannot_be_answered(hospital, path, code):
    refused = hospital.post(path, PERSON)

    assert (refused.status_code, code_of(refused)) == (400, code)


def test_a_client_that_asks_for_strictness_hears_of_a_parameter_that_is_none(hospital):
    """A profile that is misspelled judges nothing."""
    path = f"Patient/$validate?profil={VN_PATIENT}"

    lenient = hospital.post(path, PERSON)
    strict = hospital.post(path, PERSON, Prefer="handling=strict")

    assert (lenient.status_code, told(lenient)) == (200, [])
    assert (strict.status_code, code_of(strict)) == (400, "fhir.parameter_unknown")


def test_validate_needs_a_scope_for_the_type():
    narrow = Fhir("31001", ["gateway.use_fhir", "system/Observation.cruds"])

    assert narrow.post("Patient/$validate", PERSON).status_code == 403


def test_references_do_not_tell_of_other_facilities_people(hospital, patient):
    other = Fhir("31002")

    answer = other.post("Observation/$validate", weight(patient))

    assert ("warning", "validation.reference_unresolved", "Observation.subject.reference") in told(
        answer
    )


# ── Profiles ───────────────────────────────────────────────────────────────────────────────


def test_published_profiles_are_read_and_named_in_the_statement(hospital):
    records.validation.publish()
    again = records.validation.publish()

    found = read(hospital.get(f"StructureDefinition?url={VN_PATIENT}"))
    statement = read(hospital.get("metadata"))

    (entry,) = found["entry"]
    assert entry["resource"]["title"] == "Người bệnh Việt Nam"
    assert {each.version for each in again} == {1}
    patient = next(r for r in statement["rest"][0]["resource"] if r["type"] == "Patient")
    assert patient["supportedProfile"] == [VN_PATIENT]


def _bundle(kind, resources):
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [
            {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}}
            for each in resources
        ],
    }


# ── Bundles ────────────────────────────────────────────────────────────────────────────────


def bundle(*resources, **more):
    entries = [
        {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}} | more
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def test_a_bundle_is_judged_entry_by_entry(hospital, patient):
    wrong = weight(patient, status="finall")

    answer = hospital.post("Bundle/$validate", bundle(PERSON, wrong, {**PERSON, "gender": "x"}))

    assert answer.status_code == 200
    assert set(told(answer)) == {
        ("error", "validation.code", "Bundle.entry[1].resource.status"),
        ("error", "validation.code", "Bundle.entry[2].resource.gender"),
    }


def test_what_an_entry_claims_of_a_profile_is_judged_where_it_stands(hospital):
    number = {"system": "https://haidang.vn/fhir/sid/citizen-id", "value": "03109500012"}
    claiming = {**PERSON, "meta": {"profile": [VN_PATIENT]}, "identifier": [number]}

    found = told(hospital.post("Bundle/$validate", bundle(PERSON, claiming)))

    assert ("error", "validation.invariant", "Bundle.entry[1].resource.identifier[0]") in found


def test_entries_that_refer_to_one_another_are_not_missed(hospital):
    person = {**PERSON, "id": "p1"}
    near = weight({"id": "p1"})
    by_name = weight({"id": "x"}) | {"subject": {"reference": "urn:uuid:0c5a"}}

    found = told(hospital.post("Bundle/$validate", bundle(person, near, by_name)))
    missing = told(hospital.post("Bundle/$validate", bundle(near)))

    assert [code for _, code, _ in found if code == "validation.reference_unresolved"] == []
    assert missing[0][1:] == (
        "validation.reference_unresolved",
        "Bundle.entry[0].resource.subject.reference",
    )


def test_a_bundle_is_judged_and_still_not_kept(hospital):
    assert code_of(hospital.get("Bundle")) == "fhir.type_unknown"
    assert code_of(hospital.post("Bundle", bundle(PERSON))) == "fhir.type_unknown"
