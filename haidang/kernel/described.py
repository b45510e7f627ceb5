"""Beside a view: what it takes and answers, for the OpenAPI description (mô tả địa chỉ).

Permission, methods and refusals that come of them are not said here: the description reads them
from the view. FHIR is not described so; it has its CapabilityStatement.

Source    OpenAPI 3.1.1; RFC 9457
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON, PROBLEM, FORM = (
    "application/json", "application/problem+json", "application/x-www-form-urlencoded",
)  # fmt: skip
TEXT, WHOLE, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
URI, MOMENT = {"type": "string", "format": "uri"}, {"type": "string", "format": "date-time"}
#: Header of an answer to who asked too often.
WAIT = {"Retry-After": "Seconds to wait"}
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}


@dataclass(frozen=True)
class Shape:
    """A JSON Schema that stands in the description under a name; other schemas hold it as it is."""

    name: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """One answer of an address: what it means, and the shape of its body if it has one.

    schema     a JSON Schema or a Shape
    kind       media type of the body
    more       {media type: schema} of the other ways to write it
    headers    {name: text}
    """

    text: str
    schema: Mapping[str, Any] | Shape | None = None
    kind: str = JSON
    more: Mapping[str, Mapping[str, Any] | Shape] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self):
        """{media type: schema} of all ways to write it."""
        return {} if self.schema is None else {self.kind: self.schema, **self.more}


@dataclass(frozen=True)
class Deed:
    """What one method of an address does.

    operation    name of the operation, one for the whole description
    answers      {status: Answer}
    codes        of the refusals that may come, as they stand in the error catalogue
    body         {media type: JSON Schema} of what is sent
    query        {name: (text, JSON Schema)} of the parameters in the query
    needed       those of them that have to be given
    path         {name: text} of the gaps of the address
    fills        {name: value} of the gaps that have to be filled so, when only then it does this
    security     what opens it, in the words of OpenAPI, where the permission does not tell
    """

    operation: str
    summary: str
    answers: Mapping[int, Answer]
    codes: tuple[str, ...] = ()
    method: str = "GET"
    text: str = ""
    tag: str = ""
    body: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    query: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    path: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)
    security: tuple[Mapping[str, list], ...] | None = None


def record(name, needed, **more):
    """The Shape of an object: properties by name, those of `needed` always there.

    needed    {name: schema}
    more      the same of what may lack
    """
    properties = {**needed, **more}
    return Shape(name, {"type": "object", "required": list(needed), "properties": properties})


def listed(schema):
    """The schema of a list."""
    return {"type": "array", "items": schema}


def maybe(schema):
    """The schema of what may be null."""
    return schema | {"type": [schema["type"], "null"]}


PROBLEM_SHAPE = Shape(
    "Problem",
    {
        "type": "object",
        "description": "A refusal (RFC 9457); `code` stands in the error catalogue",
        "required": ["type", "title", "status", "code", "facts"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": TEXT | {"description": "What to do next, for a person to read"},
            "status": WHOLE,
            "code": TEXT | {"description": "Stable; decide by this"},
            "facts": {"type": "object"},
        },
    },
)


def described(*deeds):
    """Mark a view with what its methods do."""

    def mark(view):
        view.deeds = deeds
        return view

    return mark
