"""Where apps find the authorisation server, and what it can do.

Source: SMART App Launch 2.2.0, "Conformance"; OpenID Connect Discovery 1.0.
"""

from django.http import JsonResponse
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.kernel.described import Answer, Deed, described
from haidang.portals.gateway.developers import shapes

CAPABILITIES = [
    "launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric",
    "client-confidential-asymmetric", "sso-openid-connect", "context-banner",
    "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient",
    "context-standalone-encounter", "permission-offline", "permission-patient",
    "permission-user", "permission-v1", "permission-v2",
]  # fmt: skip
SCOPES = [
    "openid", "fhirUser", "profile", "launch", "launch/patient", "launch/encounter",
    "offline_access", "sensitive", "patient/*.rs", "patient/*.cruds", "user/*.rs", "user/*.cruds",
    "system/*.rs", "system/*.cruds",
]  # fmt: skip
_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
_ALGORITHMS = ["RS384", "ES384"]


def addresses(request):
    """The endpoints as this client reached the server."""
    base = request.build_absolute_uri("/oauth")
    return {
        "issuer": base,
        "jwks_uri": f"{base}/keys",
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "introspection_endpoint": f"{base}/introspect",
        "revocation_endpoint": f"{base}/revoke",
        "management_endpoint": request.build_absolute_uri(reverse("connections:see_allowed")),
    }


def _common(request):
    return addresses(request) | {
        "grant_types_supported": [*access.GRANTS],
        "response_types_supported": ["code"],
        "scopes_supported": SCOPES,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": _METHODS,
        "token_endpoint_auth_signing_alg_values_supported": _ALGORITHMS,
    }


def _told(operation, summary, shape):
    return described(Deed(operation, summary, {200: Answer(summary, shape)}, tag="oauth"))


@_told("getSmartConfiguration", "Where apps find the endpoints, and what is served", shapes.SMART)
@access.screen("public", portal="gateway")
def smart(request):
    """`/fhir/.well-known/smart-configuration`."""
    return JsonResponse(_common(request) | {"capabilities": CAPABILITIES})


@_told("getOpenIdConfiguration", "The same in the words of OpenID Connect", shapes.OPENID)
@access.screen("public", portal="gateway")
def openid(request):
    """`/oauth/.well-known/openid-configuration`."""
    return JsonResponse(
        _common(request)
        | {
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "auth_time",
                "fhirUser",
                "name",
            ],
        }
    )


@_told("getKeys", "Public keys by which an ID token is checked", shapes.KEYS)
@access.screen("public", portal="gateway")
def keys(request):
    """The public keys by which an app checks an ID token."""
    return JsonResponse(access.public_keys())
