"""What the tests of subscriptions have in common: a receiver's process, a clock, a courier."""

import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from haidang.engines.records import api as records
from haidang.kernel import fhirjson, systems
from haidang.portals.gateway.fhir import hooks
from haidang.portals.gateway.tests.fhir_client import Fhir, read

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
        if self.process:
            return self
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
