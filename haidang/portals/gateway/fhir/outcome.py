"""OperationOutcome for every error, and the answers that carry it."""

from haidang.kernel import errors, fhirjson

_TYPES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
}
CODES = "https://haidang.vn/fhir/CodeSystem/error"


def of(error):
    """The OperationOutcome of a HaidangError.

    `details.coding` has our stable code, `details.text` the sentence for people, and each fact
    named `expression` (a FHIRPath, or several) stands where FHIR wants it.
    """
    issues = error.facts.get("issues") or [{}]
    return {"resourceType": "OperationOutcome", "issue": [_issue(error, one) for one in issues]}


def _issue(error, extra):
    expression = extra.get("expression", error.facts.get("expression"))
    issue = {
        "severity": extra.get("severity", "error"),
        "code": extra.get("code", _TYPES.get(error.status, "exception")),
        "details": {
            "coding": [{"system": CODES, "code": extra.get("reason", error.code)}],
            "text": extra.get("message", error.message),
        },
    }
    diagnostics = extra.get("diagnostics") or _plain(error.facts)
    if diagnostics:
        issue["diagnostics"] = diagnostics
    if expression:
        issue["expression"] = [expression] if isinstance(expression, str) else list(expression)
    return issue


def _plain(facts):
    rest = {k: v for k, v in facts.items() if k not in {"expression", "issues"}}
    return fhirjson.dumps(rest).decode() if rest else ""


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


def information(text):
    """An outcome that only tells something, such as what a delete has done."""
    issue = {"severity": "information", "code": "informational", "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


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
