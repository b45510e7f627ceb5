"""The endpoints of OAuth 2.0 as functions: what an app wishes, and what it is answered."""

import base64
import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors as oauth

from haidang.engines.access.oauth import tokens, words
from haidang.engines.access.oauth.models import App
from haidang.kernel import errors

_CARRIED = (
    "client_id", "redirect_uri", "response_type", "state", "code_challenge",
    "code_challenge_method", "nonce", "claims",
)  # fmt: skip

#: For what a token is given. The toolkit knows more, and no app of ours is registered for those.
GRANTS = ("authorization_code", "refresh_token", "client_credentials")
#: RFC 7636, 4.2: what a code challenge may be, whatever made it.
_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


def _core():
    # Later than the rest: the toolkit looks its tables up when it is imported.
    from haidang.engines.access.oauth import server

    return server.Core()


@dataclass(frozen=True)
class Wish:
    """What an app asks a person for.

    scopes    what it may be given at most (`words.granted`)
    launch    the text of an EHR launch, or None
    """

    app: App
    scopes: tuple[str, ...]
    redirect_uri: str
    launch: str | None
    credentials: dict

    @property
    def state(self):
        return self.credentials.get("state")


class Returned(Exception):
    """The app is told of an error at its redirect address (RFC 6749, 4.1.2.1)."""

    def __init__(self, uri):
        super().__init__("the app is told")
        self.uri = uri


def wish_of(request, *, audience):
    """The Wish that an authorisation request writes in its query.

    audience    address of the FHIR service, which the app must name (`aud`): so it cannot be
                lured into sending our tokens elsewhere

    Raises      Incorrect `access.app_unknown` when the app or its redirect address is not one we
                know, and then it is never sent there; Returned for what the app is told
    """
    try:
        if not is_readable(request):
            raise FatalClientError
        scopes, credentials = _core().validate_authorization_request(request)
    except FatalClientError as why:
        raise errors.Incorrect(
            "access.app_unknown",
            _("Yêu cầu này không đến từ một ứng dụng đã đăng ký, hoặc địa chỉ trả về không đúng."),
        ) from why
    except OAuthToolkitError as why:
        raise _returned(why.oauthlib_error) from why
    said = dict(parse_qsl(request.META.get("QUERY_STRING", "")))
    kept = {name: credentials[name] for name in _CARRIED if credentials.get(name) is not None}
    wish = Wish(
        app=App.objects.get(client_id=credentials["client_id"]),
        scopes=tuple(scopes),
        redirect_uri=credentials["redirect_uri"],
        launch=said.get("launch"),
        credentials=kept,
    )
    _check(wish, said, audience)
    return wish


def _check(wish, said, audience):
    if said.get("aud", "").rstrip("/") != audience:
        raise tell(wish, "invalid_request", "aud is not this FHIR service")
    if said.get("code_challenge_method") != "S256":
        raise tell(wish, "invalid_request", "code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(said.get("code_challenge", "")):
        raise tell(
            wish, "invalid_request", "code_challenge must be 43 to 128 unreserved characters"
        )
    if words.LAUNCH in wish.scopes and not wish.launch:
        raise tell(wish, "invalid_request", "launch is missing")


def tell(wish, error, description):
    """The `Returned` that tells an app of an error."""
    told = oauth.CustomOAuth2Error(error, description=description, state=wish.state)
    return Returned(told.in_uri(wish.redirect_uri))


def returned(told):
    """The answer that carries a `Returned` to the app."""
    return _Redirect(told.uri)


def refused(wish):
    """The answer of a person who does not want it."""
    return _Redirect(tell(wish, "access_denied", "the person said no").uri)


def allowed(request, wish, scopes, permit):
    """The answer that brings the app its code."""
    credentials = {**wish.credentials, "permit": permit}
    try:
        uri, _headers, _body, _status = _core().create_authorization_response(
            request, list(scopes), credentials, allow=True
        )
    except OAuthToolkitError as why:
        raise _returned(why.oauthlib_error) from why
    return _Redirect(uri)


def _returned(error):
    return Returned(error.in_uri(error.redirect_uri))


class _Redirect(HttpResponseRedirect):
    """To a registered address, whatever its scheme: a phone app has one of its own."""

    def __init__(self, uri):
        self.allowed_schemes = [*self.allowed_schemes, uri.partition(":")[0]]
        super().__init__(uri)


# ── For the app itself ─────────────────────────────────────────────────────────────────────


def is_readable(request):
    """False for the character NUL, which no word of OAuth has (RFC 6749, A) and no database keeps."""
    said = [*request.GET.values(), *request.POST.values(), _basic(request)]
    return not any("\0" in one for one in said)


def _basic(request):
    """Name and secret of a client as HTTP carries them; empty for none or for what cannot be read."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    try:
        read = base64.b64decode(text).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return ""
    return unquote(read)


def error_answer(error, description, status=400, **headers):
    """An error in the words of RFC 6749, 5.2; a description is ASCII."""
    content = {"error": error, "error_description": description}
    return _answer(headers, json.dumps(content), status)


def token_answer(request):
    """The answer of the token endpoint."""
    if not request.POST.get("grant_type"):
        return error_answer("invalid_request", "grant_type is missing")
    if not request.META.get("QUERY_STRING") and request.POST["grant_type"] not in GRANTS:
        return error_answer("unsupported_grant_type", f"grant_type is one of {', '.join(GRANTS)}")
    return _answer(*_core().create_token_response(request)[1:])


def revocation_answer(request):
    """The answer of the revocation endpoint (RFC 7009)."""
    return _answer(*_core().create_revocation_response(request)[1:])


def introspection_answer(request):
    """The answer of the introspection endpoint (RFC 7662): an app is told of its own tokens only."""
    if request.META.get("QUERY_STRING"):  # what stands in an address stands in logs
        return error_answer("invalid_request", "parameters belong into the body")
    text = request.POST.get("token", "")
    if not text:
        return error_answer("invalid_request", "token is missing")
    core = _core()
    uri, method, body, headers = core._extract_params(request)
    asked = Request(uri, method, body, headers)
    if not core.server.request_validator.authenticate_client(asked):
        return error_answer("invalid_client", "say who you are", 401)
    found, base = tokens.token_of(text), headers[words.BASE]
    if found is not None and found.application_id == asked.client.pk:
        return _json(_told(found, found.scope, found.expires, base) | {"token_type": "Bearer"})
    found, ends = tokens.refresh_of(text)
    if found is not None and found.application_id == asked.client.pk:
        return _json(_told(found, " ".join(found.permit.scopes), ends, base))
    return _json({"active": False})


def _told(token, scope, ends, base):
    """What an access or a refresh token is good for; the type is one of access tokens alone."""
    permit = token.permit
    told = {
        "active": True,
        "scope": scope,
        "client_id": token.application.client_id,
        "exp": int(ends.timestamp()),
        "iat": int(token.created.timestamp()),
        "iss": words.issuer(base),
        "aud": f"{base}fhir",
    }
    if permit is None:
        return told | {"sub": token.application.client_id}
    told |= {"sub": str(permit.account_id)}
    if permit.patient:
        told["patient"] = permit.patient
    if permit.encounter:
        told["encounter"] = permit.encounter
    if "fhirUser" in scope.split():
        told["fhirUser"] = f"{base}fhir/{permit.account.ref}"
    return told


def _answer(headers, body, status):
    answer = HttpResponse(body or "", status=status, content_type="application/json")
    for name, value in headers.items():
        answer[name] = value
    if status == 401:  # the scheme with which an app says who it is (RFC 6749, 5.2)
        answer["WWW-Authenticate"] = 'Basic realm="HaiDang"'
    return _unkept(answer)


def _json(content):
    return _answer({}, json.dumps(content), 200)


def _unkept(answer):
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    return answer
