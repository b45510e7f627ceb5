"""The OpenAPI description of what is not FHIR: valid, whole, and true of what is answered."""

import re

import jsonschema_rs
import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from haidang.engines.places import api as places
from haidang.kernel import actor, described
from haidang.portals.gateway.developers import catalogue
from haidang.portals.gateway.tests import smart_app
from tests import messages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hospital():
    return places.save_facility(
        "31T01", name="Bệnh viện mô phỏng", kind="general-hospital", by=actor.SYSTEM
    )


@pytest.fixture
def description(client):
    return client.get("/developers/openapi.json").json()


@pytest.fixture
def judge(description):
    """What is wrong with an answer, by what the description says of its address."""

    def judged(answer, path, method="get"):
        told = description["paths"][path][method]["responses"][str(answer.status_code)]
        if not answer.content:
            return [] if not told.get("content") else ["no body"]
        kind = answer["Content-Type"].partition(";")[0]
        schema = told["content"][kind]["schema"] | {"components": description["components"]}
        return [
            one.message for one in jsonschema_rs.validator_for(schema).iter_errors(answer.json())
        ]

    return judged


def test_the_description_is_valid(description):
    assert [one.message for one in OpenAPIV31SpecValidator(description).iter_errors()] == []
    assert description["openapi"] == "3.1.1"


def test_operations_have_names_of_their_own_and_every_gap_is_told(description):
    deeds = [(path, one) for path, item in description["paths"].items() for one in item.values()]

    names = [one["operationId"] for _path, one in deeds]
    assert len(names) == len(set(names)) >= 80
    for path, one in deeds:
        told = {each["name"] for each in one["parameters"] if each["in"] == "path"}
        assert told == set(re.findall(r"{(\w+)}", path)), path


def test_refusals_come_from_the_catalogue_and_what_a_door_refuses_is_derived(description):
    answers = description["paths"]["/gateway/claims"]["post"]["responses"]
    closed = answers["401"]["content"][described.PROBLEM]["examples"]

    assert closed.keys() == {"access.token_missing", "access.token_unknown"}
    assert "access.token_needed" in answers["403"]["content"][described.PROBLEM]["examples"]
    assert (
        closed["access.token_missing"]["value"]["title"]
        in catalogue.by_code()["access.token_missing"].english
    )
    assert "401" not in description["paths"]["/khoe/"]["get"]["responses"]


def test_an_address_of_people_is_opened_by_a_session_and_that_of_systems_by_a_token(description):
    security = {
        path: item.get("get", item.get("post"))["security"]
        for path, item in description["paths"].items()
    }

    assert security["/gateway/claims"] == [{"token": []}]
    assert security["/oauth/authorize"] == [{"person": []}]
    assert security["/oauth/token"] == [{"client": []}, {}]
    assert security["/du-lieu-mo/catalog.jsonld"] == []


# ── Answers ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/khoe/", "/san-sang/", "/oauth/keys", "/oauth/.well-known/openid-configuration", "/developers/openapi.json",
        "/fhir/.well-known/smart-configuration", "/du-lieu-mo/api/3/", "/du-lieu-mo/catalog.jsonld",
        "/du-lieu-mo/api/3/action/license_list", "/du-lieu-mo/api/action/status_show",
    ],
)  # fmt: skip
def test_what_is_open_to_all_has_the_shape_that_is_described(client, judge, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert judge(answer, path) == []


def test_a_machine_that_names_no_format_is_refused_in_json(client, judge):
    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9")

    assert (answer.status_code, answer.json()["code"]) == (403, "metrics.not_from_here")
    assert judge(answer, "/metrics") == []


def test_a_persons_refusal_stays_a_page(client):
    answer = client.get("/du-lieu-mo/bo/khong-co/moi-nhat/csv")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_dossiers_are_answered_as_described(client, judge):
    made = client.post("/gateway/sandbox")
    assert judge(made, "/gateway/sandbox", "post") == []
    token = made.json()["token"]
    sender = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    told = {}
    for query, status in (("", 202), ("?wait=20", 200)):
        answer = sender.post(
            f"/gateway/claims{query}",
            messages.claim("A" if query else "B"),
            content_type="application/xml",
        )
        assert answer.status_code == status, answer.content
        assert judge(answer, "/gateway/claims", "post") == []
        told = answer.json()
    assert judge(sender.get(told["status"]), "/gateway/claims/{receipt}") == []
    assert judge(sender.get("/gateway/claims/none"), "/gateway/claims/{receipt}") == []
    broken = sender.post("/gateway/claims?wait=20", b"<x", content_type="application/xml")
    assert broken.status_code == 422
    assert judge(broken, "/gateway/claims", "post") == []


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"data": b"", "content_type": "application/xml"}, "exchange.empty"),
        ({"data": {"x": "1"}}, "gateway.file_missing"),
        ({"data": "fileHSBase64=*", "content_type": described.FORM}, "gateway.base64_unreadable"),
        ({"data": b"<x/>", "content_type": "application/xml", "query_params": {"wait": "x"}}, "gateway.wait_unreadable"),
    ],
)  # fmt: skip
def test_each_refusal_of_a_dossier_is_among_those_described(client, description, judge, sent, code):
    token = client.post("/gateway/sandbox").json()["token"]

    answer = Client(headers={"Authorization": f"Bearer {token}"}).post("/gateway/claims", **sent)

    told = description["paths"]["/gateway/claims"]["post"]["responses"][str(answer.status_code)]
    assert answer.json()["code"] == code
    assert code in told["content"][described.PROBLEM]["examples"]
    assert judge(answer, "/gateway/claims", "post") == []


@pytest.fixture
def app():
    doctor = smart_app.account("bac.si", ("doctor", "31T01"))
    return smart_app.App(doctor, public=False)


def test_tokens_are_answered_as_described(app, judge):
    who = {"client_id": app.row.client_id, "client_secret": app.secret}
    wish = "openid fhirUser offline_access user/*.rs"

    got = app.exchange(app.allow(wish), client_secret=app.secret)
    asked = Client().post("/oauth/introspect", who | {"token": got.json()["access_token"]})
    offered = {"grant_type": "refresh_token", "refresh_token": got.json()["refresh_token"]}
    again = Client().post("/oauth/token", who | offered)
    gone = Client().post("/oauth/revoke", who | {"token": again.json()["access_token"]})
    after = Client().post("/oauth/introspect", who | {"token": again.json()["access_token"]})

    assert {"id_token", "refresh_token"} <= got.json().keys()
    assert (asked.json()["active"], after.json()["active"]) == (True, False)
    for answer, path in (
        (got, "token"), (again, "token"), (asked, "introspect"), (after, "introspect"), (gone, "revoke"),
    ):  # fmt: skip
        assert answer.status_code == 200, answer.content
        assert judge(answer, f"/oauth/{path}", "post") == []


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x", "client_id": "x"}, 401, "invalid_client"),
    ],
)  # fmt: skip
def test_refusals_of_tokens_are_as_described(client, judge, said, status, error):
    answer = client.post("/oauth/token", said)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert judge(answer, "/oauth/token", "post") == []


def test_a_session_changes_nothing_at_the_token_endpoint(app, judge):
    answer = app.browser.post("/oauth/token", {"grant_type": "refresh_token"})

    assert answer.json()["code"] == "access.token_needed"
    assert judge(answer, "/oauth/token", "post") == []


def test_an_app_is_sent_to_the_page_with_what_is_described(app, description):
    query = description["paths"]["/oauth/authorize"]["get"]["parameters"]
    needed = {one["name"] for one in query if one["required"]}

    assert needed == app.asked("openid").keys()
    assert app.open("openid user/*.rs").status_code == 200
    assert app.open("openid", client_id="x").status_code == 400
    assert Client().get("/oauth/authorize", app.asked("openid")).status_code == 302


def test_too_many_tries_are_answered_as_described(client, judge, monkeypatch):
    monkeypatch.setattr("haidang.portals.gateway.smart.endpoints.TRIES", 0)

    answer = client.post("/oauth/revoke", {"token": "x"})

    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert judge(answer, "/oauth/revoke", "post") == []


def test_headers_that_a_refusal_carries_are_described(client, description):
    closed = client.get("/gateway/claims/x")
    unnamed = client.post("/oauth/introspect", {"token": "x"})

    for answer, path, method in (
        (closed, "/gateway/claims/{receipt}", "get"),
        (unnamed, "/oauth/introspect", "post"),
    ):
        told = description["paths"][path][method]["responses"]["401"]["headers"]
        assert answer.status_code == 401
        assert told.keys() == {"WWW-Authenticate"} <= answer.headers.keys()
    for item in description["paths"].values():
        for one in item.values():
            assert (
                "429" not in one["responses"] or "Retry-After" in one["responses"]["429"]["headers"]
            )


def test_a_view_at_two_addresses_is_described_at_both(description):
    first, second = (
        description["paths"][f"/du-lieu-mo/api/{part}action/package_show"] for part in ("3/", "")
    )

    assert first["get"]["responses"] == second["get"]["responses"]
    assert first["get"]["operationId"] != second["get"]["operationId"]
