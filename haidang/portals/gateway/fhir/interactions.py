"""The interactions of FHIR R4 as views: parse, open, one call of the records engine, answer."""

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import (
    bundles,
    capability,
    doors,
    kinds,
    negotiation,
    responses,
    scopes,
    terms,
    views,
    writes,
)
from haidang.portals.gateway.fhir.views import USE, interaction


@interaction("public", "GET", "POST", "PUT", "PATCH", "DELETE")
def nowhere(request, rest):
    """An address below /fhir where nothing is."""
    raise views.nowhere()


@interaction("public", "GET")
def metadata(request):
    """The CapabilityStatement, made from what is served; with `mode=terminology` of code lists."""
    if request.GET.get("mode") == "terminology":
        return responses.plain(terms.capabilities(responses.base(request)))
    return responses.plain(capability.statement(responses.base(request)))


@interaction(USE, "GET", "POST")
def system(request):
    """GET: search over several types. POST: a batch or transaction."""
    return bundles.carried_out(request) if request.method == "POST" else _search_types(request)


@interaction(USE, "POST")
def search_types_form(request):
    """Search over several types with the parameters in a form."""
    return _search_types(request)


@interaction(USE, "GET", "POST", "PUT", "PATCH", "DELETE")
def of_type(request, kind):
    """GET: search. POST: create. PUT, PATCH and DELETE: by a condition in the query."""
    acts = {
        "POST": writes.create,
        "PUT": writes.update_matching,
        "PATCH": writes.patch_matching,
        "DELETE": writes.delete_matching,
    }
    return acts.get(request.method, _search)(request, kind)


@interaction(USE, "POST")
def search_form(request, kind):
    """Search with the parameters in a form, so that they enter no log on the way."""
    return _search(request, kind)


@interaction(USE, "GET", "PUT", "PATCH", "DELETE")
def instance(request, kind, id):
    """One resource: read, update, patch, delete."""
    if id.startswith("$"):  # no id begins so: an operation that is not served
        raise views.nowhere()
    acts = {"PUT": writes.update, "PATCH": writes.patch, "DELETE": writes.delete}
    return acts.get(request.method, _read)(request, kind, id)


@interaction(USE, "GET")
def version(request, kind, id, number):
    """One version as it was (vread)."""
    scopes.require(request.actor, kind, "r")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise errors.NotFound("records.not_found", _("Không có phiên bản này."))
    with doors.looking(request.actor):
        stored = records.vread(f"{kind}/{id}", int(number))
        if negotiation.unchanged_since(request, stored):
            return responses.not_modified(stored)
        doors.note(request.actor, [stored], f"fhir.vread {kind}")
    return responses.one(request, stored, shape=negotiation.shape(request))


@interaction(USE, "GET")
def history_of_instance(request, kind, id):
    """The versions of one resource, newest first."""
    return _history(request, kind, ref=f"{kind}/{id}")


@interaction(USE, "GET")
def history_of_type(request, kind):
    """The versions of every resource of a type, newest first."""
    return _history(request, kind, type=kind)


@interaction(USE, "GET")
def history_of_system(request):
    """Every version, newest first."""
    return _history(request, "*")


@interaction(USE, "GET")
def compartment(request, kind, id):
    """Search within what is about one Patient (compartment search)."""
    return _search(request, kind, of=id)


@interaction(USE, "GET")
def whole_compartment(request, id):
    """Search over all types within what is about one Patient."""
    return _search_types(request, of=id)


@interaction(USE, "POST")
def whole_compartment_form(request, id):
    """The same, with the parameters in a form."""
    return _search_types(request, of=id)


@interaction(USE, "POST")
def compartment_form(request, kind, id):
    """The same, with the parameters in a form."""
    return _search(request, kind, of=id)


def _search(request, kind, of=None):
    scopes.require(request.actor, kind, "s")
    writes.refuse_what_stands_alone([kind])
    asked = negotiation.parameters(request)
    strict = negotiation.preferences(request).strict
    query = [pair for pair in asked if pair[0] != "_cursor"]
    with doors.looking(request.actor, "s"):
        within = _compartment(of)
        cursor = dict(asked).get("_cursor")
        page = records.search(kind, query, strict=strict, cursor=cursor, within=within)
        responses.must_lead_on(page)
        doors.note(request.actor, [*page.matches, *page.included], f"fhir.search {kind}")
        doors.note_count(request.actor, page, f"fhir.search {kind}", kind, of)
    where, wishes = f"Patient/{of}/{kind}" if of else kind, negotiation.wishes(request)
    return responses.plain(responses.searchset(request, where, page, cursor, wishes=wishes))


def _compartment(of):
    """The record number of the Patient in whose compartment to look; 0 for one that is not there.

    Raises    Incorrect `records.reference_unreadable`
    """
    return None if of is None else records.rids([f"Patient/{of}"]).get(f"Patient/{of}", 0)


def _search_types(request, of=None):
    """The types that `_type` names; without it, those that the client may search."""
    asked = negotiation.parameters(request)
    strict = negotiation.preferences(request).strict
    query = [pair for pair in asked if pair[0] != "_cursor"]
    named = [name for key, value in query if key == "_type" for name in value.split(",") if name]
    for kind in named:
        kinds.require_named(kind)
        scopes.require(request.actor, kind, "s")
    writes.refuse_what_stands_alone(named)
    with doors.looking(request.actor, "s"):
        cursor = dict(asked).get("_cursor")
        types = named or _types(request.actor, of, cursor)
        page = records.search_types(
            types, query, strict=strict, cursor=cursor, within=_compartment(of)
        )
        responses.must_lead_on(page)
        kind = named[0] if len(set(named)) == 1 else "*"
        what = f"fhir.search {kind}"
        doors.note(request.actor, [*page.matches, *page.included], what)
        doors.note_count(request.actor, page, what, kind, of)
    where, wishes = f"Patient/{of}/*" if of else "", negotiation.wishes(request)
    return responses.plain(responses.searchset(request, where, page, cursor, wishes=wishes))


def _types(by, of, cursor):
    """The types of which there is any that the client may search, in a compartment or anywhere.

    A page that goes on is of the types of the first: one that came since shifts nothing.
    """
    types = records.types(cursor=cursor, compartment=of is not None)
    return [kind for kind in types if scopes.allows(by, kind, "s")]


def _history(request, kind, **which):
    scopes.require(request.actor, kind, "r")
    writes.refuse_what_stands_alone([kind])
    asked, counted = negotiation.history(request)
    with doors.looking(request.actor):
        page = records.history(**which, **asked)
        doors.note(request.actor, page.entries, f"fhir.history {kind}")
    wishes = negotiation.wishes(request)
    return responses.plain(responses.history(request, page, counted, wishes=wishes))


def _read(request, kind, id):
    scopes.require(request.actor, kind, "r")
    with doors.looking(request.actor):
        stored = records.get(f"{kind}/{id}")
        if negotiation.unchanged_since(request, stored):
            return responses.not_modified(stored)
        doors.note(request.actor, [stored], f"fhir.read {kind}")
    return responses.one(request, stored, shape=negotiation.shape(request))
