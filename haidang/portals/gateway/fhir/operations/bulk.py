"""`$export` and what belongs to every bulk job: its state, its files, its end.

Source: FHIR Bulk Data Access (Flat FHIR) v2.0.0, `export.html`: kick-off, status, file and delete
requests. What the guide leaves open stands in docs/decisions/0009-bulk-exports-and-imports.md.
"""

import functools
import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils.http import http_date
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson
from haidang.portals.gateway.fhir import doors, kinds, negotiation, outcome, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

ASKED, CANCELLED = "gateway.bulk.asked", "gateway.bulk.cancelled"
NDJSON, _PLAIN_JSON = "application/fhir+ndjson", "application/json"
FORMATS = {NDJSON, "application/ndjson", "ndjson"}
_KNOWN = {"_since", "_type", "_typeFilter", "_outputFormat", "_elements", "patient", "purpose"}
_PURPOSES = {"care", "public_health", "records"}
_NEXT_QUERY = re.compile(r",(?=[A-Z][A-Za-z]+\?)")  # a comma inside a query is its own
_DEFINED_AT = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition"
_POLL_S = 2


@interaction(USE, "GET", "POST")
def export_system(request):
    """Everything the client may see ($export)."""
    return _export(request, "system")


@interaction(USE, "GET", "POST")
def export_people(request, kind):
    """The records of all people the client may see (Patient/$export)."""
    return _export(request, "patient")


@interaction(USE, "GET", "POST")
def export_person(request, kind, id):
    """The record of one person (Patient/id/$export)."""
    return _export(request, "patient", people=(_there(request, f"Patient/{id}"),))


@interaction(USE, "GET", "POST")
def export_group(request, kind, id):
    """The records of the people in a group (Group/id/$export)."""
    scopes.require(request.actor, "Group", "r")
    return _export(request, "group", group=_there(request, f"Group/{id}"))


def _there(request, ref):
    """The reference, when the client may see what it names.

    Raises    NotFound, Gone as any read
    """
    with doors.opened(request.actor):
        return records.get(ref).ref


def _export(request, level, **whose):
    require_async(request)
    given = parameters.given(request)
    _refuse_unknown(request, given)
    if given.all("patient"):
        whose["people"] = _people(request, given, level, **whose)
    wish = records.bulk.wish_of(
        level=level,
        types=_types(request.actor, given.listed("_type")),
        since=given.text("_since").replace(" ", "+") or None,  # a plus that was not escaped
        filters=[q for text in given.texts("_typeFilter") for q in _NEXT_QUERY.split(text)],
        elements=tuple(given.listed("_elements")),
        purpose=_purpose(request.actor, given),
        **whose,
    )
    return begun(request, functools.partial(records.bulk.ask_for_export, wish))


def require_async(request):
    """Pass when the client is ready to wait; a HEAD begins nothing (RFC 9110, 9.2.1).

    Raises    Incorrect `fhir.prefer_async`; NotServed `fhir.method_not_served`
    """
    if request.method == "HEAD":
        raise outcome.NotServed(
            "fhir.method_not_served", _("Địa chỉ này không nhận phương thức đó.")
        )
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise errors.Incorrect(
            "fhir.prefer_async",
            _("Yêu cầu này cần tiêu đề Prefer: respond-async; kết quả lấy sau."),
        )


def _refuse_unknown(request, given):
    """What is not understood is an error unless the client is lenient (export.html#query-parameters)."""
    format = given.text("_outputFormat", NDJSON)
    if format.replace(" ", "+") not in FORMATS:  # a plus that a query did not escape
        raise errors.Incorrect(
            "fhir.only_ndjson",
            _("_outputFormat chỉ nhận application/fhir+ndjson."),
            name="_outputFormat",
        )
    unknown = sorted({name for name, _value in given.pairs()} - _KNOWN)
    if unknown and "handling=lenient" not in request.headers.get("Prefer", ""):
        raise negotiation.unknown(unknown[0])


def _types(by, asked):
    """The types to export: those asked for, or all that the scopes cover.

    Raises    NotAllowed `fhir.scope_missing`
    """
    for type in asked:
        kinds.require_named(type)
        scopes.require(by, type, "r")
    if asked or scopes.allows(by, "*", "r"):
        return tuple(asked)
    covered = tuple(type for type in kinds.served() if scopes.allows(by, type, "r"))
    if not covered:
        scopes.require(by, "*", "r")
    return covered


def _people(request, given, level, people=(), group=None):
    """References of the people named by `patient`, when each is there and belongs to what is asked for.

    Raises    Incorrect `fhir.parameter_unsupported` where everything is asked for, or one person;
              NotFound `fhir.patient_unknown` (export.html: told at once, never left out in silence)
    """
    if level == "system" or people:
        raise errors.Incorrect(
            "fhir.parameter_unsupported",
            _("patient chỉ dùng với Patient/$export và Group/<id>/$export."),
            name="patient",
        )
    refs = [_reference(value) for value in given.all("patient")]
    with doors.opened(request.actor):
        there = {stored.ref for stored in records.get_many(refs)}
        there &= records.bulk.members(group) if group else there
    if absent := [ref for ref in refs if ref not in there]:
        raise errors.NotFound(
            "fhir.patient_unknown",
            _("Không có người được nêu ở patient, hoặc người đó không thuộc nhóm này."),
            patient=absent[0][:80],
        )
    return tuple(refs)


def _reference(value):
    ref = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(ref, str) or not ref.startswith("Patient/"):
        raise parameters.unreadable("patient", _("tham chiếu Patient/id"))
    return ref


def _purpose(by, given):
    usual = "public_health" if doors.WHOLE_CITY in by.permissions else "care"
    purpose = given.text("purpose", usual)
    if purpose not in _PURPOSES:
        raise errors.Incorrect(
            "fhir.parameter_unreadable",
            _("purpose là care, public_health hoặc records."),
            name="purpose",
        )
    return purpose


def begun(request, ask):
    """202 with the address to poll, once a job has been asked for and the ledger told.

    Raises    NotAllowed `fhir.bulk_for_systems` to an app that acts for a person; TooMany
    """
    by = request.actor
    if by.client is not None or by.patient is not None:
        raise errors.NotAllowed(
            "fhir.bulk_for_systems",
            _(
                "Xuất nhập hàng loạt chỉ dành cho hệ thống có phạm vi system/; ứng dụng hãy dùng $everything."
            ),
        )
    access.spend(
        "gateway.bulk", by.ref, limit=settings.HAIDANG_BULK_JOBS_PER_HOUR, per=timedelta(hours=1)
    )
    with transaction.atomic():
        job = ask(by=by, request=request.get_full_path())
        facts = {"job": job.uid, "kind": job.kind, "request": request.path}
        ledger.record(ASKED, by=by, org=by.org, facts=facts)
    answer = responses.plain(records.saying(_("Đã nhận; hãy hỏi kết quả ở Content-Location.")), 202)
    answer["Content-Location"] = _address(request, job)
    return answer


@interaction(USE, "GET", "DELETE")
def job(request, uid):
    """GET: how far a job is, or what it made. DELETE: stop it, or throw away its files."""
    if request.method == "DELETE":
        return _cancel(request, uid)
    with doors.looking(request.actor):
        found = records.bulk.status(uid, by=request.actor)
    if found.open:
        return _going_on(found)
    if found.state == "failed":
        why = found.why
        return responses.refusal(errors.HaidangError(why["code"], why["message"], **why["facts"]))
    if found.kind == "reindex":
        return responses.plain(_counts(found))
    answer = HttpResponse(fhirjson.dumps(_manifest(request, found)), content_type=_PLAIN_JSON)
    answer["Expires"] = http_date(found.expires_at.timestamp())
    return answer


def _counts(job):
    """What a reindex has to tell: how many records there were, and how many were read."""
    return parameters.answer(
        {"name": "total", "valueDecimal": job.total}, {"name": "done", "valueDecimal": job.done}
    )


def _cancel(request, uid):
    with transaction.atomic():
        gone = records.bulk.cancel(uid, by=request.actor)
        ledger.record(CANCELLED, by=request.actor, org=request.actor.org, facts={"job": gone.uid})
    return responses.plain(records.saying(_("Đã huỷ.")), 202)


def _going_on(job):
    answer = HttpResponse(status=202)
    answer["X-Progress"] = _progress(job)
    answer["Retry-After"] = str(_POLL_S)
    return answer


def _progress(job):
    """True counts, in the letters that a header may have."""
    if job.state == "waiting":
        return f"waiting, {job.ahead} before this one"
    return f"{job.done} of {job.total} resources" if job.total else f"{job.done} resources"


def _manifest(request, job):
    """What was made (export.html#response---complete-status); for an import, what was read."""
    listed = {
        role: [_file(request, job, each) for each in job.files if each.role == role]
        for role in ("output", "deleted", "error")
    }
    if job.kind == "import":
        listed["output"] = [
            {"type": each.type, "inputUrl": each.name, "count": each.lines - each.faults}
            for each in job.files if each.role == "input"
        ]  # fmt: skip
    moment = (job.moment or job.asked_at).isoformat()
    return {
        "transactionTime": moment,
        "request": request.build_absolute_uri(job.stage.get("request", "")),
        "requiresAccessToken": True,
        **listed,
    }


def _file(request, job, file):
    url = f"{_address(request, job)}/{file.name}"
    return {"type": file.type, "url": url, "count": file.lines}


def _address(request, job):
    return f"{responses.base(request)}/$bulk/{job.uid}"


@interaction(USE, "GET", json=False)
def file(request, uid, name):
    """A file of a job, for the system that asked for it and nobody else."""
    with doors.looking(request.actor):
        found = records.bulk.file_of(uid, name, by=request.actor)
    answer = StreamingHttpResponse(records.bulk.fetch(uid, name), content_type=NDJSON)
    answer["Content-Length"] = str(found.bytes)
    answer["Cache-Control"] = "no-store"
    return answer


def _operation(view, where, name):
    return Operation("export", view, on=where, defined_at=f"{_DEFINED_AT}/{name}")


OPERATIONS = [
    _operation(export_system, ("system",), "export"),
    _operation(export_people, ("Patient",), "patient-export"),
    _operation(export_person, ("Patient/id",), "patient-export"),
    _operation(export_group, ("Group/id",), "group-export"),
]
URLS = [
    path("fhir/$bulk/<str:uid>", job, name="bulk_job"),
    path("fhir/$bulk/<str:uid>/<str:name>", file, name="bulk_file"),
]
