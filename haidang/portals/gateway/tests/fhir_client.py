"""A small FHIR client over Django's test client, signed in as a registered system."""

from decimal import Decimal

from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, fhirjson

ALL = ["gateway.use_fhir", "system/*.cruds"]
JSON = "application/fhir+json"
PERSON = {"resourceType": "Patient", "name": [{"text": "Người Thử Một"}], "gender": "female"}


class Fhir:
    def __init__(self, org, scopes=ALL):
        registered, token = access.create_client(f"Hệ thống {org}", scopes, org, actor.SYSTEM)
        self.ref = f"Device/{registered.uid}"
        self.http = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path, **headers):
        return self.http.get(f"/fhir/{path}", headers=headers)

    def post(self, path, resource, **headers):
        return self._send("post", path, resource, headers)

    def put(self, path, resource, **headers):
        return self._send("put", path, resource, headers)

    def delete(self, path, **headers):
        return self.http.delete(f"/fhir/{path}", headers=headers)

    def patch(self, path, operations):
        return self._send("patch", path, operations, {}, "application/json-patch+json")

    def _send(self, method, path, content, headers, kind=JSON):
        act = getattr(self.http, method)
        return act(f"/fhir/{path}", fhirjson.dumps(content), content_type=kind, headers=headers)


def read(answer):
    return fhirjson.loads(answer.content)


def code_of(answer):
    """The stable code in an OperationOutcome."""
    outcome = read(answer)
    assert outcome["resourceType"] == "OperationOutcome"
    return outcome["issue"][0]["details"]["coding"][0]["code"]


def last_look(ref):
    """Where the access book stands for a person: looks outlive the tests that made them."""
    return next((look.seq for look in ledger.looks_at(ref, limit=1)), 0)


def looks_since(seq, ref):
    """What each look at a person since then was, oldest first."""
    return [look.what for look in reversed(ledger.looks_at(ref)) if look.seq > seq]


def weight(patient, value="61.50", **more):
    """The weight of a person, digit for digit."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": f"Patient/{patient['id']}"},
        "valueQuantity": {"value": Decimal(value), "unit": "kg"},
    } | more
