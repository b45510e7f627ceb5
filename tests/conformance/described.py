"""The FHIR addresses as OpenAPI, made from what the server says that it serves."""

from haidang.portals.gateway.fhir import operations

# One of each kind: a person, what is said of one, a place, a list of codes, one served otherwise.
KINDS = ("Patient", "Observation", "Location", "ValueSet", "Subscription")
TEXT = {"type": "string"}
ANSWERS = {"default": {"description": "FHIR JSON"}}
_CONTROLS = ("_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total", "_cursor")  # fmt: skip
_OF_HISTORIES = ("_since", "_at", "_list", "_count", "_before")
_ASKED = (
    "_since", "_count", "start", "end", "_type", "url", "code", "system", "filter", "offset", "count",
    "patient", "type", "period", "date", "valueSet", "target", "_typeFilter", "persistDocument",
)  # fmt: skip


def openapi(statement):
    """An OpenAPI description of the addresses that a CapabilityStatement speaks of."""
    (rest,) = statement["rest"]
    paths = _of_system()
    for resource in rest["resource"]:
        if resource["type"] in KINDS:
            paths |= _of_type(resource)
    for each in operations.served():
        for where in each.on:
            paths |= _of_operation(each, where)
    anything = _body("Observation")
    anywhere = {"get": _asks(["rest"]), "delete": _asks(["rest"])} | {
        method: _asks(["rest"]) | anything for method in ("post", "put", "patch")
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "FHIR", "version": statement["fhirVersion"]},
        "paths": paths | {"/{rest}": anywhere, "/{rest}/a/b/c/d": anywhere},
    }


def _of_system():
    """What is asked of the whole server, and the results that are fetched later."""
    found = ["_type", "_id", "_lastUpdated", *_CONTROLS]
    job, file = _asks(["uid"]), {"get": _asks(["uid", "name"])}
    return {
        "/": {"get": _asks([], found), "post": _asks([]) | _bundle()},
        "/metadata": {"get": _asks([], ["mode", "_format", "_summary", "_elements"])},
        "/.well-known/smart-configuration": {"get": _asks([])},
        "/_search": {"post": _asks([]) | _form(found)},
        "/_history": {"get": _asks([], _OF_HISTORIES)},
        "/Patient/{id}/*": {"get": _asks(["id"], found)},
        "/Patient/{id}/*/_search": {"post": _asks(["id"]) | _form(found)},
        "/$bulk/{uid}": {"get": job, "delete": job}, "/$bulk/{uid}/{name}": file,
        "/$sql-jobs/{uid}": {"get": job, "delete": job}, "/$sql-jobs/{uid}/{name}": file,
        "/Patient/{id}/$summary/pdf": {"get": _asks(["id"])},
    }  # fmt: skip


def _of_type(resource):
    kind = resource["type"]
    names = [each["name"] for each in resource.get("searchParam", ())]
    body = _body(kind)
    patch = _content({"type": "array", "items": {"type": "object"}}, "application/json-patch+json")
    return {
        f"/{kind}": {
            "get": _asks([], [*names, *_CONTROLS]), "post": _asks([]) | body,
            "put": _asks([], names) | body, "patch": _asks([], names) | patch, "delete": _asks([], names),
        },
        f"/{kind}/_search": {"post": _asks([]) | _form([*names, *_CONTROLS])},
        f"/{kind}/{{id}}": {
            "get": _asks(["id"]), "put": _asks(["id"]) | body, "delete": _asks(["id"]),
            "patch": _asks(["id"]) | patch,
        },
        f"/{kind}/_history": {"get": _asks([], _OF_HISTORIES)},
        f"/{kind}/{{id}}/_history": {"get": _asks(["id"], _OF_HISTORIES)},
        f"/{kind}/{{id}}/_history/{{number}}": {"get": _asks(["id", "number"])},
        f"/Patient/{{id}}/{kind}": {"get": _asks(["id"], names)},
        f"/Patient/{{id}}/{kind}/_search": {"post": _asks(["id"]) | _form(names)},
    }  # fmt: skip


def _of_operation(each, where):
    kind, _, instance = where.partition("/")
    kind = {"system": "", "*": "/Observation"}.get(kind, f"/{kind}")
    address = f"{kind}{'/{id}' if instance else ''}/${each.name}"
    known = ["id"] if instance else []
    return {
        address: {"get": _asks(known, _ASKED), "post": _asks(known) | _body("Parameters")},
    }


def _asks(in_path, in_query=()):
    fixed = [
        {"name": n, "in": "path", "required": True, "schema": TEXT | {"minLength": 1}}
        for n in in_path
    ]
    wished = [{"name": n, "in": "query", "schema": TEXT} for n in in_query]
    return {"parameters": fixed + wished, "responses": ANSWERS}


def _body(kind):
    known = {"resourceType": {"enum": [kind]}, "id": TEXT, "name": {}, "parameter": {"type": "array", "items": {
        "type": "object", "required": ["name"], "properties": {"name": {"enum": list(_ASKED)}, "valueString": TEXT, "valueInteger": {"type": "integer"}, "part": {}, "resource": {}},
    }}}  # fmt: skip
    return _content({"type": "object", "required": ["resourceType"], "properties": known})


def _content(schema, kind="application/fhir+json"):
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def _form(names):
    schema = {"type": "object", "properties": dict.fromkeys(names, TEXT)}
    return _content(schema, "application/x-www-form-urlencoded")


def _bundle():
    request = {"type": "object", "required": ["method", "url"], "properties": {
        "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]},
        "url": {"anyOf": [{"enum": ["Patient", "Observation/1", "Patient?name=a", "Patient/1/$everything"]}, TEXT]},
    }}  # fmt: skip
    entry = {"type": "object", "properties": {"fullUrl": TEXT, "request": request, "resource": {"type": "object"}}}  # fmt: skip
    return _content({"type": "object", "required": ["resourceType", "type"], "properties": {
        "resourceType": {"enum": ["Bundle"]}, "type": {"enum": ["batch", "transaction", "history"]},
        "entry": {"type": "array", "items": entry, "maxItems": 4},
    }})  # fmt: skip
