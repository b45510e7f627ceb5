"""SMART App Launch: an app gets what a person gives it, and no trick gets it more."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import smart_app
from haidang.portals.gateway.tests.smart_app import App, back

HOSPITAL = "31001"
READ = "launch/patient patient/*.rs openid fhirUser"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mai(db):
    resource = {"resourceType": "Patient", "id": "mai", "name": [{"text": "Lê Thị Mai"}], "birthDate": "1990-02-03"}  # fmt: skip
    return people.save_patient(resource, by=actor.SYSTEM)


@pytest.fixture
def nam(db):
    resource = {"resourceType": "Patient", "id": "nam", "name": [{"text": "Bùi Văn Nam"}]}
    return people.save_patient(resource, by=actor.SYSTEM)


@pytest.fixture
def citizen(mai):
    return smart_app.account("mai.dan", patient="mai")


@pytest.fixture
def doctor(mai):
    access.relate(mai.rid, HOSPITAL, basis="encounter")
    return smart_app.account("bs.ha", ("doctor", HOSPITAL))


def said(answer):
    return fhirjson.loads(answer.content)


# ── The way there ──────────────────────────────────────────────────────────────────────────


def test_a_person_lets_an_app_see_the_own_record(citizen):
    app = App(citizen)

    page = app.open(READ).content.decode()
    told = app.tokens(READ)

    assert "Lê Thị Mai" in page
    assert "Toàn bộ hồ sơ sức khoẻ" in page
    assert (told["patient"], told["token_type"], told["expires_in"]) == ("mai", "Bearer", 3600)
    assert set(told["scope"].split()) == set(READ.split())
    assert "refresh_token" not in told
    assert smart_app.Bearer(told["access_token"]).seen("Patient") == ["Patient/mai"]


def test_the_id_token_says_who_signed_in_and_is_signed(doctor):
    from jwcrypto import jwk, jwt

    app = App(doctor)
    told = app.tokens("openid fhirUser user/Patient.rs", nonce="n-1")
    keys = jwk.JWKSet.from_json(Client().get("/oauth/keys").content)

    read = jwt.JWT(jwt=told["id_token"], key=keys, algs=["RS256"])

    claims = json.loads(read.claims)
    assert claims["iss"] == "http://testserver/oauth"
    assert claims["aud"] == app.row.client_id
    assert claims["fhirUser"] == f"http://testserver/fhir/{doctor.ref}"
    assert claims["nonce"] == "n-1"


def test_a_stranger_is_sent_to_sign_in_first(db):
    answer = App(None).open(READ)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/")


def test_who_may_not_let_apps_act_is_refused(db):
    clerk = smart_app.account("nv.thu", ("cashier", HOSPITAL))

    assert App(clerk).open(READ).status_code == 403


def test_a_doctor_chooses_among_those_the_facility_cares_for(doctor, nam):
    app = App(doctor)

    page = app.open(READ).content.decode()
    found = app.post(READ, {"q": "Mai"}).content.decode()
    others = app.post(READ, {"q": "Nam"}).content.decode()
    refused = app.post(READ, {"step": "allow", "allow": "patient/*.rs", "patient": "nam"})

    assert "Mở ứng dụng cho ai?" in page
    assert "Lê Thị Mai" in found
    assert "Bùi Văn Nam" not in others
    assert "chưa có quan hệ chăm sóc" in refused.content.decode()
    assert app.tokens(READ, patient="mai")["patient"] == "mai"


def test_a_person_strikes_out_what_the_app_shall_not_have(citizen):
    scope = "launch/patient patient/Condition.rs patient/Observation.rs sensitive"
    app = App(citizen)

    told = app.tokens(scope, but=("patient/Condition.rs", "sensitive"))

    assert set(told["scope"].split()) == {"launch/patient", "patient/Observation.rs"}


def test_a_no_is_told_to_the_app(citizen):
    told = back(App(citizen).post(READ, {"step": "refuse"}))

    assert (told["error"], told["state"]) == ("access_denied", "s-123456")


def test_an_app_opened_from_our_pages_knows_for_whom(doctor, mai):
    app, scope = App(doctor), "launch patient/*.rs"
    launch = access.begin_launch(app.row, account=doctor.pk, patient="mai", patient_rid=mai.rid)

    page = app.open(scope, launch=launch).content.decode()
    told = app.tokens(scope, launch=launch)
    again = back(app.open(scope, launch=launch))

    assert "Lê Thị Mai" in page
    assert told["patient"] == "mai"
    assert again["error"] == "invalid_request"


def test_a_launch_serves_nobody_else(doctor, mai):
    app, scope = App(doctor), "launch patient/*.rs"
    other = smart_app.account("bs.binh", ("doctor", HOSPITAL))
    launch = access.begin_launch(app.row, account=other.pk, patient="mai", patient_rid=mai.rid)

    assert back(app.open(scope, launch=launch))["error"] == "invalid_request"
    assert back(app.open(scope, launch="x"))["error"] == "invalid_request"
    assert back(app.open(scope))["error"] == "invalid_request"


# ── Tricks ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/back/", "https://app.example/back?x=1", "https://app.example/back/../x",
        "https://APP.example/back", "http://app.example/back", "https://app.example.evil.example/back",
        "https://app.example@evil.example/back", "https://evil.example/back", "https://app.example/back#x", None,
    ],
)  # fmt: skip
def test_another_redirect_address_is_never_used(citizen, uri):
    scope = READ
    app = App(citizen, redirect_uris=[smart_app.BACK, "https://app.example/other"])

    answer = app.open(scope, redirect_uri=uri)

    assert answer.status_code == 400
    assert "Location" not in answer


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": smart_app.VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        *[({"code_challenge": wrong}, "invalid_request")
          for wrong in ("", "x" * 42, "x" * 129, "!" * 43, "é" * 43, f"{smart_app.challenge()}=")],
        ({"aud": "https://elsewhere.example/fhir"}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"scope": "system/*.rs"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "patient/Observation.rs?date=ge2026"}, "invalid_scope"),
        ({"scope": "patient/Observation.rs?nothing=1"}, "invalid_scope"),
        ({"scope": "patient/Nope.rs"}, "invalid_scope"),
        ({"scope": "patient/Patient.rs user/Nope.rs"}, "invalid_scope"),
    ],
)  # fmt: skip
def test_a_wish_that_is_not_in_order_is_told_to_the_app(citizen, changed, error):
    answer = App(citizen).open(**({"scope": READ} | changed))

    assert answer["Location"].startswith(smart_app.BACK)
    told = dict(smart_app.parse_qsl(answer["Location"].replace("#", "?").partition("?")[2]))
    assert told["error"] == error


def test_a_wrong_verifier_gets_nothing(citizen):
    app = App(citizen)

    for verifier in ("another-verifier-that-is-long-enough-for-the-rule-of-43", "", None):
        answer = app.exchange(app.allow(READ), code_verifier=verifier)
        assert answer.status_code == 400, answer.content
        assert said(answer)["error"] in ("invalid_grant", "invalid_request")


def test_a_code_works_once_and_its_second_use_ends_what_came_of_it(citizen):
    app = App(citizen)
    code = app.allow(READ)
    fhir = smart_app.Bearer(said(app.exchange(code))["access_token"])
    assert fhir.get("Patient/mai").status_code == 200

    again = app.exchange(code)

    assert (again.status_code, said(again)["error"]) == (400, "invalid_grant")
    assert fhir.get("Patient/mai").status_code == 401


def test_a_code_is_no_good_to_another_app_or_for_another_address(citizen):
    app, other = App(citizen), App(citizen)

    assert other.exchange(app.allow(READ)).status_code == 400
    assert app.exchange(app.allow(READ), redirect_uri="https://evil.example").status_code == 400


def test_a_confidential_app_proves_who_it_is(citizen):
    app = App(citizen, public=False)

    bare = app.exchange(app.allow(READ))
    wrong = app.exchange(app.allow(READ), client_secret="guessed")
    right = app.exchange(app.allow(READ), client_secret=app.secret)

    assert (bare.status_code, wrong.status_code, right.status_code) == (401, 401, 200)


def test_no_app_gets_more_than_it_was_registered_for(citizen):
    app = App(citizen, scopes=["patient/Observation.rs", "launch/patient"])

    told = app.tokens("launch/patient patient/*.cruds offline_access user/*.rs", but=())

    assert set(told["scope"].split()) == {"launch/patient"}
    told = app.tokens("launch/patient patient/Observation.cruds patient/Observation.rs")
    assert set(told["scope"].split()) == {"launch/patient", "patient/Observation.rs"}


# ── Afterwards ─────────────────────────────────────────────────────────────────────────────


def refreshed(app, token, **more):
    return app.token(grant_type="refresh_token", refresh_token=token, client_id=app.row.client_id, **more)  # fmt: skip


def test_a_refresh_token_turns_over_and_its_reuse_ends_the_family(citizen):
    app = App(citizen)
    first = app.tokens("launch/patient patient/*.rs offline_access")

    second = said(refreshed(app, first["refresh_token"]))
    replayed = refreshed(app, first["refresh_token"])
    after = refreshed(app, second["refresh_token"])

    assert second["patient"] == "mai"
    assert second["refresh_token"] != first["refresh_token"]
    assert (replayed.status_code, after.status_code) == (400, 400)
    assert smart_app.Bearer(second["access_token"]).get("Patient/mai").status_code == 401


def test_a_public_app_refreshes_without_naming_itself_and_one_with_a_secret_does_not(citizen):
    public, secret = App(citizen), App(citizen, public=False)
    scope = "launch/patient patient/*.rs offline_access"
    of_public = public.tokens(scope)["refresh_token"]
    of_secret = said(secret.exchange(secret.allow(scope), client_secret=secret.secret))[
        "refresh_token"
    ]

    unnamed = public.token(grant_type="refresh_token", refresh_token=of_public)
    again = public.token(grant_type="refresh_token", refresh_token=of_public)
    stolen = secret.token(grant_type="refresh_token", refresh_token=of_secret)
    guessed = public.token(grant_type="refresh_token", refresh_token="a-guess")

    assert said(unnamed)["patient"] == "mai"
    assert again.status_code == 400
    assert (stolen.status_code, guessed.status_code) == (401, 401)


def test_a_refresh_narrows_and_never_widens(citizen):
    app = App(citizen)
    first = app.tokens("launch/patient patient/Patient.rs patient/Observation.rs offline_access")

    wider = refreshed(app, first["refresh_token"], scope="patient/*.rs")
    narrower = said(refreshed(app, first["refresh_token"], scope="patient/Patient.rs"))

    assert said(wider)["error"] == "invalid_scope"
    assert narrower["scope"] == "patient/Patient.rs"
    fhir = smart_app.Bearer(narrower["access_token"])
    assert fhir.get("Observation").status_code == 403


def test_a_part_of_a_scope_is_a_narrower_scope(citizen):
    app = App(citizen)
    first = app.tokens("launch/patient patient/*.rs offline_access")["refresh_token"]

    part = said(refreshed(app, first, scope="patient/Patient.r offline_access"))
    wider = refreshed(app, part["refresh_token"], scope="patient/Patient.cr")
    unfit = refreshed(app, part["refresh_token"], scope="patient/Patient.r?nothing=1")

    assert part["scope"] == "patient/Patient.r offline_access"
    fhir = smart_app.Bearer(part["access_token"])
    assert (fhir.get("Patient/mai").status_code, fhir.get("Observation").status_code) == (200, 403)
    assert said(wider)["error"] == said(unfit)["error"] == "invalid_scope"


def test_after_a_narrower_token_the_next_has_all_that_was_allowed(citizen):
    """RFC 6749, 6: the scope of the refresh token stays what the person allowed."""
    app = App(citizen)
    first = app.tokens("launch/patient patient/*.rs offline_access")

    narrow = said(refreshed(app, first["refresh_token"], scope="launch/patient offline_access"))
    next_one = said(refreshed(app, narrow["refresh_token"]))

    assert set(next_one["scope"].split()) == set(first["scope"].split())
    assert smart_app.Bearer(next_one["access_token"]).get("Patient/mai").status_code == 200


def test_introspection_tells_an_app_of_its_own_tokens_only(citizen):
    app, other = App(citizen, public=False), App(citizen, public=False)
    code = app.allow(f"{READ} offline_access")
    told = said(app.exchange(code, client_secret=app.secret))

    def introspected(by, token):
        asked = {"token": token, "client_id": by.row.client_id, "client_secret": by.secret}
        return said(Client().post("/oauth/introspect", asked))

    own = introspected(app, told["access_token"])
    assert own["active"] is True
    assert (own["patient"], own["client_id"]) == ("mai", app.row.client_id)
    assert own["fhirUser"].endswith(citizen.ref)
    assert introspected(other, told["access_token"]) == {"active": False}
    assert introspected(app, "nonsense") == {"active": False}
    unknown = Client().post("/oauth/introspect", {"token": told["access_token"]})
    assert (unknown.status_code, unknown["WWW-Authenticate"]) == (401, 'Basic realm="HaiDang"')


def test_a_token_that_has_run_out_opens_nothing(citizen):
    app = App(citizen, public=False)
    token = said(app.exchange(app.allow(READ), client_secret=app.secret))["access_token"]
    asked = {"token": token, "client_id": app.row.client_id, "client_secret": app.secret}
    with connection.cursor() as run:
        run.execute("UPDATE access_accesstoken SET expires = now() - interval '1 second'")

    answer = smart_app.Bearer(token).get("Patient/mai")

    assert said(Client().post("/oauth/introspect", asked)) == {"active": False}
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "something_else", None])
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both_whatever_the_hint(citizen, which, hint):
    app, other = App(citizen), App(citizen, public=False)
    told = app.tokens("launch/patient patient/*.rs offline_access")
    fhir = smart_app.Bearer(told["access_token"])
    foreign = {"client_id": other.row.client_id, "client_secret": other.secret}

    def revoke(by):
        sent = by | {"token": told[which]} | ({"token_type_hint": hint} if hint else {})
        return Client().post("/oauth/revoke", sent).status_code

    assert (revoke(foreign), fhir.get("Patient/mai").status_code) == (200, 200)
    assert revoke({"client_id": app.row.client_id}) == 200
    assert fhir.get("Patient/mai").status_code == 401
    assert refreshed(app, told["refresh_token"]).status_code == 400
    assert revoke({"client_id": app.row.client_id}) == 200  # what is gone already is no fault


def test_a_revoked_token_opens_nothing(citizen):
    app = App(citizen)
    told = app.tokens("launch/patient patient/*.rs offline_access")
    fhir = smart_app.Bearer(told["access_token"])

    Client().post("/oauth/revoke", {"token": told["refresh_token"], "client_id": app.row.client_id})

    assert refreshed(app, told["refresh_token"]).status_code == 400
    assert fhir.get("Patient/mai").status_code == 401


def test_what_the_person_takes_back_is_dead_at_once(citizen):
    app = App(citizen)
    told = app.tokens("launch/patient patient/*.rs offline_access")
    (permit,) = access.permits_of(citizen.pk)

    access.end_permit(permit.id, by=access.actor_of(citizen))

    assert smart_app.Bearer(told["access_token"]).get("Patient/mai").status_code == 401
    assert refreshed(app, told["refresh_token"]).status_code == 400


def test_an_app_that_was_closed_gets_nothing_more(citizen):
    app = App(citizen)
    fhir, code = app.fhir(READ), app.allow(READ)

    access.end_app(app.row.client_id, by=actor.SYSTEM)

    assert fhir.get("Patient/mai").status_code == 401
    assert app.exchange(code).status_code in (400, 401)
    assert app.open(READ).status_code == 400


def test_what_the_person_may_no_longer_do_the_app_may_not_either(doctor, mai):
    app = App(doctor)
    wide, narrow = app.fhir("user/Patient.rs"), app.fhir(READ, patient="mai")
    assert wide.seen("Patient") == narrow.seen("Patient") == ["Patient/mai"]

    access.relate(mai.rid, HOSPITAL, basis="encounter", until=datetime(2020, 1, 1, tzinfo=UTC))
    assert wide.seen("Patient") == []
    assert narrow.get("Patient/mai").status_code in (403, 404)

    access.end_role(doctor, "doctor", HOSPITAL, by=actor.SYSTEM)
    assert wide.get("Patient").status_code == 401


def test_the_access_book_names_the_person_and_the_app(doctor, mai):
    app = App(doctor)

    app.fhir(READ, patient="mai").get("Patient/mai")

    look = ledger.looks_at("Patient/mai")[0]
    assert (look.by_ref, look.org) == (doctor.ref, HOSPITAL)
    assert look.by_name == "Bs.Ha, qua Ứng dụng thử"
    assert look.reason == app.row.ref


def test_where_everything_is_stands_in_the_well_known_places(db):
    smart = said(Client().get("/fhir/.well-known/smart-configuration"))
    openid = said(Client().get("/oauth/.well-known/openid-configuration"))
    (security,) = [rest["security"] for rest in said(Client().get("/fhir/metadata"))["rest"]]

    assert smart["code_challenge_methods_supported"] == ["S256"]
    assert {"launch-ehr", "launch-standalone", "permission-v2"} <= set(smart["capabilities"])
    assert openid["issuer"] == smart["issuer"] == "http://testserver/oauth"
    assert smart["management_endpoint"] == "http://testserver/ung-dung/"
    uris = {one["url"]: one["valueUri"] for one in security["extension"][0]["extension"]}
    assert uris["token"] == smart["token_endpoint"]
    assert uris["authorize"] == smart["authorization_endpoint"]
