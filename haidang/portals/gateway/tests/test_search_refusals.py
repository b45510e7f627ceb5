"""What a search says when it cannot be carried out as it was asked for."""

import pytest

from haidang.kernel import fhirjson
from haidang.portals.gateway.tests.fhir_client import read

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
]  # fmt: skip


@pytest.mark.parametrize(("kind", "query", "name"), UNREADABLE)
def test_who_cannot_be_read_is_named_and_not_its_value(hospital, kind, query, name):
    answer = hospital.get(f"{kind}?{query}")

    (issue,) = read(answer)["issue"]
    assert answer.status_code == 400
    assert issue["details"]["coding"][0]["code"] == "records.search_unreadable"
    assert fhirjson.loads(issue["diagnostics"]) == {"name": name}


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
