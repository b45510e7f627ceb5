"""Requests to the authorisation server that no honest client sends: each is refused in OAuth's words."""

import base64

import pytest
from django.test import Client

from haidang.kernel import fhirjson
from haidang.portals.gateway.smart import endpoints
from haidang.portals.gateway.tests import smart_app

NUL = "\0"


@pytest.fixture
def app(db):
    return smart_app.App(None, public=False)


@pytest.mark.parametrize("address", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
@pytest.mark.parametrize("name", ["client_id", "code", "token", "refresh_token", "client_secret"])
def test_a_character_that_no_parameter_has_is_refused(app, address, name):
    usual = {"grant_type": "authorization_code", "client_id": app.row.client_id, "token": "x", "code": "x"}  # fmt: skip

    answer = Client().post(address, usual | {name: f"a{NUL}"})

    assert answer.status_code == 400
    assert fhirjson.loads(answer.content)["error"] == "invalid_request"


@pytest.mark.parametrize("text", [f"a{NUL}:x", "a%00:x", f"x:{NUL}", "é:x"])
def test_a_client_is_not_named_by_what_no_name_has(app, text):
    said = "Basic " + base64.b64encode(text.encode()).decode()
    answer = Client(headers={"Authorization": said}).post("/oauth/token", {"grant_type": "client_credentials"})  # fmt: skip

    assert answer.status_code in (400, 401)
    assert answer.get("WWW-Authenticate") == (
        None if answer.status_code == 400 else 'Basic realm="HaiDang"'
    )
    assert fhirjson.loads(answer.content)["error"] in ("invalid_request", "invalid_client")


@pytest.mark.parametrize("changed", [{"client_id": NUL}, {"redirect_uri": f"https://app.example/back{NUL}"}, {"state": NUL}, {"launch": NUL}])  # fmt: skip
def test_a_page_is_told_that_no_app_asked(db, changed):
    app = smart_app.App(smart_app.account("mai.dan", ("doctor", "31001")))

    answer = app.open("user/Patient.rs", **changed)

    assert answer.status_code == 400


def test_who_an_app_is_stands_in_no_address(app):
    named = {"client_id": app.row.client_id, "client_secret": app.secret}

    for address in ("/oauth/token", "/oauth/introspect", "/oauth/revoke"):
        answer = Client().post(address, {"token": "x", "grant_type": "x"}, query_params=named)

        assert answer.status_code == 400
        assert fhirjson.loads(answer.content)["error"] == "invalid_request"
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_another_method_is_refused_in_the_words_of_oauth(app, address):
    for method in ("get", "put", "delete"):
        answer = getattr(Client(), method)(address)

        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert fhirjson.loads(answer.content)["error"] == "invalid_request"


@pytest.mark.parametrize("address", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
def test_what_has_to_be_sent_and_is_not_is_an_invalid_request(app, address):
    named = {"client_id": app.row.client_id, "client_secret": app.secret}

    bare = Client().post(address, named)
    json = Client().post(address, named | {"token": "x"}, content_type="application/json")

    assert (bare.status_code, json.status_code) == (400, 400)
    for answer in (bare, json):
        assert fhirjson.loads(answer.content)["error"] == "invalid_request"


def test_who_tries_too_often_is_told_when_to_come_back(app, monkeypatch):
    monkeypatch.setattr(endpoints, "TRIES", 0)

    answer = Client().post("/oauth/token", {"grant_type": "client_credentials"})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert fhirjson.loads(answer.content)["error"] == "temporarily_unavailable"


@pytest.mark.parametrize("address", ["/oauth/token", "/oauth/introspect", "/oauth/revoke"])
@pytest.mark.parametrize("kind", [{}, {"client_assertion_type": ""}, {"client_assertion_type": "x"}])  # fmt: skip
def test_an_assertion_that_does_not_say_what_it_is_names_nobody(db, address, kind):
    said = {"grant_type": "client_credentials", "client_assertion": "a.b.c", "token": "x"}

    answer = Client().post(address, said | kind)

    assert answer.status_code == 401
    assert fhirjson.loads(answer.content)["error"] == "invalid_client"


@pytest.mark.parametrize(
    "grant", ["password", "urn:ietf:params:oauth:grant-type:device_code", "implicit", "x" * 5000]
)
def test_a_grant_that_is_not_served_is_told_so(app, grant):
    said = {"grant_type": grant, "device_code": "x", "username": "a", "password": "b"}
    who = {"client_id": app.row.client_id, "client_secret": app.secret}

    answer = Client().post("/oauth/token", said | who)

    assert answer.status_code == 400
    assert fhirjson.loads(answer.content)["error"] == "unsupported_grant_type"
