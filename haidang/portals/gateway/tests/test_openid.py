"""What an app learns without a page: of its refresh token, and that a page is needed."""

import pytest
from django.db import connection
from django.test import Client

from haidang.engines.people import api as people
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import smart_app
from haidang.portals.gateway.tests.smart_app import App, back

READ = "launch/patient patient/*.rs openid fhirUser"


@pytest.fixture
def citizen(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    resource = {"resourceType": "Patient", "id": "mai", "name": [{"text": "Lê Thị Mai"}]}
    people.save_patient(resource, by=actor.SYSTEM)
    return smart_app.account("mai.dan", patient="mai")


def said(answer):
    return fhirjson.loads(answer.content)


def test_introspection_tells_of_a_refresh_token_and_does_not_use_it_up(citizen):
    app, other = App(citizen, public=False), App(citizen, public=False)
    told = said(app.exchange(app.allow(f"{READ} offline_access"), client_secret=app.secret))

    def introspected(by, token):
        asked = {"token": token, "client_id": by.row.client_id, "client_secret": by.secret}
        return said(
            Client().post("/oauth/introspect", asked | {"token_type_hint": "refresh_token"})
        )

    first = introspected(app, told["refresh_token"])
    access_token = introspected(app, told["access_token"])
    foreign = introspected(other, told["refresh_token"])
    renewed = app.token(
        grant_type="refresh_token", refresh_token=told["refresh_token"],
        client_id=app.row.client_id, client_secret=app.secret,
    )  # fmt: skip
    spent = introspected(app, told["refresh_token"])
    second = said(renewed)["refresh_token"]

    assert (first["active"], first["patient"]) == (True, "mai")
    assert set(first["scope"].split()) == {*READ.split(), "offline_access"}
    assert first["exp"] > access_token["exp"]
    assert ("token_type" in first, access_token["token_type"]) == (False, "Bearer")
    assert foreign == spent == {"active": False}
    assert renewed.status_code == 200
    assert introspected(app, second)["active"] is True  # a look at a spent one ends no family
    with connection.cursor() as run:
        run.execute("UPDATE access_permit SET ended_at = now()")
    assert introspected(app, second) == {"active": False}


@pytest.mark.parametrize(
    ("signed_in", "prompt", "error"),
    [
        (False, "none", "login_required"), (True, "none", "consent_required"),
        (False, "none login", "invalid_request"), (True, "none consent", "invalid_request"),
    ],
)  # fmt: skip
def test_who_wants_no_page_is_told_at_the_redirect_address_that_one_is_needed(citizen, signed_in, prompt, error):  # fmt: skip
    app = App(citizen if signed_in else None)

    told = back(app.open(READ, prompt=prompt))

    assert (told["error"], told["state"]) == (error, "s-123456")
    assert "code" not in told


def test_even_what_was_allowed_before_is_given_on_a_page_alone(citizen):
    app = App(citizen)
    app.tokens(READ)

    assert back(app.open(READ, prompt="none"))["error"] == "consent_required"


def test_no_answer_without_a_page_goes_to_an_address_that_is_not_registered(citizen):
    for browser, status in ((App(None), 302), (App(citizen), 400)):
        answer = browser.open(READ, prompt="none", redirect_uri="https://elsewhere.example/")

        assert answer.status_code == status
        assert "elsewhere" not in answer.get("Location", "").partition("?")[0]


def test_without_openid_a_prompt_means_nothing(citizen):
    scope = "launch/patient patient/*.rs"

    assert App(citizen).open(scope, prompt="none").status_code == 200
    assert not App(None).open(scope, prompt="none")["Location"].startswith(smart_app.BACK)
