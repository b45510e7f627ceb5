"""Apps in a browser: a registered app's page is let in, every other is not, and no cookie counts."""

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import smart_app

APP = "https://app.example"
ADDRESSES = [
    "/fhir/Patient",
    "/fhir",
    "/fhir/Patient/p/_history/1",
    "/oauth/token",
    "/oauth/revoke",
]
OPEN = ["/fhir/metadata", "/fhir/.well-known/smart-configuration", "/oauth/.well-known/openid-configuration", "/oauth/keys"]  # fmt: skip


@pytest.fixture
def app(db):
    return smart_app.App(None).row


def asked_beforehand(address, origin, method="PUT"):
    return Client().options(
        address,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_of_a_registered_app_may_call(app, address):
    answer = asked_beforehand(address, APP)

    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == APP
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    assert "If-None-Exist" in answer["Access-Control-Allow-Headers"]
    assert "PATCH" in answer["Access-Control-Allow-Methods"]
    assert "Origin" in answer["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://app.example", "https://app.example:8443", "https://app.example.evil.example",
        "https://evil.example/https://app.example", "https://app.example/", "https://example", "https://a", "null", "*", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/fhir/Patient", "/oauth/token"])
def test_every_other_page_is_refused(app, address, origin):
    answer = asked_beforehand(address, origin)
    call = Client().get("/fhir/Patient", headers={"Origin": origin})

    assert answer.status_code == 403
    assert fhirjson.loads(answer.content)["issue"][0]["details"]["coding"][0]["code"] == "fhir.origin_unknown"  # fmt: skip
    for one in (answer, call):
        assert "Access-Control-Allow-Origin" not in one
        assert "Origin" in one["Vary"]


@pytest.mark.parametrize("address", OPEN)
def test_where_the_service_is_and_what_it_can_do_is_open_to_every_page(db, address):
    beforehand = asked_beforehand(address, "https://anybody.example", "GET")
    answer = Client().get(address, headers={"Origin": "https://anybody.example"})

    assert (beforehand.status_code, answer.status_code) == (204, 200)
    assert beforehand["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_is_answered_and_what_is_refused_can_be_read(app):
    refused = Client().get("/fhir/Patient", headers={"Origin": APP})
    wrong = Client().post("/oauth/token", {"grant_type": "x"}, headers={"Origin": APP})

    assert refused.status_code == 401
    assert wrong.status_code in (400, 401)
    assert refused["Access-Control-Allow-Origin"] == wrong["Access-Control-Allow-Origin"] == APP
    assert {"ETag", "Location"} <= set(refused["Access-Control-Expose-Headers"].split(", "))


@pytest.mark.parametrize("address", [*ADDRESSES, *OPEN])
def test_no_cookie_ever_counts(app, address):
    for answer in (asked_beforehand(address, APP), Client().get(address, headers={"Origin": APP})):
        assert "Access-Control-Allow-Credentials" not in answer


def test_a_page_reads_with_its_token(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    people.save_patient({"resourceType": "Patient", "id": "mai", "name": [{"text": "Mai"}]}, by=actor.SYSTEM)  # fmt: skip
    fhir = smart_app.App(smart_app.account("mai.dan", patient="mai")).fhir("patient/*.rs")

    answer = fhir.http.get("/fhir/Patient/mai", headers={"Origin": APP})

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == APP


def test_an_app_that_was_closed_and_a_service_let_nobody_in(app):
    access.end_app(app.client_id, by=actor.SYSTEM)

    assert asked_beforehand("/fhir/Patient", APP).status_code == 403


def test_the_house_may_name_more_origins_and_never_all(db, settings):
    settings.HAIDANG_CORS_ORIGINS = ["https://city.example", "*"]

    assert asked_beforehand("/fhir/Patient", "https://city.example").status_code == 204
    assert asked_beforehand("/fhir/Patient", "https://evil.example").status_code == 403
    assert asked_beforehand("/fhir/Patient", "*").status_code == 403


@pytest.mark.parametrize(
    ("uri", "origin"),
    [
        ("https://APP.example:443/back?x=1", "https://app.example"),
        ("http://localhost:3000/cb", "http://localhost:3000"),
        ("http://[::1]:80/cb", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(db, uri, origin):
    smart_app.App(None, redirect_uris=[uri])

    assert asked_beforehand("/fhir/Patient", origin).status_code == 204


def test_an_app_of_a_phone_has_no_page(db):
    smart_app.App(None, redirect_uris=["vn.example.app:/back"])

    assert asked_beforehand("/fhir/Patient", "vn.example.app://").status_code == 403


def test_pages_for_people_are_not_shared(app):
    answer = Client().get("/oauth/authorize", headers={"Origin": APP})

    assert "Access-Control-Allow-Origin" not in answer
