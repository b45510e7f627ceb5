"""schemathesis (PyPI) reads our OpenAPI description and sends what it can think of to a real server."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor
from tests import messages

CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The same examples each time: a test must not depend on chance.
STEADY = settings(
    max_examples=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def house(server):
    places.save_facility(
        messages.FACILITY, name="Bệnh viện mô phỏng", kind="general-hospital", by=actor.SYSTEM
    )
    return server.base.removesuffix("/fhir")


def _operations(house):
    schema = schemathesis.openapi.from_url(f"{house}/developers/openapi.json")
    return [found.ok() for found in schema.get_all_operations()]


def test_answers_are_as_described_whatever_is_sent(house):
    _client, token = access.create_client(
        "Thử", ["intake.send_claims"], messages.FACILITY, actor.SYSTEM
    )
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    for operation in _operations(house):

        @STEADY
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()


def test_nobody_gets_in_without_a_token(house):
    closed = [one for one in _operations(house) if one.definition.raw.get("security")]

    assert closed
    for operation in closed:

        @STEADY
        @given(case=operation.as_strategy())
        def ask(case):
            answer = case.call(headers={"Accept": "application/json", "Authorization": "Bearer no"})
            assert answer.status_code == 401, (case.operation.label, answer.status_code)

        ask()
