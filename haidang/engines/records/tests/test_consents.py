"""Denials of Consents that were stored without them, or that have come to mean something else."""

import json

import pytest
from click.testing import CliRunner

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import console
from haidang.kernel import actor, systems

BY = actor.SYSTEM
FIRST, SECOND = "31001", "31002"


def facility(code):
    named = [{"system": systems.FACILITY, "value": code}] if code else []
    return {"resourceType": "Organization", "id": "h", "name": "BV", **({"identifier": named} if named else {})}  # fmt: skip


def no(id, of, status="active"):
    return {"resourceType": "Consent", "id": id, "status": status, "patient": {"reference": f"Patient/{of}"},
            "provision": {"type": "deny", "actor": [{"reference": {"reference": "Organization/h"}}]}}  # fmt: skip


@pytest.fixture
def rids(db):
    with access.reach(BY, people="all"):
        people = records.save_all([{"resourceType": "Patient", "id": id} for id in ("an", "binh", "chi")], by=BY)  # fmt: skip
        records.save(facility(FIRST), by=BY)
        records.save_all([no("one", "an"), no("two", "binh"), no("past", "chi", "inactive")], by=BY)
    return [one.rid for one in people]


def closed(rids, org=FIRST):
    return [access.denied(org, rid) is not None for rid in rids]


def test_what_was_stored_without_denials_gets_them_once(rids):
    access.set_denials("Consent/two", (), ())
    assert closed(rids) == [True, False, False]

    assert records.consents.uphold(mend=False).owing == 1
    assert records.consents.uphold().owing == 1

    assert closed(rids) == [True, True, False]
    assert records.consents.uphold().owing == 0


def test_denials_without_their_consent_go(rids):
    access.set_denials("Consent/lost", [rids[2]], [access.Forbidden(FIRST)])
    access.set_denials("Consent/past", [rids[2]], [access.Forbidden(FIRST)])
    assert closed(rids)[2]

    assert records.consents.uphold().owing == 2

    assert closed(rids) == [True, True, False]


def test_an_organization_that_gets_another_number_is_followed(rids):
    with access.reach(BY, people="all"):
        records.save(facility(SECOND), by=BY)

    records.consents.uphold()

    assert (closed(rids), closed(rids, SECOND)) == ([False] * 3, [True, True, False])


def test_what_cannot_be_held_to_any_more_is_named_and_stays_as_it_was(rids):
    with access.reach(BY, people="all"):
        records.save(facility(None), by=BY)

    done = CliRunner().invoke(console.command, ["uphold", "--json"])

    assert (done.exit_code, json.loads(done.output)["unfit"]) == (1, ["Consent/one", "Consent/two"])
    assert closed(rids) == [True, True, False]
