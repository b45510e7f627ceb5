"""A real receiver that is down, slow, wrong or dies, a right that is lost, and a worker that is killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor
from haidang.portals.gateway.fhir import doors, hooks
from haidang.portals.gateway.tests import subscribing
from haidang.portals.gateway.tests.fhir_client import Fhir, read
from haidang.portals.gateway.tests.subscribing import (
    Clock,
    events_of,
    person,
    run,
    state,
    subscribed,
    weigh,
    wish,
)

receiver, clock = subscribing.receiver, subscribing.clock
courier, hospital = subscribing.courier, subscribing.hospital


def test_who_lost_sight_meanwhile_is_sent_no_more_than_a_number(own_database, clock, receiver):
    receiver.up()
    hospital, courier = Fhir("31001"), records.subscriptions.Courier(hooks.MANNER, clock=clock)
    subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    patient = person(hospital)
    weigh(hospital, patient, 61)
    while records.subscriptions.match(hooks.MANNER, now=clock()):
        pass
    with access.reach(actor.SYSTEM, people="all"):
        access.unrelate(records.rid(f"Patient/{patient}"), "31001", basis=doors.BASIS)
    run(courier)
    courier.close()

    assert receiver.events() == [(1, "")]
    assert len(receiver.got()[-1]["entry"]) == 1


def test_a_receiver_that_was_down_gets_everything_later(hospital, courier, receiver, clock):
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    receiver.down()
    patient = person(hospital)
    for kilograms in (60, 61, 62):
        weigh(hospital, patient, kilograms)
    run(courier)
    assert receiver.events() == []

    for _attempt in range(3):
        clock.on(hours=1)
        run(courier)
    assert (state(hospital, id)["status"], bool(state(hospital, id)["error"])) == ("error", True)
    receiver.up()
    clock.on(hours=1)
    run(courier)

    assert [number for number, _focus in receiver.events()] == [1, 2, 3]
    assert state(hospital, id)["status"] == "active"
    assert "error" not in state(hospital, id)


@pytest.mark.parametrize("mood", ["500", "cut", "slow", "moved"])
def test_what_is_not_acknowledged_is_sent_again(hospital, courier, receiver, clock, mood):
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"], timeout=1)
    weigh(hospital, person(hospital), 61)
    receiver.mood(mood)
    run(courier)
    assert receiver.events() == []
    clock.on(seconds=9)
    run(courier)
    assert (
        records.subscriptions.standing(id, by=_owner(hospital)).failures == 1
    )  # it waits its time
    receiver.mood("ok")
    clock.on(seconds=2)
    run(courier)

    assert [number for number, _focus in receiver.events()] == [1]


def _owner(client):
    return actor.Actor(ref=client.ref, name="", kind=actor.CLIENT)


def test_after_many_failures_it_is_off_and_comes_back_with_all_that_it_missed(
    hospital, courier, receiver, clock, settings
):
    settings.HAIDANG_HOOK_FAILURES = 2
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    receiver.mood("500")
    patient = person(hospital)
    weigh(hospital, patient, 60)
    for _attempt in range(3):
        run(courier)
        clock.on(hours=1)
    off = state(hospital, id)
    weigh(hospital, patient, 61)  # while it is off
    run(courier)
    receiver.mood("ok")
    back = hospital.post(f"Subscription/{id}/$restart", {"resourceType": "Parameters"})
    weigh(hospital, patient, 62)
    run(courier)

    assert (off["status"], off["error"]) == ("off", "HTTP 500")
    assert back.status_code == 200
    assert [number for number, _focus in receiver.events()] == [1, 2, 3]
    assert state(hospital, id)["status"] == "active"


_WORKER = """
import django, time
django.setup()
from haidang.engines.records import api as records
from haidang.portals.gateway.fhir import doors, hooks
courier = records.subscriptions.Courier(hooks.MANNER)
while True:
    records.subscriptions.match(hooks.MANNER, at_once=20)
    courier.step()
"""


def _worker():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
        "HAIDANG_HOOKS_TO_LOOPBACK": "1",
    }
    return subprocess.Popen([sys.executable, "-c", _WORKER], env=environment)


def test_two_hundred_changes_of_twenty_people_arrive_in_order_though_the_worker_is_killed(
    own_database, receiver
):
    receiver.up()
    hospital = Fhir("31001")
    people = [person(hospital, f"Người {n}") for n in range(20)]
    id = read(
        hospital.post(
            "Subscription", wish(receiver, filters=["Observation?status=final"], **{"max-count": 3})
        )
    )["id"]
    for kilograms in range(10):
        for patient in people:
            weigh(hospital, patient, 40 + kilograms)
    worker = _worker()
    _until(lambda: len(receiver.events()) >= 40)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)
    clock = Clock()
    clock.now = datetime.now(UTC) + timedelta(minutes=5)  # the lease of the dead one is over
    courier = records.subscriptions.Courier(hooks.MANNER, clock=clock)
    run(courier)
    courier.close()

    first_heard, weights = set(), {}
    for bundle in receiver.got():
        for (number, _focus), entry in zip(events_of(bundle), bundle["entry"][1:], strict=True):
            if number not in first_heard:
                first_heard.add(number)
                resource = entry["resource"]
                weights.setdefault(resource["subject"]["reference"], []).append(
                    int(resource["valueQuantity"]["value"])
                )
    assert first_heard == set(range(1, 201))
    assert weights == {f"Patient/{patient}": list(range(40, 50)) for patient in people}
    assert state(hospital, id)["status"] == "active"


def _until(true, seconds=60):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    assert true()
