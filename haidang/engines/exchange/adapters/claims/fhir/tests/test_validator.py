"""What becomes of the dossiers of a hospital passes the validator of the records, and the profiles."""

import functools

import pytest

from haidang.engines.exchange.adapters.claims import tables
from haidang.engines.exchange.adapters.claims.fhir import to_fhir
from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson, systems
from simulators import his

SEED, DOSSIERS = 20, 60
PROFILES = {
    "Patient": "vn-patient",
    "Coverage": "vn-coverage",
    "Encounter": "vn-encounter",
}


@functools.cache
def made(form):
    """Every resource of sixty visits and their check-ins, as it is stored."""
    dossiers = his.with_check_ins(his.generate(SEED, DOSSIERS, form=form))
    return [fhirjson.loads(fhirjson.dumps(each)) for one in dossiers for each in _mapped(one)]


def _mapped(dossier):
    if dossier.is_check_in:
        return to_fhir.map_check_in(dossier.rows("XML0")[0], "Patient/p1", synthetic=True)
    received = "2026-03-02T10:00:00+07:00"
    rest = to_fhir.map(dossier, "Patient/p1", received=received, message_ref="m1", synthetic=True)
    return [*rest, to_fhir.patient(dossier)]


@pytest.mark.parametrize("form", tables.FORMS)
def test_all_of_it_has_the_right_shape(form):
    resources = made(form)

    assert len({each["resourceType"] for each in resources}) >= 17
    assert [fault for each in resources for fault in _refused(each)] == []


def _refused(resource):
    try:
        records.validation.check_shape(resource)
    except errors.RuleBroken as why:
        return why.facts["issues"]
    return []


@pytest.mark.django_db
@pytest.mark.usefixtures("everything_open")
@pytest.mark.parametrize("form", tables.FORMS)
def test_it_keeps_to_the_invariants(form):
    """One in nine, because FHIRPath is slow: every type is among them."""
    told = [fault for each in made(form)[::9] for fault in _said(each)]

    assert [fault for fault in told if "error" in fault or "rule_not_judged" in fault[1]] == []


def _said(resource, *profiles):
    found = records.validation.validate(resource, profiles=profiles)
    return [(each.severity, each.code, each.expression, each.message) for each in found]


@pytest.mark.django_db
@pytest.mark.usefixtures("everything_open")
@pytest.mark.parametrize("kind", PROFILES)
def test_it_keeps_to_the_vietnamese_profiles(kind):
    profile = systems.profile(PROFILES[kind])
    # A check-in (XML0) tells of a visit that has only begun: no profile is claimed for it.
    chosen = [
        each for each in made("3176") if each["resourceType"] == kind and "contained" not in each
    ]

    told = [fault for each in chosen[:20] for fault in _said(each, profile)]

    assert chosen
    assert [fault for fault in told if "error" in fault] == []
