"""Subscriptions over HTTP, with a real receiver that is down, slow, wrong or dies, and a worker that is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson, systems
from haidang.portals.gateway.fhir import doors, hooks
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

TOPIC = f"{systems.BASE}/SubscriptionTopic"
IG = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
START = datetime(2036, 1, 1, tzinfo=UTC)  # later than what the test itself asks for
LAB = [
    {
        "coding": [
            {
                "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                "code": "laboratory",
            }
        ]
    }
]


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def on(self, **much):
        self.now += timedelta(**much)


class Receiver:
    """The receiver's process, seen from the test."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.mood("ok")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    def up(self):
        script = Path(__file__).with_name("receiver.py")
        self.process = subprocess.Popen([sys.executable, script, str(self.port), self.folder])
        until = time.monotonic() + 20
        while not (self.folder / "up").exists() and time.monotonic() < until:
            self.process.poll()
        return self

    def down(self):
        if self.process:
            self.process.kill()
            self.process.wait(timeout=10)
        self.process = None
        (self.folder / "up").unlink(missing_ok=True)

    def mood(self, mood):
        (self.folder / "mood").write_text(mood)

    def got(self):
        return [fhirjson.loads(path.read_bytes()) for path in sorted(self.folder.glob("*.json"))]

    def events(self):
        """(number, focus) of every event of every notification, as they came."""
        return [pair for bundle in self.got() for pair in events_of(bundle)]


def facts_of(bundle):
    parameters = bundle["entry"][0]["resource"]["parameter"]
    return {
        p["name"]: next((v for k, v in p.items() if k.startswith("value")), None)
        for p in parameters
    }


def events_of(bundle):
    told = []
    for parameter in bundle["entry"][0]["resource"]["parameter"]:
        if parameter["name"] == "notification-event":
            part = {p["name"]: p for p in parameter["part"]}
            focus = part.get("focus", {}).get("valueReference", {}).get("reference", "")
            told.append(
                (int(part["event-number"]["valueString"]), focus.removeprefix(f"{systems.BASE}/"))
            )
    return told


@pytest.fixture
def receiver(tmp_path, settings):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = True
    made = Receiver(tmp_path)
    yield made
    made.down()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def courier(clock, db):
    made = records.subscriptions.Courier(hooks.MANNER, clock=clock)
    yield made
    made.close()


@pytest.fixture
def hospital(db):
    return Fhir("31001")


def wish(
    receiver, topic="record-changed", filters=(), content="full-resource", header=(), **periods
):
    found = {
        "resourceType": "Subscription", "status": "requested", "reason": "thử",
        "criteria": f"{TOPIC}/{topic}",
        "channel": {
            "type": "rest-hook", "endpoint": getattr(receiver, "url", receiver), "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": f"{IG}/backport-payload-content", "valueCode": content}]},
            "extension": [{"url": f"{IG}/backport-{name}", "valueInteger": n} for name, n in periods.items()],
        },
    }  # fmt: skip
    if filters:
        listed = [{"url": f"{IG}/backport-filter-criteria", "valueString": one} for one in filters]
        found["_criteria"] = {"extension": listed}
    if header:
        found["channel"]["header"] = list(header)
    found["channel"] = {k: v for k, v in found["channel"].items() if v}
    return found


def run(courier):
    """Match and send until nothing is left to do now."""
    while records.subscriptions.match(hooks.MANNER, now=courier.clock()):
        pass
    while courier.step() or courier.flying:
        courier.finish()


def person(client, name="Người Thử"):
    return read(client.post("Patient", {"resourceType": "Patient", "name": [{"text": name}]}))["id"]


def weigh(client, patient, kilograms, **more):
    return client.post("Observation", {
        "resourceType": "Observation", "status": "final", "code": {"text": "Cân nặng"},
        "subject": {"reference": f"Patient/{patient}"}, "valueQuantity": {"value": kilograms}, **more,
    })  # fmt: skip


def subscribed(client, courier, receiver, **more):
    made = client.post("Subscription", wish(receiver, **more))
    assert made.status_code == 201, made.content
    run(courier)
    return read(made)["id"]


def state(client, id):
    return read(client.get(f"Subscription/{id}"))


def test_a_subscription_shakes_hands_then_tells_what_happens(hospital, courier, receiver):
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    patient = person(hospital)
    observation = read(weigh(hospital, patient, 61))
    run(courier)

    hands, told = receiver.got()
    assert facts_of(hands)["type"] == "handshake"
    assert facts_of(told) | {
        "type": "event-notification",
        "topic": f"{TOPIC}/record-changed",
    } == facts_of(told)
    assert events_of(told) == [(1, f"Observation/{observation['id']}")]
    assert told["entry"][1]["resource"] == observation
    assert (told["type"], told["entry"][1]["request"]["method"]) == ("history", "POST")
    assert state(hospital, id)["status"] == "active"


@pytest.mark.parametrize(
    ("content", "focus", "resource"),
    [("empty", False, False), ("id-only", True, False), ("full-resource", True, True)],
)
def test_no_more_is_told_than_was_asked_for(hospital, courier, receiver, content, focus, resource):
    receiver.up()
    subscribed(hospital, courier, receiver, content=content, filters=["Observation?status=final"])
    patient = person(hospital)
    weigh(hospital, patient, 61)
    run(courier)

    told = receiver.got()[-1]
    assert bool(events_of(told)[0][1]) is focus
    assert any("resource" in entry for entry in told["entry"][1:]) is resource
    looks = [
        look.what
        for look in ledger.looks_at(f"Patient/{patient}")
        if look.what == "fhir.subscription"
    ]
    assert len(looks) == (1 if focus else 0)


def test_another_facility_hears_nothing_of_people_whom_it_does_not_care_for(
    hospital, courier, receiver
):
    receiver.up()
    other = Fhir("31002")
    id = subscribed(other, courier, receiver)
    weigh(hospital, person(hospital), 61)
    run(courier)

    assert receiver.events() == []
    assert (
        facts_of({"entry": read(other.get(f"Subscription/{id}/$status"))["entry"]})[
            "events-since-subscription-start"
        ]
        == "0"
    )


def test_scopes_hold_for_what_is_sent(hospital, courier, receiver):
    receiver.up()
    narrow = Fhir("31001", ["gateway.use_fhir", "system/Subscription.crus", "system/Patient.rs"])
    subscribed(narrow, courier, receiver)
    patient = person(hospital)
    weigh(hospital, patient, 61)
    run(courier)

    assert [focus for _n, focus in receiver.events()] == [f"Patient/{patient}"]


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


def test_events_are_sent_again_from_a_number_and_told_when_asked(hospital, courier, receiver):
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    patient = person(hospital)
    for kilograms in (60, 61, 62):
        weigh(hospital, patient, kilograms)
    run(courier)
    number = {
        "resourceType": "Parameters",
        "parameter": [{"name": "eventsSinceNumber", "valueInteger": 2}],
    }
    hospital.post(f"Subscription/{id}/$restart", number)
    run(courier)
    asked = read(
        hospital.get(
            f"Subscription/{id}/$events?eventsSinceNumber=2&eventsUntilNumber=2&content=id-only"
        )
    )

    assert [n for n, _focus in receiver.events()] == [1, 2, 3, 2, 3]
    assert [n for n, _focus in events_of(asked)] == [2]
    assert (facts_of(asked)["type"], "resource" in asked["entry"][1]) == ("query-event", False)


def test_a_heartbeat_comes_when_nothing_happens(hospital, courier, receiver, clock):
    receiver.up()
    subscribed(hospital, courier, receiver, **{"heartbeat-period": 60})
    clock.on(seconds=59)
    run(courier)
    assert len(receiver.got()) == 1
    clock.on(seconds=1)
    run(courier)

    assert facts_of(receiver.got()[-1])["type"] == "heartbeat"


def test_the_end_of_a_subscription_is_kept(hospital, courier, receiver, clock):
    receiver.up()
    made = hospital.post("Subscription", wish(receiver) | {"end": "2036-01-01T12:00:00+07:00"})
    id = read(made)["id"]
    run(courier)
    clock.on(days=1)
    person(hospital)
    run(courier)

    assert state(hospital, id)["status"] == "off"
    assert receiver.events() == []


def test_a_discharge_is_told_once_when_it_happens(hospital, courier, receiver):
    receiver.up()
    subscribed(hospital, courier, receiver, topic="discharge")
    visit = {"resourceType": "Encounter", "status": "in-progress", "class": {"code": "IMP"},
             "subject": {"reference": f"Patient/{person(hospital)}"}}  # fmt: skip
    made = read(hospital.post("Encounter", visit))
    for status, priority in (("finished", "a"), ("finished", "b")):
        changed = made | {"status": status, "priority": {"text": priority}}
        made = read(hospital.put(f"Encounter/{made['id']}", changed))
    run(courier)

    assert receiver.events() == [(1, f"Encounter/{made['id']}")]


def test_results_and_notifiable_diagnoses_are_topics(hospital, courier, receiver):
    receiver.up()
    for topic in ("lab-result", "notifiable-diagnosis"):
        subscribed(hospital, courier, receiver, topic=topic)
    patient = person(hospital)
    weigh(hospital, patient, 60)
    result = read(weigh(hospital, patient, 61, category=LAB))["id"]

    def diagnosed(code):
        return read(hospital.post("Condition", {
            "resourceType": "Condition", "subject": {"reference": f"Patient/{patient}"},
            "code": {"coding": [{"system": systems.ICD10, "code": code}]}}))["id"]  # fmt: skip

    measles = diagnosed("B05")
    diagnosed("I10")
    run(courier)

    assert sorted(focus for _n, focus in receiver.events()) == [
        f"Condition/{measles}",
        f"Observation/{result}",
    ]


def test_a_deletion_is_told_to_who_saw_what_it_deleted(hospital, courier, receiver):
    receiver.up()
    patient = person(hospital)
    observation = read(weigh(hospital, patient, 60))["id"]
    subscribed(hospital, courier, receiver, filters=[f"Observation?patient=Patient/{patient}"])
    hospital.delete(f"Observation/{observation}")
    run(courier)

    told = receiver.got()[-1]
    assert events_of(told) == [(1, f"Observation/{observation}")]
    assert told["entry"][1]["request"]["method"] == "DELETE"


def test_headers_go_along_and_are_shown_to_nobody(hospital, courier, receiver):
    receiver.up()
    made = hospital.post(
        "Subscription", wish(receiver, header=["Authorization: Bearer secret-word"])
    )
    id = read(made)["id"]
    again = hospital.put(
        f"Subscription/{id}", state(hospital, id)
    )  # with the value masked, as it was read
    run(courier)

    assert again.status_code == 200
    assert b"secret-word" not in made.content + again.content + hospital.get("Subscription").content
    assert "secret-word" in (receiver.folder / "00000.headers").read_text()


def test_nobody_else_sees_or_changes_a_subscription(hospital, courier, receiver):
    id = read(hospital.post("Subscription", wish(receiver)))["id"]
    other = Fhir("31001")

    assert other.get(f"Subscription/{id}").status_code == 404
    assert other.put(f"Subscription/{id}", wish(receiver)).status_code == 404
    assert other.get(f"Subscription/{id}/$events").status_code == 404
    assert read(other.get("Subscription"))["total"] == 0
    assert hospital.delete(f"Subscription/{id}").status_code == 200
    assert hospital.get(f"Subscription/{id}").status_code == 404


def test_a_bundle_takes_no_subscription(hospital, receiver):
    entry = {"resource": wish(receiver), "request": {"method": "POST", "url": "Subscription"}}
    refused = hospital.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})

    assert code_of(refused) == "fhir.stands_alone"


@pytest.mark.parametrize(
    "endpoint",
    ["http://example.org/hook", "https://10.0.0.1/hook", "https://169.254.169.254/latest", "https://localhost/",
     "https://[::1]/", "https://user:word@example.org/", "ftp://example.org/", "https://intranet/", "", "https://[bad"],
)  # fmt: skip
def test_only_public_addresses_are_taken(hospital, settings, endpoint):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = False

    assert code_of(hospital.post("Subscription", wish(endpoint))) == "records.subscription_unfit"


@pytest.mark.parametrize(
    "change",
    [{"criteria": "urn:none"}, {"criteria": None}, {"channel": {"type": "email"}}, {"channel": "x"},
     {"_criteria": {"extension": [{"url": f"{IG}/backport-filter-criteria", "valueString": "Observation?value-quantity=5"}]}},
     {"_criteria": {"extension": [{"url": f"{IG}/backport-filter-criteria", "valueString": "nonsense"}]}}],
)  # fmt: skip
def test_a_wish_that_cannot_be_met_is_refused_at_once(hospital, receiver, change):
    refused = hospital.post("Subscription", wish(receiver) | change)

    assert 400 <= refused.status_code < 500
    assert code_of(refused).partition(".")[0] in ("records", "validation")
    assert read(hospital.get("Subscription"))["total"] == 0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "rest-hook", "off", "a: b", "\x00", "2026-13-01"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["extension", "url", "valueString", "type", "endpoint", "header"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=120, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    change=st.dictionaries(
        st.sampled_from(["criteria", "_criteria", "channel", "status", "end", "meta", "id"]),
        _JSON,
        max_size=3,
    ),
    inside=st.dictionaries(
        st.sampled_from(["type", "endpoint", "payload", "_payload", "header", "extension"]),
        _JSON,
        max_size=3,
    ),
    query=st.sampled_from(["", "?status=", "?_id=%00", "?criteria=x&criteria=y"]),
)
def test_whatever_is_sent_the_answer_is_fhir(hospital, change, inside, query):
    sent = wish("https://example.org/hook") | change
    if isinstance(sent["channel"], dict):
        sent["channel"] = sent["channel"] | inside
    for answer in (
        hospital.post("Subscription", sent), hospital.put("Subscription/none", sent),
        hospital.get(f"Subscription{query}"), hospital.get(f"Subscription/x/$events{query}"),
        hospital.post("Subscription/x/$restart", sent), hospital.get(f"Subscription/$status{query}"),
    ):  # fmt: skip
        assert answer.status_code < 500
        assert read(answer)["resourceType"] in ("OperationOutcome", "Subscription", "Bundle")


def test_topics_and_the_statement_tell_what_can_be_subscribed_to(hospital):
    listed = {entry["fullUrl"] for entry in read(hospital.get("Subscription/$topics"))["entry"]}
    (told,) = [
        r
        for r in read(hospital.get("metadata"))["rest"][0]["resource"]
        if r["type"] == "Subscription"
    ]

    assert {f"{TOPIC}/lab-result", f"{TOPIC}/discharge", f"{TOPIC}/notifiable-diagnosis"} <= listed
    assert {one["valueCanonical"] for one in told["extension"]} == listed
    assert {o["name"] for o in told["operation"]} >= {"status", "events", "restart", "topics"}


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
