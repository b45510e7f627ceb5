"""Writing through the FHIR door: one transaction each, within the reach of the client.

What is written is judged first (`records.validation`): a wrong shape is refused with everything
that is wrong with it, and unsafe narrative is taken out.
"""

import contextlib

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors, negotiation, operations, responses, scopes

WRITTEN, DELETED = "gateway.record.written", "gateway.record.deleted"


def create(request, kind):
    """Create a resource; with If-None-Exist, only when nothing satisfies the query."""
    scopes.require(request.actor, kind, "c")
    resource = _body_of(request, kind)
    resource.pop("id", None)  # the server names what is created (http.html#create)
    _judge(request.actor, resource)
    condition = request.headers.get("If-None-Exist")
    if condition is None:
        return _saved(request, resource)
    with doors.opened(request.actor, _finding(request.actor, kind)):
        stored, created = records.create_if_none(resource, condition, by=request.actor)
        finish(request.actor, [stored] if created else [])
        doors.note(request.actor, [stored], f"fhir.create {kind}")
        shown = scopes.show(request.actor, stored)
    return _answered(request, stored, created, shown=shown, met=not created)


def update(request, kind, id):
    """Update a resource, or create it under the id that the client gives."""
    scopes.require(request.actor, kind, "u")
    resource = _body_of(request, kind)
    check_id(resource, id)
    _judge(request.actor, resource)
    return _saved(request, resource, f"{kind}/{id}")


def update_matching(request, kind):
    """Update the one resource that satisfies the query of the address, or create one."""
    scopes.require(request.actor, kind, "u")
    resource = _body_of(request, kind)
    _judge(request.actor, resource)
    with doors.opened(request.actor, _finding(request.actor, kind)):
        stored, created = records.update_matching(
            resource,
            negotiation.parameters(request),
            by=request.actor,
            expected_version=negotiation.expected_version(request),
        )
        finish(request.actor, [stored])
        shown = scopes.show(request.actor, stored)
    return _answered(request, stored, created, shown=shown)


def patch(request, kind, id):
    """Change parts of a resource by JSON Patch (RFC 6902) or FHIRPath Patch."""
    scopes.require(request.actor, kind, "u")
    operations = negotiation.patch_operations(request)
    with doors.opened(request.actor, _showing(request.actor, kind)):
        ref = f"{kind}/{id}"
        stored = records.patch(ref, operations, **_patching(request))
        finish(request.actor, [stored])
        shown = scopes.show(request.actor, stored)
    return _answered(request, stored, shown=shown)


def patch_matching(request, kind):
    """Change parts of the one resource that satisfies the query of the address."""
    scopes.require(request.actor, kind, "u")
    operations, by = negotiation.patch_operations(request), request.actor
    letters = "".join(sorted({*_showing(by, kind), *_finding(by, kind)}))
    with doors.opened(by, letters):
        asked = negotiation.query(request)
        stored = records.patch_matching(kind, asked, operations, **_patching(request))
        finish(by, [stored])
        shown = scopes.show(by, stored)
    return _answered(request, stored, shown=shown)


def _patching(request):
    return {
        "by": request.actor,
        "expected_version": negotiation.expected_version(request),
        "check": records.validation.check,
    }


def delete(request, kind, id):
    """Delete a resource; its history stays. One that never was is gone as well (204)."""
    scopes.require(request.actor, kind, "d")
    expected = negotiation.expected_version(request)
    with doors.opened(request.actor, ""):
        stored = records.delete(
            f"{kind}/{id}", by=request.actor, expected_version=expected, lenient=True
        )
        finish(request.actor, [stored] if stored else [], DELETED)
    return responses.deleted(stored)


def delete_matching(request, kind):
    """Delete the one resource that satisfies the query of the address, if there is one."""
    scopes.require(request.actor, kind, "d")
    with doors.opened(request.actor, _finding(request.actor, kind)):
        gone = records.delete_matching(
            kind,
            negotiation.parameters(request),
            by=request.actor,
            expected_version=negotiation.expected_version(request),
        )
        finish(request.actor, gone, DELETED)
    return responses.deleted(gone[0] if gone else None)


def _judge(by, resource):
    """Refuse what may not be written; references are looked up as far as the client reads."""
    looking = settings.HAIDANG_REFERENCES == "resolve"
    with doors.opened(by) if looking else contextlib.nullcontext():
        records.validation.check(resource)


def _saved(request, resource, ref=None):
    """Save a resource and answer 201 when it is new, 200 otherwise.

    ref    `Type/id` under which the client writes it; None when it gets an id of ours
    """
    by = request.actor
    expected = negotiation.expected_version(request) if ref else None
    with doors.opened(by, ""):
        if resource["resourceType"] == "Patient":
            stored = people.save_patient(resource, by=by, expected_version=expected)
        else:
            stored = records.save(resource, by=by, expected_version=expected)
        finish(by, [stored])
        shown = scopes.show(by, stored)
    return _answered(request, stored, stored.created, shown=shown)


def _answered(request, stored, created=False, *, shown, met=False):
    """201 for what is new, 200 otherwise, with as much of it as `Prefer: return` asks for.

    shown   whether the writer may read it; to one who may not, no content is sent
    met     it was there already, and nothing was written
    """
    returns = negotiation.preferences(request).returns
    if not shown and returns != "operationoutcome":
        returns = "minimal"
    status = 201 if created else 200
    return responses.one(request, stored, status=status, returns=returns, met=met)


def finish(by, written, event=WRITTEN):
    """What every write ends with: new people are indexed and welcomed, reach is checked, the ledger told."""
    people.follow(written)
    refuse_what_stands_alone(each.type for each in written)
    for stored in written:
        if stored.type == "Patient":
            doors.welcome(by, stored)
    doors.check_written(by, written)
    entries = [ledger.Entry(event, record=each.version_ref, org=by.org) for each in written]
    ledger.record_many(entries, by=by)


def refuse_what_stands_alone(types):
    """A type that is served by itself is neither written nor looked for among the records.

    Raises    RuleBroken `fhir.stands_alone`
    """
    if not operations.served_otherwise().keys().isdisjoint(types):
        raise errors.RuleBroken(
            "fhir.stands_alone",
            _("Subscription phải được gửi riêng tới địa chỉ /fhir/Subscription."),
        )


def _finding(by, kind):
    """Under what a condition looks for its resource: whoever sets one must be allowed to search.

    Its answer is that of a search, whatever else it does: it tells that something is there.
    """
    scopes.require(by, kind, "s")
    return "s"


def _showing(by, kind):
    """Under what a patch looks at what it changes; an app is shown the whole of it.

    One who may not read sees what it may change: whether a patch fits tells of the record.
    """
    if by.client:
        scopes.require(by, kind, "r")
    return "r" if scopes.allows(by, kind, "r") else "u"


def _body_of(request, kind):
    resource = negotiation.body(request)
    check_kind(resource, kind)
    return resource


def check_kind(resource, kind):
    """Pass when a resource is of the type that its address names.

    Raises    Incorrect `fhir.type_differs`
    """
    if resource.get("resourceType") != kind:
        raise errors.Incorrect(
            "fhir.type_differs",
            _("Địa chỉ này nhận %(kind)s.") % {"kind": kind},
            expression="resourceType",
        )


def check_id(resource, id):
    """Pass when a resource says the id under which it is sent (R4, http.html#update).

    Raises    Incorrect `fhir.id_differs`
    """
    if resource.get("id") != id:
        raise errors.Incorrect(
            "fhir.id_differs",
            _("Mã trong nội dung phải trùng với mã trên địa chỉ."),
            expression=f"{resource['resourceType']}.id",
        )
