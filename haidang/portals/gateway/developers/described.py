"""Beside a view: what it takes and answers, for the OpenAPI description (mô tả địa chỉ).

Source    OpenAPI 3.1.1. Only addresses that are not FHIR are described so; FHIR has its CapabilityStatement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON, PROBLEM = "application/json", "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """One answer of an address: what it means, and the shape of its body if it has one.

    schema    a JSON Schema, or the name of one in `openapi.SCHEMAS`
    kind      media type of the body
    """

    text: str
    schema: Mapping[str, Any] | str | None = None
    kind: str = JSON


@dataclass(frozen=True)
class Deed:
    """What one method of an address does.

    operation    name of the operation, one for the whole description
    body         {media type: JSON Schema} of what is sent
    query        {name: (text, JSON Schema)} of the parameters in the query
    path         {name: text} of the gaps of the address
    answers      {status: Answer}
    """

    operation: str
    summary: str
    answers: Mapping[int, Answer]
    method: str = "GET"
    text: str = ""
    tag: str = ""
    body: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    query: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)


#: The answers that any address may give; each carries a code of the error catalogue.
REFUSALS = {
    400: "What was sent cannot be read",
    401: "No token, or one that opens nothing",
    403: "The token does not allow this",
    404: "There is no such thing, or it is not yours to see",
    413: "What was sent is too large",
    429: "Too many requests; wait as long as the answer says",
    503: "Something that is needed is away; try again later",
}


def refused(*statuses):
    """The answers of these refusals, all of one shape."""
    return {status: Answer(REFUSALS[status], "Problem", PROBLEM) for status in statuses}


def described(*deeds):
    """Mark a view with what its methods do."""

    def mark(view):
        view.deeds = deeds
        return view

    return mark
