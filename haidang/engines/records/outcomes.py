"""Errors as FHIR tells them: one OperationOutcome, alone, in a bundle and in the report of a job."""

from django.utils.translation import gettext as _

from haidang.kernel import fhirjson, systems

_CODES = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported",
    406: "not-supported", 409: "conflict", 410: "deleted", 412: "conflict", 413: "too-long",
    415: "not-supported", 422: "processing", 429: "throttled", 503: "transient",
}  # fmt: skip


def outcome(error):
    """The OperationOutcome of one of the house's errors.

    `details.coding` has our stable code, `details.text` the sentence for people; the fact named
    `expression` (a FHIRPath, or several) stands where FHIR wants it, the others are diagnostics.
    An error that carries `issues` becomes one issue for each of them; what an issue leaves out
    is that of the error.
    """
    usual = {
        "severity": "error",
        "code": _CODES.get(error.status, "exception"),
        "reason": error.code,
        "message": _(error.message),  # the kernel and adapters leave it as it is written
        "diagnostics": _plain(error.facts),
        "expression": error.facts.get("expression"),
    }
    return _outcome(usual | _said(one) for one in error.facts.get("issues") or [{}])


def of_issues(found):
    """The OperationOutcome that lists what `validation` has told (`validation.told`)."""
    return _outcome(found)


def of_entry(error):
    """The answer of a batch to an entry that is refused."""
    return {"response": {"status": str(error.status), "outcome": outcome(error)}}


def saying(text):
    """An outcome that only tells something, such as what a delete has done."""
    issue = {"severity": "information", "code": "informational", "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _said(issue):
    """What an issue says by itself; diagnostics that are empty say nothing."""
    return {name: value for name, value in issue.items() if value or name != "diagnostics"}


def _plain(facts):
    rest = {name: value for name, value in facts.items() if name not in {"expression", "issues"}}
    return fhirjson.dumps(rest).decode() if rest else ""


def _outcome(told):
    return {"resourceType": "OperationOutcome", "issue": [_issue(each) for each in told]}


def _issue(told):
    details = _details(told["reason"], told["message"])
    issue = {"severity": told["severity"], "code": told["code"], "details": details}
    if told["diagnostics"]:
        issue["diagnostics"] = told["diagnostics"]
    if expression := told["expression"]:
        issue["expression"] = [expression] if isinstance(expression, str) else list(expression)
    return issue


def _details(code, text):
    return {"coding": [{"system": systems.codes("error"), "code": code}], "text": text}
