"""SMART backend services: a system signs for itself, each time anew."""

import base64
import time

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, fhirjson
from haidang.portals.gateway.tests.smart_app import Bearer

pytestmark = pytest.mark.django_db
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTIONS = "haidang.engines.access.oauth.assertions"
ENDPOINT = "http://testserver/oauth/token"
SCOPES = ["system/*.rs", "gateway.see_whole_city"]


def key_of(kind, kid="k1"):
    options = {"kid": kid, "use": "sig"}
    if kind == "ES384":
        return ECKey.generate_key("P-384", options)
    return RSAKey.generate_key(2048, options)


@pytest.fixture(scope="module", params=["RS384", "ES384"])
def pair(request):
    return request.param, key_of(request.param)


def registered(key, **more):
    jwks = KeySet([key]).as_dict(private=False)
    more = {"scopes": SCOPES, "jwks": jwks} | more
    return access.register_app("Kho dữ liệu", by=actor.SYSTEM, service=True, **more)[0]


@pytest.fixture
def service(pair):
    return registered(pair[1])


def assertion(app, pair, *, head=None, **changed):
    now = time.time()
    claims = {"iss": app.client_id, "sub": app.client_id, "aud": ENDPOINT, "exp": int(now) + 120, "jti": f"j-{now}"}  # fmt: skip
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    algorithm, key = pair
    return jwt.encode({"alg": algorithm, "kid": "k1"} | (head or {}), claims, key, algorithms=["RS384", "ES384", "RS256", "HS256"])  # fmt: skip


def asked(signed, scope="system/*.rs", **changed):
    said = {"grant_type": "client_credentials", "scope": scope, "client_assertion_type": TYPE, "client_assertion": signed}  # fmt: skip
    return Client().post("/oauth/token", said | changed)


def said(answer):
    return fhirjson.loads(answer.content)


def test_a_signed_request_gets_a_short_token_that_opens_the_records(service, pair):
    with access.reach(actor.SYSTEM, people="all"):
        records.save({"resourceType": "Patient", "id": "mai"}, by=actor.SYSTEM)

    answer = asked(assertion(service, pair), "system/*.rs gateway.see_whole_city")

    told = said(answer)
    assert answer.status_code == 200, told
    assert (told["expires_in"], told["token_type"]) == (300, "Bearer")
    assert "refresh_token" not in told
    assert answer["Cache-Control"] == "no-store"
    assert Bearer(told["access_token"]).seen("Patient") == ["Patient/mai"]


@pytest.mark.parametrize("scope", ["system/Nope.rs", "system/Observation.rs?nothing=1"])
def test_a_scope_that_cannot_be_held_gets_no_token(service, pair, scope):
    answer = asked(assertion(service, pair), f"system/Patient.rs {scope}")

    assert (answer.status_code, said(answer)["error"]) == (400, "invalid_scope")


def test_an_assertion_is_taken_once(service, pair):
    signed = assertion(service, pair)

    first, again = asked(signed), asked(signed)

    assert (first.status_code, again.status_code) == (200, 401)
    assert said(again)["error"] == "invalid_client"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example/token"}, {"aud": None}, {"aud": "http://testserver/"},
        {"exp": 1}, {"exp": None}, {"exp": "soon"}, {"exp": 4_000_000_000},
        {"jti": None}, {"jti": ""}, {"jti": "j" * 300}, {"jti": "j\0"}, {"jti": 7}, {"nbf": "now"}, {"nbf": None, "exp": True}, {"iss": "somebody"}, {"sub": "somebody"}, {"nbf": 4_000_000_000},
    ],
)  # fmt: skip
def test_claims_that_are_not_in_order_are_refused(service, pair, changed):
    assert asked(assertion(service, pair, **changed)).status_code == 401


def test_another_key_is_refused(service, pair):
    forged = (pair[0], key_of(pair[0]))

    assert asked(assertion(service, forged)).status_code == 401


@pytest.mark.parametrize("signed", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."])
def test_what_is_no_assertion_is_refused(service, signed):
    assert asked(signed).status_code in (400, 401)


@pytest.mark.parametrize("address", ["token", "introspect"])
@pytest.mark.parametrize(
    "payload",
    [b"[]", b"null", b"[" * 100_000, b'{"iss": "\\u0000"}', b'{"iss": "\\ud800"}', b'{"iss": {}}', b'{"iss": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_claims_that_nobody_can_have_name_nobody(db, address, payload):
    parts = [
        base64.urlsafe_b64encode(one).decode().rstrip("=") for one in (b'{"alg":"RS384"}', payload)
    ]
    said = {"grant_type": "client_credentials", "client_assertion_type": TYPE, "token": "x"}

    answer = Client().post(
        f"/oauth/{address}", said | {"client_assertion": ".".join([*parts, "AAAA"])}
    )

    assert answer.status_code == 401


def test_an_algorithm_that_was_not_agreed_is_refused():
    key = key_of("RS384")
    app = registered(key)

    assert asked(assertion(app, ("RS256", key))).status_code == 401


def test_a_service_gets_what_it_was_registered_for_and_no_more(service, pair):
    wider = said(asked(assertion(service, pair), "system/*.cruds user/*.rs patient/*.rs openid"))
    nothing = asked(assertion(service, pair), "user/*.rs")

    assert wider["scope"] == "system/*.rs"
    assert said(nothing)["error"] == "invalid_scope"


def test_a_service_below_a_label_does_not_see_what_is_above(pair):
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    with access.reach(actor.SYSTEM, people="all"):
        for id, meta in (("open", {}), ("hidden", {"meta": {"security": [label]}})):
            records.save({"resourceType": "Basic", "id": id, "code": {"text": "x"}} | meta, by=actor.SYSTEM)  # fmt: skip
    app = registered(pair[1], ceiling="N")

    token = said(asked(assertion(app, pair)))["access_token"]

    assert Bearer(token).seen("Basic") == ["Basic/open"]


def test_keys_by_address_follow_a_change_of_keys(pair, monkeypatch):
    served = {"keys": KeySet([key_of(pair[0], "old")]).as_dict(private=False)["keys"]}
    monkeypatch.setattr(f"{ASSERTIONS}._AGAIN_AFTER_S", 0)
    monkeypatch.setattr(f"{ASSERTIONS}._fetched", {})
    monkeypatch.setattr(f"{ASSERTIONS}.httpx2.Client", _serving(served))
    app = registered(pair[1], jwks=None, jwks_uri="https://his.example/jwks")
    assert asked(assertion(app, pair)).status_code == 401

    served["keys"] = KeySet([pair[1]]).as_dict(private=False)["keys"]

    assert asked(assertion(app, pair)).status_code == 200


def _serving(served):
    class Answer:
        status_code, content = 200, b"{}"

        def json(self):
            return dict(served)

    class Client:
        def __init__(self, **options):
            assert options["follow_redirects"] is False

        def __enter__(self):
            return self

        def __exit__(self, *why):
            return None

        def get(self, uri, headers):
            return Answer()

    return Client


@pytest.mark.parametrize(
    "wish",
    [
        {"service": True, "scopes": ["system/*.rs"]},
        {"service": True, "scopes": ["system/Nope.rs"], "jwks_uri": "https://x.example/jwks"},
        {"service": True, "scopes": ["system/Observation.rs?nothing=1"], "jwks_uri": "https://x.example/jwks"},
        {"scopes": ["patient/Observation.rs?date=2026"], "redirect_uris": ["https://a.example/"]},
        {"service": True, "scopes": ["user/*.rs"], "jwks_uri": "https://x.example/jwks"},
        {"service": True, "scopes": ["gateway.nothing"], "jwks_uri": "https://x.example/jwks"},
        {"service": True, "scopes": [], "jwks_uri": "https://x.example/jwks"},
        {"service": True, "scopes": ["system/*.rs"], "jwks_uri": "http://x.example/jwks"},
        {"service": True, "scopes": ["system/*.rs"], "jwks": {"keys": [{"kty": "nothing"}]}},
        {"scopes": ["patient/*.rs"]},
        {"scopes": ["system/*.rs"], "redirect_uris": ["https://a.example/"]},
        {"scopes": ["gateway.see_whole_city"], "redirect_uris": ["https://a.example/"]},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["http://a.example/"]},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["https://a.example/#x"]},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["https://*.example/"]},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["javascript:alert(1)"]},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["https://u:p@a.example/"]},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["https://a.example/"], "launch_uri": "http://a.example/"},
        {"scopes": ["patient/*.rs"], "redirect_uris": ["https://a.example/"], "public": True, "jwks_uri": "https://a.example/j"},
    ],
)  # fmt: skip
def test_what_is_not_fit_is_not_registered(wish):
    with pytest.raises(errors.Incorrect):
        access.register_app("Ứng dụng", by=actor.SYSTEM, **wish)


def test_a_private_key_is_sent_back():
    private = KeySet([key_of("ES384")]).as_dict(private=True)

    with pytest.raises(errors.Incorrect):
        access.register_app("Kho", by=actor.SYSTEM, service=True, scopes=["system/*.rs"], jwks=private)  # fmt: skip


def test_a_closed_service_gets_nothing_more(service, pair):
    token = said(asked(assertion(service, pair)))["access_token"]

    access.end_app(service.client_id, by=actor.SYSTEM)

    assert Bearer(token).get("Patient").status_code == 401
    assert asked(assertion(service, pair)).status_code == 401
