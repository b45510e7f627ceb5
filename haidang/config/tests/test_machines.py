"""The way in for machines: shorter than that of people, and no less guarded."""

import io

import pytest
from django.conf import settings

from haidang.config import machines, wsgi
from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.fhir import interactions, responses

SCOPES = ["gateway.use_fhir", "gateway.see_whole_city", "system/*.cruds"]


@pytest.fixture
def machine(own_database):
    """A registered system, its token, and one Patient to ask for."""
    with access.reach(actor.SYSTEM, people="all"):
        records.save({"resourceType": "Patient", "id": "lan"}, by=actor.SYSTEM)
    return access.create_client("HIS", SCOPES, None, actor.SYSTEM)


def ask(path, token=None, **more):
    """(status, headers, content) of a GET as the web server would pass it on."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "REMOTE_ADDR": "127.0.0.1", **more,
    }  # fmt: skip
    if token is not None:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    told = []
    answer = wsgi.application(environ, lambda status, headers: told.extend([status, headers]))
    content = b"".join(answer)
    answer.close()
    return int(told[0][:3]), dict(told[1]), content


def test_a_machine_reads_and_the_look_is_written_before_the_answer(machine, monkeypatch):
    looks = []
    make = responses.searchset

    def answering(*arguments, **options):
        looks.extend(ledger.looks_at("Patient/lan"))
        return make(*arguments, **options)

    monkeypatch.setattr(responses, "searchset", answering)

    status, headers, content = ask("/fhir/Patient", machine[1])

    assert status == 200
    assert fhirjson.loads(content)["entry"][0]["resource"]["id"] == "lan"
    assert [look.what for look in looks] == ["fhir.search Patient"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


def test_a_token_is_refused_from_the_moment_it_is_ended(machine):
    client, token = machine
    assert ask("/fhir/Patient/lan", token)[0] == 200

    access.end_client(client.uid, by=actor.SYSTEM)

    assert ask("/fhir/Patient/lan", token)[0] == 401


@pytest.mark.parametrize("token", ["", "hd_x_y", "hd__"])
def test_a_wrong_token_is_nobody_even_beside_a_session(own_database, token):
    status, _headers, content = ask("/fhir/Patient", token, HTTP_COOKIE="haidang_session=abc")

    assert status == 401
    assert fhirjson.loads(content)["resourceType"] == "OperationOutcome"


def test_an_error_nobody_foresaw_is_answered(machine, monkeypatch):
    def fail(*arguments, **named):
        raise RuntimeError

    monkeypatch.setattr(interactions.records, "search", fail)

    assert ask("/fhir/Patient", machine[1])[0] == 500


def test_the_language_of_one_request_is_not_that_of_the_next(machine):
    english = ask("/fhir/Patient/nobody", machine[1], HTTP_ACCEPT_LANGUAGE="en")
    vietnamese = ask("/fhir/Patient/nobody", machine[1])

    assert (english[0], vietnamese[0]) == (404, 404)
    assert "Không có tài nguyên này" in vietnamese[2].decode()


@pytest.mark.parametrize(
    ("path", "authorization", "expected"),
    [
        ("/fhir/Patient", "Bearer hd_a_b", True),
        ("/fhir", "bearer hd_a_b", True),
        ("/gateway/claims", "Bearer hd_a_b", True),
        ("/fhir/Patient", "", False),
        ("/fhir/Patient", "Basic YTpi", False),
        ("/lam-viec/", "Bearer hd_a_b", False),
    ],
)
def test_only_a_token_at_its_addresses_takes_the_short_way(path, authorization, expected):
    assert machines.is_machine({"PATH_INFO": path, "HTTP_AUTHORIZATION": authorization}) is expected


def test_the_way_of_people_keeps_everything():
    assert "django.contrib.sessions.middleware.SessionMiddleware" in settings.MIDDLEWARE


def test_the_page_of_a_registered_app_may_read_what_a_machine_is_answered(machine):
    access.register_app(
        "Trang", by=actor.SYSTEM, scopes=["patient/*.rs"], public=True,
        redirect_uris=["https://app.example/back"],
    )  # fmt: skip

    _status, ours, _content = ask("/fhir/Patient", machine[1], HTTP_ORIGIN="https://app.example")
    _status, theirs, _content = ask("/fhir/Patient", machine[1], HTTP_ORIGIN="https://a.example")

    assert ours["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Origin" not in theirs
