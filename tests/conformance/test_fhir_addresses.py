"""schemathesis (PyPI) asks every FHIR address, as described by the server itself, what it can think of."""

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from haidang.portals.gateway.fhir import operations
from tests.conformance import described

# The same examples each time: a test must not depend on chance.
STEADY = settings(
    max_examples=8, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def addresses(home, server):
    statement = httpx2.get(f"{server.base}/metadata", timeout=60).json()
    schema = schemathesis.openapi.from_dict(described.openapi(statement))
    return [found.ok() for found in schema.get_all_operations()]


def _check(operation, answer):
    told = operation.label, answer.status_code, answer.content[:300]
    assert answer.status_code < 500, told
    if answer.status_code >= 400:
        outcome = answer.json()
        assert outcome["resourceType"] == "OperationOutcome", told
        assert all({"severity", "code"} <= set(issue) for issue in outcome["issue"]), told
        assert answer.headers["content-type"][0].startswith("application/fhir+json"), told


def test_no_failure_and_an_outcome_for_every_refusal(addresses, server):
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "application/fhir+json"}
    assert len(addresses) > 2 * len(operations.served()) + 8 * len(described.KINDS)

    for operation in addresses:
        _ask(operation, server.base, headers)


def _ask(operation, base, headers):
    @STEADY
    @given(case=operation.as_strategy())
    def ask(case):
        _check(operation, case.call(base_url=base, headers=headers))

    ask()
