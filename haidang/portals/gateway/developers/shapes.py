"""What the gateway takes and answers beside FHIR, as schemas with names (dạng dữ liệu)."""

from haidang.kernel.described import FLAG, MOMENT, TEXT, URI, WHOLE, Shape, listed, maybe, record

# ── Claims ─────────────────────────────────────────────────────────────────────────────────

_PROBLEM = record(
    "DossierProblem",
    {
        "table": TEXT
        | {"description": "Table of the dossier, such as XML2; empty for the dossier"},
        "row": WHOLE | {"description": "Row of the table, from 1; 0 for the table"},
        "field": TEXT,
        "code": TEXT | {"description": "Stable code of the rule"},
        "severity": {"enum": ["error", "warning"]},
        "vi": TEXT,
        "en": TEXT,
        "action_vi": TEXT | {"description": "What to do about it"},
        "action_en": TEXT,
    },
)
_DOSSIER = record(
    "Dossier",
    {
        "ma_lk": TEXT | {"description": "Number of the visit"},
        "facility": TEXT,
        "state": TEXT,
        "encounter": maybe(TEXT) | {"description": "The FHIR Encounter it became"},
        "problems": listed(_PROBLEM),
    },
)
RECEIPT = record(
    "Receipt",
    {
        "receipt": TEXT | {"description": "Number to ask with later"},
        "state": TEXT,
        "status": TEXT | {"description": "Address of the report"},
        "received_at": MOMENT,
        "total": maybe(WHOLE),
        "counts": {"type": "object", "additionalProperties": WHOLE},
        "problems": listed(_PROBLEM),
    },
    duplicate=FLAG | {"description": "The same file had come before"},
    dossiers=listed(_DOSSIER),
    files=listed(record("ReceivedFile", {"receipt": TEXT, "filename": TEXT, "state": TEXT}))
    | {"description": "Of a zip"},
)
SANDBOX = record(
    "Sandbox",
    {
        "token": TEXT | {"description": "Send as Authorization: Bearer"},
        "expires_at": MOMENT,
        "fhir": URI,
        "organisation": TEXT | {"description": "The synthetic facility you speak for"},
        "scopes": listed(TEXT),
    },
)

# ── OAuth 2.0, OpenID Connect and SMART ────────────────────────────────────────────────────

ERROR = record(
    "OAuthError",
    {
        "error": {
            "enum": [
                "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
                "invalid_scope", "unsupported_token_type", "temporarily_unavailable",
            ],
        },
    },
    error_description=TEXT,
)  # fmt: skip
TOKEN = record(
    "Token",
    {
        "access_token": TEXT,
        "token_type": {"const": "Bearer"},
        "expires_in": WHOLE | {"description": "Seconds"},
        "scope": TEXT,
    },
    refresh_token=TEXT | {"description": "Where offline_access was allowed"},
    id_token=TEXT | {"description": "Where openid was allowed; signed with a key of /oauth/keys"},
    patient=TEXT | {"description": "Id of the Patient it was opened for"},
    encounter=TEXT | {"description": "Id of the Encounter it was opened for"},
    need_patient_banner=FLAG,
)
INTROSPECTION = record(
    "Introspection",
    {"active": FLAG},
    scope=TEXT,
    client_id=TEXT,
    token_type=TEXT,
    exp=WHOLE,
    iat=WHOLE,
    iss=URI,
    aud=URI,
    sub=TEXT,
    patient=TEXT,
    encounter=TEXT,
    fhirUser=URI,
)
KEYS = record(
    "JsonWebKeySet",
    {"keys": listed({
        "type": "object",
        "required": ["kty", "kid", "use", "alg"],
        "properties": {"kty": TEXT, "kid": TEXT, "use": {"const": "sig"}, "alg": TEXT},
    })},
)  # fmt: skip
_SERVER = {
    "issuer": URI,
    "jwks_uri": URI,
    "authorization_endpoint": URI,
    "token_endpoint": URI,
    "introspection_endpoint": URI,
    "revocation_endpoint": URI,
    "management_endpoint": URI,
    "grant_types_supported": listed(TEXT),
    "response_types_supported": listed(TEXT),
    "scopes_supported": listed(TEXT),
    "code_challenge_methods_supported": listed({"const": "S256"}),
    "token_endpoint_auth_methods_supported": listed(TEXT),
    "token_endpoint_auth_signing_alg_values_supported": listed(TEXT),
}
SMART = record("SmartConfiguration", _SERVER | {"capabilities": listed(TEXT)})
OPENID = record(
    "OpenIdConfiguration",
    _SERVER
    | {
        "subject_types_supported": listed(TEXT),
        "id_token_signing_alg_values_supported": listed(TEXT),
        "claims_supported": listed(TEXT),
    },
)
_CLIENT = {
    "client_id": TEXT,
    "client_secret": TEXT,
    "client_assertion_type": {"const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
    "client_assertion": TEXT | {"description": "JWT signed with RS384 or ES384 (RFC 7523)"},
}


def _form(needed, **more):
    properties = needed | more | _CLIENT
    return {"type": "object", "required": list(needed), "properties": properties}


TOKEN_REQUEST = Shape(
    "TokenRequest",
    {
        "oneOf": [
            _form(
                {"grant_type": {"const": "authorization_code"}, "code": TEXT, "redirect_uri": TEXT, "code_verifier": TEXT},
            ),
            _form({"grant_type": {"const": "refresh_token"}, "refresh_token": TEXT}, scope=TEXT),
            _form({"grant_type": {"const": "client_credentials"}}, scope=TEXT),
        ]
    },
)  # fmt: skip
OF_A_TOKEN = Shape(
    "TokenToAskAbout",
    _form({"token": TEXT}, token_type_hint={"enum": ["access_token", "refresh_token"]}),
)
