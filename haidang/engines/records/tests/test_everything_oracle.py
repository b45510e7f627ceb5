"""`$everything` against the compartment definition of R4, walked by other means than the engine's."""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.tests import oracle
from haidang.engines.records.tests.mixture import Mixture
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor

pytestmark = pytest.mark.usefixtures("everything_open")
BY = actor.SYSTEM


@pytest.fixture
def resources():
    found = Mixture(seed=11, size=12).all
    people = [one["id"] for one in found if one["resourceType"] == "Patient"]
    me, other = ({"reference": f"Patient/{id}"} for id in people[:2])
    found += [
        {"resourceType": "Practitioner", "id": "d"},
        {"resourceType": "Location", "id": "l"},
        {"resourceType": "Observation", "id": "performed", "status": "final", "code": {"text": "x"}, "subject": other, "performer": [me]},
        {"resourceType": "Group", "id": "both", "type": "person", "actual": True, "member": [{"entity": me}, {"entity": other}]},
        {"resourceType": "RelatedPerson", "id": "mother", "patient": me},
        {"resourceType": "Coverage", "id": "payer", "status": "active", "beneficiary": other, "payor": [me]},
        {"resourceType": "Appointment", "id": "meeting", "status": "booked", "participant": [{"actor": me, "status": "accepted"}, {"actor": {"reference": "Location/l"}, "status": "accepted"}]},
        {"resourceType": "Procedure", "id": "cut", "status": "completed", "subject": me, "performer": [{"actor": {"reference": "Practitioner/d"}}], "performedDateTime": "2024-02-29", "report": [{"reference": "DiagnosticReport/elsewhere"}], "extension": [{"url": "urn:seen-with", "valueReference": {"reference": "Device/machine/_history/1"}}]},
        {"resourceType": "DiagnosticReport", "id": "elsewhere", "status": "final", "code": {"text": "x"}},
        {"resourceType": "Device", "id": "machine"},
        {"resourceType": "Provenance", "id": "of-me", "recorded": "2026-01-01T00:00:00Z", "target": [me, other], "agent": [{"who": {"display": "x"}}]},
        {"resourceType": "Patient", "id": "linked", "link": [{"other": me, "type": "seealso"}]},
    ]  # fmt: skip
    records.save_all(found, by=BY)
    return found


def compartment_of(resources, patient):
    """Everything in a Patient's compartment by R4's list, and what that refers to."""
    (definition,) = terminology.definitions("compartments")
    params = {row["code"]: row.get("param", []) for row in definition["resource"]}
    by_ref = {f"{one['resourceType']}/{one['id']}": one for one in resources}
    inside = {
        ref
        for ref, one in by_ref.items()
        if ref == patient
        or any(patient in _targets(one, code) for code in params.get(one["resourceType"], ()))
    }
    named = {target for ref in inside for target in _references(by_ref[ref])}
    return inside, {ref for ref in named if ref in by_ref}


def _targets(resource, code):
    if not oracle.definition(resource["resourceType"], code):
        return ()
    return [v.get("reference") for v in oracle.values(resource, code) if isinstance(v, dict)]


def _references(value):
    if isinstance(value, list):
        return [ref for one in value for ref in _references(one)]
    if not isinstance(value, dict):
        return []
    own = [value["reference"]] if isinstance(value.get("reference"), str) else []
    own = [ref.partition("/_history/")[0] for ref in own]
    return own + [ref for one in value.values() for ref in _references(one)]


def test_everything_is_the_compartment_and_what_it_names(resources):
    for one in [one for one in resources if one["resourceType"] == "Patient"]:
        ref = f"Patient/{one['id']}"
        inside, named = compartment_of(resources, ref)

        found = [each.ref for each in records.everything(ref)]

        assert set(found) == inside | named, ref
        assert len(found) == len(set(found))
        assert found[0] == ref
        assert set(found[: len(inside)]) == inside


def pages(ref, between=lambda: None, **asked):
    found, cursor = [], None
    while True:
        page = records.everything_page(ref, cursor=cursor, **asked)
        found.append([each.ref for each in page.shown])
        cursor = page.next_cursor
        if cursor is None:
            return page.total, found
        between()


@pytest.mark.parametrize("count", [1, 3, 1000])
def test_pages_are_complete_and_disjoint(resources, count):
    ref = next(f"Patient/{one['id']}" for one in resources if one["resourceType"] == "Patient")
    whole = [each.ref for each in records.everything(ref)]

    total, found = pages(ref, count=count)

    assert [one for page in found for one in page] == whole
    assert total == len(whole)
    assert all(len(page) == count for page in found[:-1])


def test_what_is_written_between_pages_shifts_nothing(resources):
    ref = next(f"Patient/{one['id']}" for one in resources if one["resourceType"] == "Patient")
    whole = [each.ref for each in records.everything(ref)]

    def write():
        records.save(
            {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": {"reference": ref}}, by=BY
        )  # fmt: skip
        stored = records.get("Procedure/cut")
        records.save({**stored.resource, "note": [{"text": str(stored.version)}]}, by=BY)

    _total, found = pages(ref, write, count=2)

    assert [one for page in found for one in page] == whole


def test_a_cursor_belongs_to_its_question(resources):
    ref = next(f"Patient/{one['id']}" for one in resources if one["resourceType"] == "Patient")
    page = records.everything_page(ref, count=1)

    with pytest.raises(Exception, match="Dấu trang"):
        records.everything_page(ref, count=1, cursor=page.next_cursor, types=["Observation"])
