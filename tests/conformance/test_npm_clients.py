"""fhir-kit-client and fhirclient (npm), unmodified, against the running server."""

import json

import pytest

from tests.conformance import clients, conftest, launching

SCOPE = "launch/patient patient/Patient.rs patient/Observation.rs openid fhirUser offline_access"
WEIGHTS = [f"weight{n}" for n in range(5)]


@pytest.fixture(scope="session", autouse=True)
def installed():
    """Already there after bin/test; a failure here fails the tests, it skips none."""
    clients.install()


@pytest.fixture
def kit(server):
    return lambda task: clients.run("kit.mjs", server.base, server.token, task)


def test_kit_takes_a_resource_through_its_life(kit):
    told = kit("life")

    assert told["versions"] == ["1", "2", "3"]
    assert told["read"] == "1990-02-04"
    assert told["stale"] == [412, "OperationOutcome"]
    assert told["gone"] == [410, "OperationOutcome"]
    assert told["history"] == ["DELETE", "PUT", "PUT", "POST"]


def test_kit_pages_to_the_end_by_get_by_post_and_within_a_person(kit):
    told = kit("pages")

    seen = sum(told["byGet"], [])
    assert told["total"] == len(set(seen)) == len(seen) == 11
    assert [len(page) for page in told["byGet"]] == [3, 3, 3, 2]
    assert told["byPost"] == told["byGet"]
    assert sorted(sum(told["inside"], [])) == sorted(seen)
    assert set(told["everything"]) == {told["patient"], *seen}
    assert told["resolved"] == "Người Thử Ba"


def test_kit_sends_bundles_and_finds_where_to_ask_for_a_token(kit, server):
    assert kit("bundles") == {"points": True, "statuses": ["200", "404"]}
    assert kit("where")["tokenUrl"] == server.base.replace("/fhir", "/oauth/token")


def test_kit_exports_in_bulk(home, kit, workers):
    workers()

    told = kit("export")

    assert told["subjects"] == [told["patient"]] * 5


@pytest.fixture
def smart_app(server):
    """Starts the app; its port is known before it is registered, as a real app's address is."""
    started = []

    def start(app, port):
        started.append(clients.start("smart_app.mjs", server.base, app.client_id, SCOPE, str(port)))
        assert int(started[-1].stdout.readline()) == port
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_fhirclient_is_launched_reads_on_and_refreshes(server, smart_app):
    launching.put_on_record(*WEIGHTS)
    citizen = launching.account("mai.dan", patient="mai")
    port = conftest.free_port()
    home = f"http://127.0.0.1:{port}"
    process = smart_app(launching.registered(f"{home}/back"), port)

    with launching.browser_page() as page:
        launching.walk(page, f"{home}/launch", "mai.dan", launching.say_yes)
    told = json.loads(process.stdout.readline())

    assert told == {
        "patient": "Lê Thị Mai", "observations": WEIGHTS, "resolved": "Lê Thị Mai",
        "user": citizen.ref, "encounter": None, "another": True,
    }  # fmt: skip
