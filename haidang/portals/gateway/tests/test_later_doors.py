"""Every door once more, for what is closed after the token was given: by a denial or a label.

The doors and what they are asked are those of `test_denied_doors`.
"""

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.fhir import hooks
from haidang.portals.gateway.tests import leaking, smart_app, subscribing
from haidang.portals.gateway.tests import test_denied_doors as doors
from haidang.portals.gateway.tests.test_export_files import System
from haidang.portals.gateway.tests.test_no_leaks import service

house, receiver = doors.house, subscribing.receiver
#: What an app is given that was opened for Mai, and one that sees what its user sees.
SCOPES = {"of the person": "launch/patient patient/*.rs", "of the user": "user/*.rs"}
#: Doors by which an app gets nothing of a record, denied or not.
SHUT_TO_APPS = {"match_of_patient", "docref_of_documentreference"}
#: Where the person is shown and no result: there a label on results shows nothing either way.
WITHOUT_RESULTS = {"match_of_patient", "docref_of_documentreference", "summary_of_patient", "summary_pdf", "summary_of_patient_instance"}  # fmt: skip


def of_doctor(org, scope):
    more = {"patient": "mai"} if "launch" in scope else {}
    return smart_app.App(smart_app.account(f"bs.{org}", ("doctor", org))).fhir(scope, **more)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("door", doors.CASES)
def test_an_app_shows_nothing_that_is_denied_after_it_was_opened(door, scope):
    denied, free = (of_doctor(org, SCOPES[scope]) for org in (doors.DENIED, doors.FREE))
    before = doors.CASES[door](denied)

    doors.say(doors.deny(doors.DENIED))

    assert doors.CASES[door](denied) & (doors.WHOLE | set(doors.COUNTS)) == set()
    assert doors.CASES[door](free) >= before
    assert before & doors.WHOLE or door in SHUT_TO_APPS


def relabel(code):
    """Mark a result of Mai as restricted, or very restricted, by a version of its own."""
    with access.reach(actor.SYSTEM, people="all"):
        found = records.get("Observation/mai-lab").resource
        meta = {"security": [{"system": leaking.LABEL, "code": code}]}
        records.save({**found, "meta": meta}, by=actor.SYSTEM)


ASKERS = {
    "app of the person": lambda: of_doctor(doors.DENIED, SCOPES["of the person"]),
    "app of the user": lambda: of_doctor(doors.DENIED, SCOPES["of the user"]),
    "system": lambda: System(scopes=["system/*.rs"], org=doors.DENIED, ceiling="N").token(),
}


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("door", doors.CASES)
def test_nobody_below_it_is_shown_what_was_labelled_after_the_token_was_given(door, asker):
    below, free = ASKERS[asker](), service(doors.FREE, "system/*.rs")
    before = doors.CASES[door](below)

    relabel("R")

    assert "mark-mai-lab" not in doors.CASES[door](below)
    if "mark-mai-lab" in before:
        assert "mark-mai-lab" in doors.CASES[door](free)
    else:
        assert door in WITHOUT_RESULTS


def test_a_subscription_tells_nothing_of_what_was_labelled_after_it_was_made(own_database, receiver):  # fmt: skip
    clock = subscribing.Clock()
    courier = records.subscriptions.Courier(hooks.MANNER, clock=clock)
    low, high = (System(scopes=["system/*.cruds"], org=doors.DENIED, ceiling=one).token("system/*.cruds") for one in ("N", ""))  # fmt: skip
    ids = [fhirjson.loads(fhir.send("post", "Subscription", subscribing.wish(receiver.up())).content)["id"] for fhir in (low, high)]  # fmt: skip
    subscribing.run(courier)
    with access.reach(actor.SYSTEM, people="all"):
        lab = records.get("Observation/mai-lab").resource
        records.save({**lab, "language": "en"}, by=actor.SYSTEM)
    records.subscriptions.match(hooks.MANNER, now=clock())  # it is an event, and not sent yet

    relabel("R")
    subscribing.run(courier)
    courier.close()

    def of(id):
        told = [body for body in receiver.got() if id in body["entry"][0]["request"]["url"]]
        return b"mark-mai-lab" in fhirjson.dumps(told)

    assert (of(ids[0]), of(ids[1])) == (False, True)
    again = [fhir.get(f"Subscription/{id}/$events").content for fhir, id in zip((low, high), ids, strict=True)]  # fmt: skip
    assert [b"mark-mai-lab" in each for each in again] == [False, True]
