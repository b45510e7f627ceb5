"""Errors as FHIR tells them."""

from haidang.kernel import systems

_CODES = {
    400: "invalid", 403: "forbidden", 404: "not-found", 409: "conflict", 410: "deleted",
    412: "conflict", 413: "too-costly", 422: "business-rule", 503: "transient",
}  # fmt: skip


def outcome(error):
    """The OperationOutcome of one of the house's errors; facts come as diagnostics, but `expression`.

    An error that carries `issues` (of `validation`) becomes one issue for each of them.
    """
    found = error.facts.get("issues")
    issues = [_of_issue(each) for each in found] if found else [_of_error(error)]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _of_error(error):
    issue = {
        "severity": "error",
        "code": _CODES.get(error.status, "exception"),
        "details": _details(error.code, error.message),
    }
    facts = dict(error.facts)
    if expression := facts.pop("expression", None):
        issue["expression"] = [expression] if isinstance(expression, str) else list(expression)
    if facts:
        issue["diagnostics"] = "; ".join(f"{name}: {value}" for name, value in facts.items())
    return issue


def _of_issue(told):
    issue = {
        "severity": told["severity"],
        "code": told["code"],
        "details": _details(told["reason"], told["message"]),
        "expression": [told["expression"]],
    }
    return issue | ({"diagnostics": told["diagnostics"]} if told["diagnostics"] else {})


def of_issues(found):
    """The OperationOutcome that lists what `validation` has told (`validation.told`)."""
    return {"resourceType": "OperationOutcome", "issue": [_of_issue(each) for each in found]}


def _details(code, text):
    return {"coding": [{"system": systems.codes("error"), "code": code}], "text": text}
