"""The OpenAPI description of all that is not FHIR, made from what is served and stands beside the views."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import URLPattern, get_resolver

from haidang.kernel import described
from haidang.portals.gateway.developers import catalogue

_GAP = re.compile(r"<(\w+):(\w+)>")
#: What fits into a gap of each kind.
_KINDS = {
    "str": described.TEXT | {"pattern": "^[^/]+$"},
    "slug": described.TEXT | {"pattern": "^[-a-zA-Z0-9_]+$"},
    "int": described.WHOLE | {"minimum": 0},
}
#: What a permission refuses at the gateway, and what a person's session may not do there.
_CLOSED = ("access.token_missing", "access.token_unknown", "access.not_permitted")
_NO_SESSION = "access.token_needed"
#: Headers of refusals (`fhir/outcome.headers`).
_SAID_BESIDE = {
    401: {"WWW-Authenticate": "Bearer (RFC 6750)"},
    429: described.WAIT,
}
#: What every machine may meet, wherever it asks.
_ALWAYS = ("address.unreadable", "house.took_too_long")
#: What is met where nothing fits into the gap of an address.
_NO_ADDRESS = "address.unknown"
_OUTCOME = described.record(
    "OperationOutcome",
    {"resourceType": {"const": "OperationOutcome"}, "issue": described.listed({"type": "object"})},
)


@dataclass(frozen=True)
class _Door:
    """Where a view is reached."""

    route: str
    view: Callable

    @property
    def refusals(self):
        """{media type: schema} of what a refusal comes as (`config/refusals.py`)."""
        if self.route.startswith("fhir/"):
            return {"application/fhir+json": _OUTCOME}
        problem = {described.PROBLEM: described.PROBLEM_SHAPE}
        # To who does not ask for JSON, the addresses of people answer with a page.
        return problem if self.view.portal == "gateway" else problem | {"text/html": described.TEXT}


def document(base):
    """The description of a server reached at `base` (no slash at the end)."""
    shapes, paths, named = {}, {}, set()
    for route, name, view in sorted(_described(), key=lambda one: one[0]):
        for deed in view.deeds:
            found = _operation(deed, _Door(route, view), shapes)
            if deed.operation in named:  # the same view at a further address
                found["operationId"] += f"At{name.title().replace('_', '')}"
            named.add(deed.operation)
            paths.setdefault(_path(route, deed), {})[deed.method.lower()] = found
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Hải Đăng beside FHIR",
            "version": "1",
            "description": "What the house offers to other systems beside FHIR R4, which /fhir/metadata describes."
            " Codes of refusals stand in the error catalogue: /developers/errors.",
        },
        "servers": [{"url": base}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(shapes.items())),
            "securitySchemes": _schemes(),
        },
    }


def addresses():
    """(methods, address, name of the address) of all that is described."""
    return [
        (sorted({deed.method for deed in view.deeds}), _GAP.sub(r"{\2}", f"/{route}"), name)
        for route, name, view in sorted(_described(), key=lambda one: one[0])
    ]


def described_methods():
    """(route, method) of all that is described."""
    return {(route, deed.method) for route, _name, view in _described() for deed in view.deeds}


def _schemes():
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "The token of a system"},
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "Id and secret of an app (client_secret_basic); they, or a signed assertion, may stand in the body too",
        },
        "person": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Somebody who has signed in to our pages: send them here in a browser",
        },
    }


def _described():
    waiting = [("", get_resolver().url_patterns)]
    while waiting:
        before, patterns = waiting.pop()
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if not isinstance(pattern, URLPattern):
                waiting.append((route, pattern.url_patterns))
            elif hasattr(pattern.callback, "deeds"):
                yield route, pattern.name, pattern.callback


def _path(route, deed):
    """`gateway/claims/<str:receipt>` as `/gateway/claims/{receipt}`."""
    return "/" + _GAP.sub(lambda gap: deed.fills.get(gap[2], f"{{{gap[2]}}}"), route)


def _operation(deed, door, shapes):
    found = {
        "operationId": deed.operation,
        "summary": deed.summary,
        "tags": [deed.tag or "gateway"],
        "parameters": [*_gaps(deed, door.route), *_query(deed, shapes)],
        "responses": _answers(deed, door, shapes),
        "security": _security(deed, door.view),
    }
    if deed.text:
        found["description"] = deed.text
    if deed.body:
        content = {kind: {"schema": _plain(one, shapes)} for kind, one in deed.body.items()}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _security(deed, view):
    if deed.security is not None:
        return list(deed.security)
    if view.permission == "public":
        return []
    return [{"token": []}] if view.portal == "gateway" else [{"person": []}]


def _gaps(deed, route):
    kinds = {name: kind for kind, name in _GAP.findall(route)}
    for name, text in deed.path.items():
        yield {
            "name": name, "in": "path", "required": True, "description": text,
            "schema": _KINDS[kinds[name]],
        }  # fmt: skip


def _query(deed, shapes):
    for name, (text, schema) in deed.query.items():
        yield {
            "name": name, "in": "query", "description": text, "required": name in deed.needed,
            "schema": _plain(schema, shapes),
        }  # fmt: skip


# ── Answers ────────────────────────────────────────────────────────────────────────────────


def _answers(deed, door, shapes):
    """What comes back: what the view says, and the refusals by their codes."""
    found = {status: _answer(one, shapes) for status, one in deed.answers.items()}
    for status, codes in sorted(_refusals(deed, door.view).items()):
        told = _refusal(status, codes, door, shapes)
        known = found.setdefault(status, {"description": told["description"], "content": {}})
        if known["description"] != told["description"]:
            known["description"] += f". {told['description']}"
        known["content"] = told["content"] | known.get("content", {})
        if "headers" in told:
            known["headers"] = told["headers"] | known.get("headers", {})
    return {str(status): one for status, one in sorted(found.items())}


def _answer(one, shapes):
    told = {"description": one.text}
    if one.content:
        told["content"] = {k: {"schema": _plain(s, shapes)} for k, s in one.content.items()}
    if one.headers:
        told["headers"] = _headers(one.headers)
    return told


def _headers(texts):
    return {name: {"description": text, "schema": described.TEXT} for name, text in texts.items()}


def _refusals(deed, view):
    """{status: codes} of the refusals that the view says, and of those that come of its door."""
    codes = [*deed.codes, *_ALWAYS, *([_NO_ADDRESS] if deed.path else [])]
    if view.portal == "gateway":
        codes += [] if view.permission == "public" else _CLOSED
        codes += [] if deed.method == "GET" else [_NO_SESSION]
    known, found = catalogue.by_code(), {}
    for code in dict.fromkeys(codes):
        for status in known[code].statuses:
            found.setdefault(status, []).append(code)
    return found


def _refusal(status, codes, door, shapes):
    """The answer of one status; each code has an example."""
    entries = [catalogue.by_code()[code] for code in codes]
    told = {
        "description": "; ".join(f"`{one.code}`: {one.english[0]}" for one in entries),
        "content": {
            kind: {"schema": _plain(shape, shapes)} for kind, shape in door.refusals.items()
        },
    }
    if described.PROBLEM in told["content"]:
        examples = {one.code: {"value": _example(one, status)} for one in entries}
        told["content"][described.PROBLEM]["examples"] = examples
    if status in _SAID_BESIDE:
        told["headers"] = _headers(_SAID_BESIDE[status])
    return told


def _example(entry, status):
    title = entry.english[0]
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": entry.code,
        "facts": {},
    }


def _plain(schema, shapes):
    """A schema with references in the place of shapes; each shape is put to the others."""
    if isinstance(schema, described.Shape):
        if schema.name not in shapes:
            shapes[schema.name] = {}  # a shape may hold itself
            shapes[schema.name] = _plain(schema.schema, shapes)
        return {"$ref": f"#/components/schemas/{schema.name}"}
    if isinstance(schema, dict):
        return {key: _plain(one, shapes) for key, one in schema.items()}
    if isinstance(schema, list):
        return [_plain(one, shapes) for one in schema]
    return schema
