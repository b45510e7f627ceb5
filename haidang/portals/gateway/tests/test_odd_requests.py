"""Whatever is sent, the door answers: no failure of ours, and an OperationOutcome for every refusal."""

import pytest
from django.core import signals
from django.test import Client

from haidang.portals.gateway.developers import catalogue
from haidang.portals.gateway.fhir import doors
from haidang.portals.gateway.tests import odd
from haidang.portals.gateway.tests.fhir_client import ALL, Fhir, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def fhir():
    client = Fhir("31001", [*ALL, "gateway.merge_people", "gateway.reindex", doors.WHOLE_CITY])
    client.http.raise_request_exception = False
    client.put("Patient/p1", {"resourceType": "Patient", "id": "p1", "name": [{"text": "A"}]})
    result = {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "x"}}
    client.put("Observation/o1", result | {"subject": {"reference": "Patient/p1"}})
    return client


def _fault(answer):
    """What is wrong with an answer, or None; every code that it carries stands in the catalogue."""
    if answer.status_code >= 500:
        return answer.status_code, answer.content[:300]
    if answer.status_code < 400:
        return None
    told = read(answer)
    if told.get("resourceType") != "OperationOutcome":
        return answer.status_code, answer.content[:100]
    return _codes(told) - {one.code for one in catalogue.entries()} or None


def _codes(outcome):
    """Our stable codes in an outcome."""
    codings = [one["details"]["coding"] for one in outcome["issue"]]
    return {one["code"] for several in codings for one in several}


@pytest.mark.parametrize("handling", ["strict", "lenient"])
def test_odd_addresses_are_answered_in_fhir(fhir, handling):
    faults = {}
    for path in odd.PATHS:
        prefer = f"handling={handling}" + (", respond-async" if "$export" in path else "")
        faults[path] = _fault(fhir.get(path, Prefer=prefer))

    assert not {path: fault for path, fault in faults.items() if fault}


@pytest.mark.parametrize(("method", "path"), odd.RECEIVERS)
def test_odd_bodies_are_answered_in_fhir(fhir, method, path):
    kinds = ["application/fhir+json"]
    kinds += ["application/json-patch+json"] if method == "patch" else []
    kinds += ["application/x-www-form-urlencoded"] if path.endswith("_search") else []
    send = getattr(fhir.http, method)
    answers = {
        (body, kind): send(f"/fhir/{path}", body, content_type=kind)
        for body in odd.BODIES
        for kind in kinds
    }

    assert not {sent: fault for sent, one in answers.items() if (fault := _fault(one))}


@pytest.mark.parametrize("path", odd.PARAMETERS)
def test_odd_parameters_are_answered_in_fhir(fhir, settings, path):
    settings.HAIDANG_MATCHES_PER_MINUTE = settings.HAIDANG_BULK_JOBS_PER_HOUR = 10_000
    faults = {}
    for name in odd.PARAMETERS[path].split():
        usual = [one for one in odd.GIVEN if one["name"] != name]
        for value in odd.VALUES:
            content = {"resourceType": "Parameters", "parameter": [{"name": name, **value}, *usual]}
            fault = _fault(fhir.post(path, content, Prefer="respond-async, handling=lenient"))
            faults |= {f"{name} {value}": fault} if fault else {}

    assert not faults


@pytest.mark.parametrize(("method", "path"), odd.MISTAKEN)
def test_methods_that_an_address_does_not_take_are_told_in_fhir(fhir, method, path):
    assert _fault(getattr(fhir.http, method)(f"/fhir/{path}")) is None


def test_a_refused_method_names_those_that_are_taken(fhir):
    answer = fhir.http.put("/fhir/Patient/p1/_history")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("said", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic zz"}])
@pytest.mark.parametrize("path", ["Patient", "Patient/p1", "$export", "a/b/c/d/e", ""])
def test_who_does_not_say_who_it_is_is_told_in_fhir(fhir, said, path):
    answer = Client(headers=said).get(f"/fhir/{path}")

    assert answer.status_code in (401, 404)
    assert read(answer)["resourceType"] == "OperationOutcome"


def test_even_a_failure_of_ours_is_told_in_fhir(fhir, monkeypatch):
    def fails(*anything, **more):
        raise ZeroDivisionError

    seen = []
    signals.got_request_exception.connect(lambda **told: seen.append(told), weak=False)
    monkeypatch.setattr("haidang.engines.records.api.get", fails)
    answer = fhir.get("Patient/p1")

    assert answer.status_code == 500
    assert read(answer)["issue"][0]["code"] == "exception"
    assert seen  # it still reaches the log with its traceback
