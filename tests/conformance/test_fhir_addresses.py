"""schemathesis (PyPI) asks every FHIR address, as described by the server itself, what it can think of."""

import re

import httpx2
import pytest
import schemathesis
from django.urls import resolve
from hypothesis import HealthCheck, given, settings

from tests.conformance import described
from tests.house import addresses

# The same examples each time: a test must not depend on chance.
STEADY = settings(
    max_examples=8, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


#: The address without the slash at its end, which no path below `/fhir` can say.
UNSAID = {("fhir", "GET"), ("fhir", "POST")}


@pytest.fixture
def description(home, server):
    statement = httpx2.get(f"{server.base}/metadata", timeout=60).json()
    return described.openapi(statement)


def _served():
    """(route, method) of everything that the gateway answers below /fhir."""
    return {
        (one.route, method)
        for one in addresses.all_addresses()
        if one.view.portal == "gateway" and f"{one.route}/".startswith("fhir/")
        for method in one.view.methods
    }


def _described(description):
    """(route, method) of everything that is described."""
    return {
        (resolve("/fhir" + re.sub("{.+?}", "1", path)).route, method.upper())
        for path, item in description["paths"].items()
        for method in item
    }


def _check(operation, answer):
    told = operation.label, answer.status_code, answer.content[:300]
    assert answer.status_code < 500, told
    if answer.status_code >= 400:
        outcome = answer.json()
        assert outcome["resourceType"] == "OperationOutcome", told
        assert all({"severity", "code"} <= set(issue) for issue in outcome["issue"]), told
        assert answer.headers["content-type"][0].startswith("application/fhir+json"), told


def test_every_address_and_method_is_described(description):
    assert _served() - _described(description) == UNSAID


def test_no_failure_and_an_outcome_for_every_refusal(description, server):
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "application/fhir+json"}
    schema = schemathesis.openapi.from_dict(description)

    for found in schema.get_all_operations():
        _ask(found.ok(), server.base, headers)


def _ask(operation, base, headers):
    @STEADY
    @given(case=operation.as_strategy())
    def ask(case):
        _check(operation, case.call(base_url=base, headers=headers))

    ask()
