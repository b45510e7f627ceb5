"""schemathesis (PyPI) reads our OpenAPI description and sends what it can think of to a real server."""

from datetime import datetime

import httpx2
import pytest
import schemathesis
from django.test import override_settings
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor, dates
from haidang.kernel.described import JSON, PROBLEM
from haidang.rooms.open_data import services
from tests import messages
from tests.conformance import conftest

CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
AT = datetime(2026, 5, 20, 9, tzinfo=dates.HANOI)
DATASET = "danh-muc-chi-so"
IN_PATHS = {"key": DATASET, "number": 1, "form": "csv", "name": f"{DATASET}-1.json"}
GIVEN = {"sort": "name asc", "fields": "code"}
#: What nobody can guess: other tests ask these with what they need.
ONLY_REFUSED = {
    "POST /oauth/token", "POST /oauth/introspect", "POST /oauth/revoke", "GET /gateway/claims/{receipt}",
    "GET /gateway/payments/{receiver}", "POST /gateway/payments/{receiver}",
}  # fmt: skip


def _steady(examples):
    """The same examples each time: a test must not depend on chance."""
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(module_database, tmp_path_factory):
    """The address of a house with a hospital and one released data set."""
    folder = tmp_path_factory.mktemp("house")
    where = {name: str(folder / name) for name in ("HAIDANG_FILES", "HAIDANG_LAKE")}
    with override_settings(**where), pytest.MonkeyPatch.context() as patch:
        for name, path in where.items():
            patch.setenv(name, path)
        # Each call says that it comes from another machine: limits have their own tests.
        patch.setenv("HAIDANG_TRUSTED_PROXIES", "127.0.0.1")
        places.save_facility(
            messages.FACILITY, name="Bệnh viện mô phỏng", kind="general-hospital", by=actor.SYSTEM
        )
        services.release(DATASET, by=actor.SYSTEM, at=AT)
        with conftest.serving(module_database) as server:
            yield server.base.removesuffix("/fhir")


@pytest.fixture(scope="module")
def token(house):
    _client, token = access.create_client(
        "Thử", ["intake.send_claims"], messages.FACILITY, actor.SYSTEM
    )
    return token


def _operations(house):
    schema = schemathesis.openapi.from_url(f"{house}/developers/openapi.json")
    return [found.ok() for found in schema.get_all_operations()]


def _check(case, answer):
    """What is described, and a code of those that are described for this refusal."""
    case.validate_response(answer, checks=CHECKS)
    if answer.headers["content-type"][0].startswith(PROBLEM):
        told = case.operation.definition.raw["responses"][str(answer.status_code)]
        assert answer.json()["code"] in told["content"][PROBLEM]["examples"], answer.text


def _whence(number):
    return f"198.18.{number // 250 % 250}.{number % 250 + 1}"


@pytest.fixture(scope="module")
def resource(house):
    """Id of the file of the released data set whose rows may be asked."""
    asked = {"id": DATASET}
    told = httpx2.get(f"{house}/du-lieu-mo/api/3/action/package_show", params=asked, timeout=60)
    return next(one["id"] for one in told.json()["result"]["resources"] if one["datastore_active"])


def _fill(case, resource):
    """Put what exists in the place of what was thought of, so that it is answered and not only refused."""
    case.path_parameters |= {k: v for k, v in IN_PATHS.items() if k in case.path_parameters}
    action = case.operation.path.rpartition("/action/")[2]
    given = case.query if case.method == "GET" else case.body
    if action and isinstance(given, dict):
        ids = {"package_show": DATASET, "organization_show": "so-y-te", "group_show": "government"}
        in_object = case.method == "POST" and case.media_type == JSON
        filters = {"code": "visits"} if in_object else '{"code": "visits"}'
        known = {
            "id": ids.get(action, resource),
            "resource_id": resource,
            "filters": filters,
        } | GIVEN
        given |= {name: value for name, value in known.items() if name in given}


@pytest.fixture
def ask(token):
    """Sends a case as a system would; `answered` holds the statuses by operation."""
    calls, answered = iter(range(100_000)), {}

    def ask(case, accept):
        headers = {"Accept": accept, "X-Forwarded-For": _whence(next(calls))}
        if {"token": []} in case.operation.definition.raw["security"]:
            headers["Authorization"] = f"Bearer {token}"
        answer = case.call(headers=headers, allow_redirects=False)
        _check(case, answer)
        answered.setdefault(case.operation.label, set()).add(answer.status_code)

    ask.answered = answered
    return ask


def test_answers_are_as_described_whatever_is_sent(house, resource, ask):
    for operation in _operations(house):

        @_steady(8 if "/action/" in operation.path else 20)
        @given(
            case=operation.as_strategy(),
            known=strategies.booleans(),
            accept=strategies.sampled_from(("application/json", "*/*")),
        )
        def asks(case, known, accept):
            if known:
                _fill(case, resource)
            ask(case, accept)

        asks()

    refused = {one for one, seen in ask.answered.items() if all(status >= 400 for status in seen)}
    assert refused == ONLY_REFUSED


def test_nobody_gets_in_without_a_token(house):
    closed = [one for one in _operations(house) if {"token": []} in one.definition.raw["security"]]

    assert closed
    for operation in closed:

        @_steady(10)
        @given(case=operation.as_strategy())
        def ask(case):
            answer = case.call(headers={"Accept": "application/json", "Authorization": "Bearer no"})
            assert answer.status_code == 401, (case.operation.label, answer.status_code)

        ask()
