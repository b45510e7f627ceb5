"""Notifications as bundles: SubscriptionStatus as Parameters, then what happened.

Source    Subscriptions R5 Backport 1.1, R4: notifications are Bundles of type history.
"""

import uuid

from haidang.kernel import fhirjson

_PROFILE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
_METHODS = {"create": ("POST", "201"), "update": ("PUT", "200"), "delete": ("DELETE", "204")}


def status_of(row, kind, base, *, events=(), seen=None, now, content=None):
    """The SubscriptionStatus of a subscription, as Parameters.

    kind      handshake, heartbeat, event-notification, query-status, query-event
    seen      {(ref, version): Stored} of the events' versions that may be told
    """
    parameters = [
        {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{row.uid}"}},
        {"name": "topic", "valueCanonical": row.topic},
        {"name": "status", "valueCode": row.state},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(row.events)},
    ]
    shown = (content or row.wish["content"]) != "empty"
    parameters += [_event(each, base, shown, seen or {}) for each in events]
    if row.why and kind == "query-status":
        parameters.append({"name": "error", "valueCodeableConcept": {"text": row.why}})
    return {
        "resourceType": "Parameters",
        "id": str(uuid.uuid4()),
        "meta": {
            "profile": [f"{_PROFILE}/backport-subscription-status-r4"],
            "lastUpdated": now.isoformat(),
        },
        "parameter": parameters,
    }


def _event(event, base, shown, seen):
    parts = [
        {"name": "event-number", "valueString": str(event.number)},
        {"name": "timestamp", "valueInstant": event.at.isoformat()},
    ]
    if shown and (event.ref, event.version) in seen:
        parts.append({"name": "focus", "valueReference": {"reference": f"{base}/{event.ref}"}})
    return {"name": "notification-event", "part": parts}


def notification(row, kind, base, *, events=(), seen=None, now, content=None):
    """The Bundle that tells of some events, oldest first."""
    content = content or row.wish["content"]
    status = status_of(row, kind, base, events=events, seen=seen, now=now, content=content)
    first = {
        "fullUrl": f"urn:uuid:{status['id']}",
        "resource": status,
        "request": {"method": "GET", "url": f"Subscription/{row.uid}/$status"},
        "response": {"status": "200"},
    }
    told = [] if content == "empty" else [e for e in events if (e.ref, e.version) in (seen or {})]
    return {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "history",
        "timestamp": now.isoformat(),
        "entry": [first, *(_entry(each, seen, content, base) for each in told)],
    }


def _entry(event, seen, content, base):
    kind = "delete" if event.deleted else "create" if event.version == 1 else "update"
    method, status = _METHODS[kind]
    url = event.ref.partition("/")[0] if kind == "create" else event.ref
    entry = {"fullUrl": f"{base}/{event.ref}"}
    if content == "full-resource" and not event.deleted:
        entry["resource"] = fhirjson.raw(seen[event.ref, event.version].json)
    return entry | {
        "request": {"method": method, "url": url},
        "response": {
            "status": status,
            "etag": f'W/"{event.version}"',
            "lastModified": event.at.isoformat(),
        },
    }
