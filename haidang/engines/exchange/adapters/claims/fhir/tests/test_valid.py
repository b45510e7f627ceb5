"""Everything the mapping makes is valid FHIR R4, whatever the fields hold."""

import pytest
from hypothesis import HealthCheck, given, settings

from haidang.engines.exchange.adapters.claims import contents, tables
from haidang.engines.exchange.adapters.claims.fhir import to_fhir
from haidang.engines.exchange.adapters.claims.fhir.tests import r4, samples
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.kernel import fhirjson, ids

PERSON = "Patient/p1"
RECEIVED = "2026-03-02T10:00:00+07:00"
_CALM = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def faults(resources):
    stored = fhirjson.loads(fhirjson.dumps(resources))
    return [fault for resource in stored for fault in r4.faults(resource)]


@_CALM
@given(samples.dossiers())
def test_any_dossier_becomes_valid_resources(dossier):
    made = to_fhir.map(dossier, PERSON, received=RECEIVED, message_ref="m1", synthetic=True)

    assert faults([*made, to_fhir.patient(dossier)]) == []
    assert len({(r["resourceType"], r["id"]) for r in made}) == len(made)
    assert all(ids.is_fhir_id(r["id"]) for r in made)


@pytest.mark.parametrize("form", tables.FORMS)
@pytest.mark.parametrize("table", samples.MAPPED)
def test_a_full_row_of_each_table_is_valid(table, form):
    dossier = examples.outpatient("v")
    dossier.form = form
    dossier.tables[table] = [samples.full_row(table, form)]

    made = to_fhir.map(dossier, PERSON, received=RECEIVED, message_ref="m1")

    assert faults(made) == []
    assert [broken for resource in made for broken in r4.invariants_of(resource)] == []


def test_every_reference_to_the_visit_leads_somewhere():
    made = to_fhir.map(samples.typical(), PERSON, received=RECEIVED, message_ref="m1")

    there = {f"{r['resourceType']}/{r['id']}" for r in made} | {PERSON, "#stated"}

    assert {ref for r in made for ref in r4._references(r)} <= there


def test_moments_are_told_in_hanoi_time():
    made = to_fhir.map(samples.typical(), PERSON)

    encounter = made[0]

    assert encounter["period"] == {
        "start": "2026-03-02T08:00:00+07:00",
        "end": "2026-03-02T10:00:00+07:00",
    }


def test_a_usual_visit_is_lean():
    made = to_fhir.map(samples.typical(), PERSON, received=RECEIVED, message_ref="m1")

    assert len(made) <= 30


def test_a_check_in_is_valid():
    row = samples.full_row("XML0", "3176")

    made = to_fhir.map_check_in(row, PERSON, synthetic=True)

    assert faults(made) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"status": "finall"},
        {"status": None},
        {"issued": "2026-03-02"},
        {"subject": {"reference": "Claim/1"}},
        {"valueBoolean": True},
        {"unheard": 1},
        {"note": {"text": "a"}},
    ],
)
def test_the_checker_sees_faults(fault):
    sound = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "a"},
        "valueString": "b",
    }
    spoiled = {k: v for k, v in (sound | fault).items() if v is not None}

    assert r4.faults(sound) == []
    assert r4.faults(spoiled) != []


def test_every_field_of_the_forms_is_known_to_the_tests():
    assert all(samples.full_row(table, form) for form in tables.FORMS for table in tables.FRAMES)
    assert set(contents.template("XML1")) == set(samples.full_row("XML1", "3176"))
