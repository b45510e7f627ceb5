"""The refusals of HTTP itself, and what they say beside their OperationOutcome."""

from haidang.kernel import errors


def headers(error):
    """What HTTP itself says beside a refusal: how to sign in, and when to come back.

    Source: RFC 6750, 3 (no error is named to whoever showed no token); RFC 6585, 4;
    RFC 5789, 2.2.
    """
    if error.status == 401:
        wrong = ', error="invalid_token"' if error.code == "access.token_unknown" else ""
        return {"WWW-Authenticate": f'Bearer realm="HaiDang"{wrong}'}
    if isinstance(error, NotAPatch):
        return {"Accept-Patch": "application/json-patch+json, application/fhir+json"}
    if error.status == 429 and "minutes" in error.facts:
        return {"Retry-After": str(60 * error.facts["minutes"])}
    return {}


class NotServed(errors.HaidangError):
    """The interaction is not one we serve (405)."""

    status = 405


class NotAcceptable(errors.HaidangError):
    """We speak JSON only (406)."""

    status = 406


class NotReadable(errors.HaidangError):
    """What was sent is not JSON (415)."""

    status = 415


class NotAPatch(NotReadable):
    """What was sent to change a resource is no patch that we know (415)."""
