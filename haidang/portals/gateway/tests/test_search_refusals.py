"""What a search says when it cannot be carried out as it was asked for."""

import pytest

from haidang.kernel import fhirjson
from haidang.portals.gateway.tests.fhir_client import Fhir, read, weight

pytestmark = pytest.mark.django_db

UNREADABLE = [
    ("Observation", "date=yesterday", "date"), ("Observation", "date=ge2026,soon", "date"),
    ("Encounter", "length=gtmany", "length"), ("RiskAssessment", "probability=half", "probability"),
    ("Observation", "value-quantity=5|mg", "value-quantity"), ("Location", "near=here", "near"),
    ("Observation", "_lastUpdated=x", "_lastUpdated"), ("Patient", "identifier=a|b|c", "identifier"),
    ("Patient", "active:missing=perhaps", "active:missing"), ("Condition", "code:below=I10", "code:below"),
    ("Observation", "code-value-quantity=1", "code-value-quantity"),
    ("Observation", "code-value-quantity=8480-6$high", "code-value-quantity"),
    ("Observation", "patient.birthdate=x", "patient.birthdate"),
    ("Observation", "subject:Patient._has:Encounter:subject:date=x", "subject:Patient._has:Encounter:subject:date"),
    ("Patient", "_has:Observation:patient:date=x", "_has:Observation:patient:date"),
    ("Patient", "birthdate=ge1980&birthdate=x", "birthdate"),
    ("Patient", "birthdate=２０２０", "birthdate"), ("Observation", "value-quantity=５", "value-quantity"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "query", "name"), UNREADABLE)
def test_who_cannot_be_read_is_named_and_not_its_value(hospital, kind, query, name):
    answer = hospital.get(f"{kind}?{query}")

    (issue,) = read(answer)["issue"]
    assert answer.status_code == 400
    assert issue["details"]["coding"][0]["code"] == "records.search_unreadable"
    assert fhirjson.loads(issue["diagnostics"]) == {"name": name}


@pytest.mark.parametrize("name", ["_since", "start", "end"])
def test_an_unreadable_date_of_an_operation_is_named(hospital, patient, name):
    answer = hospital.get(f"Patient/{patient['id']}/$everything?{name}=yesterday")

    assert answer.status_code == 400
    assert fhirjson.loads(read(answer)["issue"][0]["diagnostics"]) == {"name": name}
    assert (
        hospital.get(
            f"Patient/{patient['id']}/$everything?{name}=2026-01-01T00:00:00+07:00"
        ).status_code
        == 200
    )


def test_an_address_of_this_server_means_the_resource(hospital, patient):
    """As a `fullUrl` of an answer has it, whatever name the server was reached by."""
    hospital.post("Observation", weight(patient))
    (entry,) = read(hospital.get(f"Patient?_id={patient['id']}"))["entry"]
    address = entry["fullUrl"]

    def found(query):
        return len(read(hospital.get(query, Prefer="handling=strict")).get("entry", ()))

    assert address == f"http://testserver/fhir/Patient/{patient['id']}"
    for name in ("patient", "subject", "subject:Patient"):
        assert found(f"Observation?{name}={address}") == 1
        assert found(f"Observation?{name}=Patient/none,{address}/_history/1") == 1
    assert found("Observation?subject=http://testserver/fhir/Patient/none") == 0
    assert found(f"Observation?subject={address.replace('testserver', 'elsewhere.vn')}") == 0
    sent = hospital.http.post(
        "/fhir/Observation/_search",
        f"patient={address}",
        content_type="application/x-www-form-urlencoded",
    )
    assert len(read(sent)["entry"]) == 1


def test_an_address_that_is_no_reference_stays_what_it_is(hospital):
    """A code list may have its address below this server."""
    made = {"resourceType": "ValueSet", "status": "active", "url": "http://testserver/fhir/ValueSet/x"}  # fmt: skip
    registered = Fhir(None, ["gateway.use_fhir", "gateway.see_whole_city", "system/*.cruds"])
    assert registered.post("ValueSet", made).status_code == 201

    for query in (
        "url=http://testserver/fhir/ValueSet/x",
        "url:below=http://testserver/fhir/ValueSet",
    ):
        assert len(read(registered.get(f"ValueSet?{query}"))["entry"]) == 1


def test_includes_are_not_mixed_with_texts_alone(hospital, patient):
    """R4, "_summary": they cannot be mixed with `_summary=text`."""
    asked = "Observation?_summary=text&_include=Observation:patient&_revinclude:iterate=Provenance:target"
    plain = read(hospital.get(asked))
    strict = hospital.get(asked, Prefer="handling=strict")

    assert plain["link"][0]["url"].endswith("Observation?_summary=text")
    assert strict.status_code == 400
    assert fhirjson.loads(read(strict)["issue"][0]["diagnostics"]) == {"name": "_include"}
    assert (
        hospital.get(asked.replace("=text", "=data"), Prefer="handling=strict").status_code == 200
    )


def test_a_search_by_form_of_more_than_an_address_holds_is_one_page_or_refused(hospital, patient):
    """Its next page is an address: one that no server takes would look like the end to a client."""
    hospital.post("Observation", weight(patient))
    hospital.post("Observation", weight(patient))
    others = ",".join(f"{100_000 + n}.25" for n in range(6000))
    values = f"value-quantity=61.50,{others}&patient={patient['id']}"

    def asked(count):
        form = "application/x-www-form-urlencoded"
        return hospital.http.post("/fhir/Observation/_search", f"{values}&_count={count}", content_type=form)  # fmt: skip

    refused, whole = asked(1), asked(2)
    (issue,) = read(refused)["issue"]
    assert (refused.status_code, whole.status_code) == (413, 200)
    assert issue["details"]["coding"][0]["code"] == "fhir.search_too_long"
    assert len(read(whole)["entry"]) == 2
