"""What apps and services ask for themselves: tokens, what a token is, and its end."""

import functools
from datetime import timedelta

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.kernel.described import FORM, WAIT, Answer, Deed, described
from haidang.portals.gateway.developers import shapes
from haidang.portals.gateway.fhir import outcome

TRIES, PER = 300, timedelta(minutes=5)


#: An app says who it is in the header, or in the body; a public one has nothing to prove.
_SECURITY = ({"client": []}, {})
_BASIC = {"WWW-Authenticate": "Basic (RFC 6749, 5.2)"}


def _deed(operation, summary, body, answer, **more):
    refusals = {
        400: Answer("What is wrong, in the words of RFC 6749, 5.2", shapes.ERROR),
        401: Answer("It is not clear who the app is", shapes.ERROR, headers=_BASIC),
        429: Answer("Too many tries from this network address", shapes.ERROR, headers=WAIT),
    }
    return Deed(
        operation, summary, {200: answer} | refusals, method="POST", tag="oauth",
        body={FORM: body}, security=_SECURITY, **more,
    )  # fmt: skip


def _endpoint(view):
    """POST only, no session and no CSRF token, and so many tries from one address."""

    @access.screen("public", portal="gateway", methods=("POST",))
    def answer(request):
        try:
            access.spend("oauth", access.address_of(request), limit=TRIES, per=PER)
        except errors.TooMany as why:
            return access.error_answer(
                "temporarily_unavailable", "too many tries", 429, **outcome.headers(why)
            )
        if not access.is_readable(request):
            return access.error_answer("invalid_request", "a character that no parameter has")
        return view(request)

    @functools.wraps(answer)
    def told(request):
        answered = answer(request)
        if answered.status_code != 405:
            return answered
        allowed = answered["Allow"]
        return access.error_answer("invalid_request", f"{allowed} only", 405, Allow=allowed)

    return told


@described(
    _deed(
        "getToken",
        "A code, a refresh token or a signed assertion for an access token",
        shapes.TOKEN_REQUEST,
        Answer("The token, and what it was opened for", shapes.TOKEN),
        text="RFC 6749, 4.1.3 and 6, with PKCE; SMART App Launch 2.2 and its backend services."
        " An app with a key signs (private_key_jwt), one with a secret sends it in the header or the body.",
    )
)
@_endpoint
def token(request):
    """A code, a refresh token or a signed assertion for an access token."""
    return access.token_answer(request)


@described(
    _deed(
        "introspectToken",
        "What one of the app's own tokens is good for",
        shapes.OF_A_TOKEN,
        Answer(
            "What it opens; of another's token only that it is not active", shapes.INTROSPECTION
        ),
        text="RFC 7662. Parameters stand in the body: an address would stand in logs.",
    )
)
@_endpoint
def introspect(request):
    """What one of the app's own tokens is good for (RFC 7662)."""
    return access.introspection_answer(request)


@described(
    _deed(
        "revokeToken",
        "Throw a token away",
        shapes.OF_A_TOKEN,
        Answer("It opens nothing (any more), whatever it was"),
        text="RFC 7009.",
    )
)
@_endpoint
def revoke(request):
    """Throw a token away (RFC 7009)."""
    return access.revocation_answer(request)
