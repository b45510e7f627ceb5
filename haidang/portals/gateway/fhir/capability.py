"""The CapabilityStatement, made from what is really served."""

from functools import lru_cache

from haidang.engines.records import api as records
from haidang.portals.gateway.fhir import kinds, operations

_INTERACTIONS = (
    "read vread update patch delete history-instance history-type create search-type".split()  # noqa: SIM905
)
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_DOCUMENTATION = (
    "Served besides: _list, _has, chains and compartments (Patient/[id]/[type] and Patient/[id]/*); "
    "histories take _since, _at, _list and _count. "
    "Not served: _text, _content, _filter and _query; refused under Prefer: handling=strict. "
    "SearchParameter resources that are stored and active are served after $reindex."
)
PUBLISHED_ON = "2026-11-25"


def statement(base):
    """The statement for a server reached at `base` (http.html#capabilities)."""
    mark = records.parameters_mark()
    return {
        "resourceType": "CapabilityStatement",
        "name": "HaiDang",
        "title": "Hải Đăng",
        "status": "active",
        "date": PUBLISHED_ON,
        "kind": "instance",
        "software": {"name": "Hải Đăng"},
        "implementation": {"description": "Hồ sơ sức khoẻ thành phố Hải Phòng", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": _DOCUMENTATION,
                "security": _security(base),
                "resource": [_resource(kind, mark) for kind in kinds.served()],
                "interaction": [
                    {"code": code} for code in ("transaction", "batch", "search-system", "history-system")
                ],
                "operation": _operations("system"),
                "compartment": ["http://hl7.org/fhir/CompartmentDefinition/patient"],
            }
        ],
    }  # fmt: skip


def _security(base):
    """Where an app gets its token (SMART App Launch; the extension is what older clients read)."""
    oauth = f"{base.removesuffix('/fhir')}/oauth"
    places = [(name, f"{oauth}/{name}") for name in ("authorize", "token", "introspect", "revoke")]
    return {
        "extension": [
            {"url": _OAUTH_URIS, "extension": [{"url": n, "valueUri": uri} for n, uri in places]}
        ],
        "cors": True,
        "service": [{"coding": [{"system": _SERVICE, "code": "SMART-on-FHIR"}]}],
        "description": "Authorization: Bearer, with the scopes of the registered system or app.",
    }


@lru_cache(512)
def _resource(kind, _mark):
    """What is served of a type; `_mark` changes when search parameters of one's own do."""
    if kind in operations.served_otherwise():
        own = {"type": kind, **operations.served_otherwise()[kind]()}
        return own | {"operation": _operations(kind)}
    found = {
        "type": kind,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": True,
        "conditionalRead": "full-support",
        "conditionalCreate": True,
        "conditionalUpdate": True,
        "conditionalDelete": "single",
        "searchInclude": [
            f"{kind}:{p.code}" for p in records.parameters(kind) if p.kind == "reference"
        ],
        "searchRevInclude": [
            f"{source}:{p.code}" for source, p in _references(_mark) if _may_point_at(p, kind)
        ],
        "searchParam": [
            {"name": p.code, "definition": p.url, "type": p.kind} for p in records.parameters(kind)
        ],
    }
    if supported := records.validation.published_for(kind):
        found["supportedProfile"] = list(supported)
    if offered := _operations(kind):
        found["operation"] = offered
    return {name: value for name, value in found.items() if value != []}


@lru_cache(2)
def _references(_mark):
    """(type, parameter) of every reference by which `_revinclude` comes to what points at a record."""
    return [
        (source, p)
        for source in kinds.served()
        if source not in operations.served_otherwise()
        for p in records.parameters(source)
        if p.kind == "reference"
    ]


def _may_point_at(parameter, kind):
    return not parameter.targets or not {kind, "Resource"}.isdisjoint(parameter.targets)


def _operations(where):
    return [
        {"name": each.name, "definition": each.definition}
        for each in operations.served()
        if each.offered(where)
    ]
