"""Subscriptions on topics (R4 Backport 1.1): asked for, looked at, changed, ended, and sent again.

A subscription belongs to the system that asked for it, and nobody else sees it: where it goes and
whom it watches is nobody's business. So it is kept apart from the records, without a history.
"""

from urllib.parse import urlencode

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson, systems
from haidang.portals.gateway.fhir import hooks, negotiation, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport"
_TOPICS = f"{_BACKPORT}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical"
_KIND = "Subscription"
_MOST_EVENTS = 200


@interaction(USE, "GET", "POST")
def of_type(request):
    """GET: the client's own, by what `_SOUGHT` names. POST: a new one."""
    return _create(request) if request.method == "POST" else _search(request)


@interaction(USE, "POST")
def search_form(request):
    """The same search, with the parameters in a form."""
    return _search(request)


@interaction(USE, "GET")
def history(request, id=None, number=None):
    """A subscription is kept as it stands, so there is nothing to tell of what it was."""
    raise errors.NotFound(
        "fhir.no_history",
        _("Subscription chỉ giữ nội dung hiện tại, không có lịch sử; hãy đọc /Subscription/<id>."),
        issues=[{"code": "not-supported"}],
    )


@interaction(USE, "GET", "PUT", "DELETE")
def instance(request, id):
    """One of the client's own subscriptions."""
    act = {"PUT": _update, "DELETE": _end}.get(request.method, _read)
    return act(request, id)


def _create(request):
    by = _system(request.actor, "c")
    row = records.subscriptions.enrol(_body(request), by=by)
    answer = _one(row, 201)
    answer["Location"] = f"{responses.base(request)}/{_KIND}/{row.uid}"
    return answer


def _update(request, id):
    by = _system(request.actor, "u")
    version = negotiation.expected_version(request)
    wish = _body(request)
    if wish.get("id") != id:
        raise errors.Incorrect(
            "fhir.id_differs",
            _("Mã trong nội dung phải trùng với mã trên địa chỉ."),
            expression=f"{_KIND}.id",
        )
    return _one(records.subscriptions.change(id, wish, by=by, version=version))


def _read(request, id):
    return _one(records.subscriptions.standing(id, by=_system(request.actor, "r")))


def _end(request, id):
    records.subscriptions.end(id, by=_system(request.actor, "d"))
    return responses.plain({"resourceType": "OperationOutcome", "issue": [
        {"severity": "information", "code": "informational", "details": {"text": _("Đã xoá.")}}
    ]})  # fmt: skip


def _search(request):
    by = _system(request.actor, "s")
    asked = _sought(request)
    found = [_resource(row) for row in records.subscriptions.mine(by)]
    found = [one for one in found if all(_fits(one, name, value) for name, value in asked)]
    root = responses.base(request)
    entries = [
        {"fullUrl": f"{root}/{_KIND}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    address = "?".join(filter(None, [f"{root}/{_KIND}", urlencode(asked)]))
    bundle["link"] = [{"relation": "self", "url": address}]
    return responses.plain(bundle | ({"entry": entries} if entries else {}))


#: What R4 searches a Subscription by, as far as it is one value each.
_SOUGHT = {
    "_id": lambda resource: resource["id"],
    "status": lambda resource: resource["status"],
    "criteria": lambda resource: resource["criteria"],
    "type": lambda resource: resource["channel"]["type"],
    "payload": lambda resource: resource["channel"].get("payload"),
    "url": lambda resource: resource["channel"]["endpoint"],
}


def _sought(request):
    """What is searched by, as pairs; the rest is left out, or an error under `handling=strict`."""
    asked = negotiation.parameters(request)
    unknown = [name for name, _value in asked if name not in _SOUGHT]
    if unknown and negotiation.preferences(request).strict:
        raise errors.Incorrect(
            "records.search_unknown",
            _("Không tìm kiếm được theo “%(name)s” ở loại tài nguyên này.")
            % {"name": unknown[0][:60]},
            name=unknown[0][:120],
        )
    return [pair for pair in asked if pair[0] in _SOUGHT]


def _fits(resource, name, value):
    return _SOUGHT[name](resource) in value.split(",")


def _system(by, letter):
    """The actor, when it is a system of its own: what an app may do ends with its session.

    Raises    NotAllowed `fhir.not_for_apps`, `fhir.scope_missing`
    """
    scopes.require(by, _KIND, letter)
    if by.client is not None:
        raise errors.NotAllowed(
            "fhir.not_for_apps",
            _("Đăng ký nhận tin chỉ dành cho hệ thống, không cho ứng dụng làm thay người."),
        )
    return by


def _body(request):
    resource = negotiation.body(request)
    if resource["resourceType"] != _KIND:
        raise errors.Incorrect(
            "fhir.type_differs",
            _("Địa chỉ này nhận %(kind)s.") % {"kind": _KIND},
            expression="resourceType",
        )
    records.validation.check(resource)
    return resource


def _resource(row):
    meta = {"versionId": str(row.version), "lastUpdated": row.written_at.isoformat()}
    shown = row.resource | {
        "id": row.uid,
        "meta": row.resource.get("meta", {}) | meta,
        "status": row.state,
    }
    return shown | ({"error": row.why} if row.why else {})


def _one(row, status=200):
    answer = responses.plain(_resource(row), status)
    answer["ETag"] = f'W/"{row.version}"'
    return answer


@interaction(USE, "GET", "POST")
def status(request, kind, id=None):
    """Where subscriptions stand: number of events, and why one is in error."""
    given = parameters.given(request)
    by = _system(request.actor, "r")
    rows = [records.subscriptions.standing(id, by=by)] if id else records.subscriptions.mine(by)
    ids, states = set(given.texts("id")), set(given.texts("status"))
    rows = [r for r in rows if (not ids or r.uid in ids) and (not states or r.state in states)]
    root, now = responses.base(request), timezone.now()
    told = [records.subscriptions.status_of(r, "query-status", root, now=now) for r in rows]
    entries = [
        {"fullUrl": f"urn:uuid:{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in told
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return responses.plain(bundle | ({"entry": entries} if entries else {}))


@interaction(USE, "GET", "POST")
def events(request, kind, id):
    """What has happened, again: from one event number to another, as far as it may be seen now."""
    given = parameters.given(request)
    by = _system(request.actor, "r")
    row = records.subscriptions.standing(id, by=by)
    first = given.number("eventsSinceNumber", max(1, row.events - _MOST_EVENTS + 1))
    last = min(given.number("eventsUntilNumber", row.events), first + _MOST_EVENTS - 1)
    content = _content(given, row)
    bundle = records.subscriptions.replayed(
        row, first, last, content=content, manner=hooks.MANNER, base=responses.base(request)
    )
    return responses.plain(bundle)


def _content(given, row):
    found = given.text("content", row.wish["content"])
    if found not in ("empty", "id-only", "full-resource"):
        raise errors.Incorrect(
            "fhir.parameter_unreadable",
            _("content phải là empty, id-only hoặc full-resource."),
            name="content",
        )
    return found


@interaction(USE, "POST")
def restart(request, kind, id):
    """Shake hands again and send what waits, or everything from `eventsSinceNumber` on."""
    given = parameters.given(request)
    by = _system(request.actor, "u")
    return _one(records.subscriptions.restart(id, given.number("eventsSinceNumber"), by=by))


@interaction(USE, "GET")
def topics(request, kind):
    """The topics that can be subscribed to, as Basic resources that carry R5's SubscriptionTopic."""
    found = records.subscriptions.topics().values()
    entries = [{"fullUrl": topic.url, "resource": _basic(topic)} for topic in found]
    return responses.plain({"resourceType": "Bundle", "type": "collection", "entry": entries})


def _basic(topic):
    r5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic"
    told = {
        "url": "valueUri",
        "title": "valueString",
        "description": "valueMarkdown",
        "status": "valueCode",
    }
    return {
        "resourceType": "Basic",
        "id": topic.url.rpartition("/")[2],
        "code": {"coding": [{"system": "http://hl7.org/fhir/fhir-types", "code": "SubscriptionTopic"}]},
        "extension": [
            *({"url": f"{r5}.{name}", kind: topic.facts[name]} for name, kind in told.items()),
            *({"url": f"{r5}.canFilterBy", "extension": [{"url": "filterParameter", "valueString": name}]}
              for name in sorted(topic.filters)),
            {"url": systems.extension("subscription-topic"), "valueString": fhirjson.dumps(topic.facts).decode()},
        ],
    }  # fmt: skip


def statement():
    """What the CapabilityStatement says of subscriptions."""
    acts = ("read", "update", "delete", "create", "search-type")
    return {
        "interaction": [{"code": act} for act in acts],
        "versioning": "versioned-update",
        "readHistory": False,
        "searchParam": [
            {"name": p.code, "definition": p.url, "type": p.kind}
            for p in records.parameters(_KIND)
            if p.code in _SOUGHT
        ],
        "extension": [
            {"url": _TOPICS, "valueCanonical": url} for url in records.subscriptions.topics()
        ],
    }


SERVED = {_KIND: statement}
URLS = [
    path("fhir/Subscription", of_type, name="subscriptions"),
    path("fhir/Subscription/_search", search_form, name="search_subscriptions"),
    path("fhir/Subscription/_history", history, name="history_of_subscriptions"),
    path("fhir/Subscription/<str:id>", instance, name="subscription"),
    path("fhir/Subscription/<str:id>/_history", history, name="history_of_subscription"),
    path("fhir/Subscription/<str:id>/_history/<str:number>", history, name="subscription_version"),
]
OPERATIONS = [
    Operation(
        "status", status, on=("Subscription", "Subscription/id"),
        defined_at=f"{_BACKPORT}/OperationDefinition/backport-subscription-status",
        reads=True,
    ),
    Operation(
        "events", events, on=("Subscription/id",),
        defined_at=f"{_BACKPORT}/OperationDefinition/backport-subscription-events",
        reads=True,
    ),
    Operation(
        "restart", restart, on=("Subscription/id",),
        defined_at=f"{systems.BASE}/OperationDefinition/Subscription-restart",
    ),
    Operation(
        "topics", topics, on=("Subscription",),
        defined_at=f"{systems.BASE}/OperationDefinition/Subscription-topics",
        reads=True,
    ),
]  # fmt: skip
