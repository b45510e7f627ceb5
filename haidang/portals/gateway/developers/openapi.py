"""The OpenAPI description of the gateway beside FHIR, made from what stands beside the views."""

import re

from django.urls import URLPattern, get_resolver

_PROBLEM_FIELD = {
    "type": "object",
    "required": ["table", "code", "severity", "vi", "en"],
    "properties": {
        "table": {"type": ["string", "null"], "description": "Table of the dossier, such as XML2"},
        "row": {"type": ["integer", "null"]},
        "field": {"type": ["string", "null"]},
        "code": {"type": "string", "description": "Stable code of the rule"},
        "severity": {"enum": ["error", "warning"]},
        "vi": {"type": "string"},
        "en": {"type": "string"},
        "action_vi": {"type": ["string", "null"], "description": "What to do about it"},
        "action_en": {"type": ["string", "null"]},
    },
}
SCHEMAS = {
    "Problem": {
        "type": "object",
        "description": "A refusal (RFC 9457); `code` stands in the error catalogue",
        "required": ["title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string", "description": "What to do next, in Vietnamese"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "facts": {"type": "object"},
        },
    },
    "DossierProblem": _PROBLEM_FIELD,
    "Dossier": {
        "type": "object",
        "required": ["ma_lk", "facility", "state", "problems"],
        "properties": {
            "ma_lk": {"type": ["string", "null"], "description": "Number of the visit"},
            "facility": {"type": ["string", "null"]},
            "state": {"type": "string"},
            "encounter": {
                "type": ["string", "null"],
                "description": "The FHIR Encounter it became",
            },
            "problems": {"type": "array", "items": {"$ref": "#/components/schemas/DossierProblem"}},
        },
    },
    "Receipt": {
        "type": "object",
        "required": ["receipt", "state", "status", "received_at", "counts", "problems"],
        "properties": {
            "receipt": {"type": "string", "description": "Number to ask with later"},
            "state": {"type": "string"},
            "status": {"type": "string", "description": "Address of the report"},
            "received_at": {"type": "string", "format": "date-time"},
            "total": {"type": ["integer", "null"]},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "duplicate": {"type": "boolean", "description": "The same file had come before"},
            "problems": {"type": "array", "items": {"$ref": "#/components/schemas/DossierProblem"}},
            "dossiers": {"type": "array", "items": {"$ref": "#/components/schemas/Dossier"}},
            "files": {"type": "array", "items": {"type": "object"}, "description": "Of a zip"},
        },
    },
    "Sandbox": {
        "type": "object",
        "required": ["token", "expires_at", "fhir", "organisation", "scopes"],
        "properties": {
            "token": {"type": "string", "description": "Send as Authorization: Bearer"},
            "expires_at": {"type": "string", "format": "date-time"},
            "fhir": {"type": "string", "format": "uri"},
            "organisation": {
                "type": "string",
                "description": "The synthetic facility you speak for",
            },
            "scopes": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def document(base):
    """The description of a server reached at `base` (no slash at the end)."""
    paths = {}
    for route, view in _described():
        item = paths.setdefault(_path(route), {})
        for deed in view.deeds:
            item[deed.method.lower()] = _operation(deed, view)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Hải Đăng gateway",
            "version": "1",
            "description": "What the gateway offers beside FHIR. FHIR R4 stands at /fhir/metadata.",
        },
        "servers": [{"url": base}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def described_routes():
    """The routes that stand in the description."""
    return {route for route, _view in _described()}


def _described():
    waiting = [("", get_resolver().url_patterns)]
    while waiting:
        before, patterns = waiting.pop()
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if not isinstance(pattern, URLPattern):
                waiting.append((route, pattern.url_patterns))
            elif hasattr(pattern.callback, "deeds"):
                yield route, pattern.callback


def _path(route):
    """`gateway/claims/<str:receipt>` as `/gateway/claims/{receipt}`."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


def _operation(deed, view):
    found = {
        "operationId": deed.operation,
        "summary": deed.summary,
        "tags": [deed.tag or "gateway"],
        "parameters": [*_gaps(deed), *_query(deed)],
        "responses": {str(status): _answer(one) for status, one in deed.answers.items()},
        "security": [] if view.permission == "public" else [{"token": []}],
    }
    if deed.text:
        found["description"] = deed.text
    if deed.body:
        content = {kind: {"schema": schema} for kind, schema in deed.body.items()}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _gaps(deed):
    for name, text in deed.path.items():
        yield {
            "name": name, "in": "path", "required": True, "description": text,
            "schema": {"type": "string"},
        }  # fmt: skip


def _query(deed):
    for name, (text, schema) in deed.query.items():
        yield {"name": name, "in": "query", "description": text, "schema": schema}


def _answer(one):
    told = {"description": one.text}
    if one.schema is None:
        return told
    named = isinstance(one.schema, str)
    schema = {"$ref": f"#/components/schemas/{one.schema}"} if named else one.schema
    return told | {"content": {one.kind: {"schema": schema}}}
