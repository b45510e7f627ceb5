"""What apps and services ask for themselves: tokens, what a token is, and its end."""

import functools
from datetime import timedelta

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.portals.gateway.fhir import outcome

TRIES, PER = 300, timedelta(minutes=5)


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


@_endpoint
def token(request):
    """A code, a refresh token or a signed assertion for an access token."""
    return access.token_answer(request)


@_endpoint
def introspect(request):
    """What one of the app's own tokens is good for (RFC 7662)."""
    return access.introspection_answer(request)


@_endpoint
def revoke(request):
    """Throw a token away (RFC 7009)."""
    return access.revocation_answer(request)
