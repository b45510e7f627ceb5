"""Errors as FHIR tells them."""

from haidang.kernel import systems

_CODES = {
    400: "invalid", 403: "forbidden", 404: "not-found", 409: "conflict", 410: "deleted",
    412: "conflict", 413: "too-costly", 422: "business-rule", 503: "transient",
}  # fmt: skip


def outcome(error):
    """The OperationOutcome of one of the house's errors; facts come as diagnostics."""
    issue = {
        "severity": "error",
        "code": _CODES.get(error.status, "exception"),
        "details": {
            "coding": [{"system": systems.codes("error"), "code": error.code}],
            "text": error.message,
        },
    }
    if error.facts:
        issue["diagnostics"] = "; ".join(f"{name}: {value}" for name, value in error.facts.items())
    return {"resourceType": "OperationOutcome", "issue": [issue]}
