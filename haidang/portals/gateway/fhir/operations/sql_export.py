"""`$sql-export`: views and queries as files, made while the client does something else.

Source: SQL on FHIR 3.0.0-ballot, OperationDefinition SQLExport, with FHIR's asynchronous request
pattern: 202 and an address to ask, then a Parameters resource that lists the files.
"""

from django.http import FileResponse, HttpResponse
from django.urls import path
from django.utils.http import http_date
from django.utils.translation import gettext as _

from haidang.engines.analytics import api as analytics
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import responses
from haidang.portals.gateway.fhir.operations import bulk, parameters, sql
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_DEFINED_AT = "http://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition/SQLExport"
_KINDS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}


@interaction(USE, "POST", json=False)
def export(request):
    """Ask for files of views and queries ($sql-export)."""
    sql.require_analyst(request.actor)
    bulk.require_async(request)
    given = parameters.given(request)
    subjects = [
        _subject(request, number, one) for number, one in enumerate(given.all("subject"), 1)
    ]
    asked = analytics.exports.ask(
        subjects, format=given.one("_format") or "ndjson", by=request.actor
    )
    answer = responses.plain(records.saying(_("Đã nhận; hãy hỏi kết quả ở Content-Location.")), 202)
    answer["Content-Location"] = _address(request, asked.uid)
    return answer


def _subject(request, number, given):
    """One `subject` part: a name and, as for $sql-run, what to run."""
    if not isinstance(given, parameters.Given):
        raise errors.Incorrect(
            "fhir.not_a_subject", _("subjectResource phải là ViewDefinition hoặc Library.")
        )
    found = sql.subject(request, given)
    name = given.one("name") or found.get("name") or f"part{number}"
    if found["resourceType"] == "Library":
        return {"name": name, "sql": sql.sql_of(found), "parameters": sql.values(given)}
    return {"name": name, "view": found}


@interaction(USE, "GET", "DELETE", json=False)
def job(request, uid):
    """GET: how far an export is, or its files. DELETE: throw it away."""
    if request.method == "DELETE":
        analytics.exports.cancel(uid, by=request.actor)
        return responses.plain(records.saying(_("Đã huỷ.")), 202)
    _require_analyst_still(request, uid)
    found = analytics.exports.status(uid, by=request.actor)
    if found.state in ("waiting", "running"):
        answer = HttpResponse(status=202)
        answer["X-Progress"], answer["Retry-After"] = found.state, "2"
        return answer
    if found.state == "failed":
        return responses.refusal(errors.RuleBroken(found.why["code"], found.why["message"]))
    answer = responses.plain(_manifest(request, found))
    answer["Expires"] = http_date(found.expires_at.timestamp())
    return answer


def _manifest(request, found):
    files = [
        {"name": "output", "part": [
            {"name": "name", "valueString": each["name"]},
            {"name": "location", "valueUri": f"{_address(request, found.uid)}/{each['file']}"},
            {"name": "rowCount", "valueInteger": each["rows"]},
        ]}
        for each in found.files
    ]  # fmt: skip
    return parameters.answer(
        {"name": "exportId", "valueString": found.uid},
        {"name": "status", "valueCode": "completed"},
        {"name": "_format", "valueCode": found.format},
        {"name": "exportStartTime", "valueInstant": found.asked_at.isoformat()},
        *files,
    )


@interaction(USE, "GET", json=False)
def file(request, uid, name):
    """A file of an export, for the system that asked for it and nobody else."""
    _require_analyst_still(request, uid)
    found = analytics.exports.file(uid, name, by=request.actor)
    answer = FileResponse(found.open("rb"), content_type=_KINDS[found.suffix[1:]])
    answer["Cache-Control"] = "no-store"
    return answer


def _require_analyst_still(request, uid):
    """Pass when who asked for an export might ask for it today.

    Nobody knows who is in its files: so the first denial to the asker's organisation since closes
    them, and they go.

    Raises    as `sql.require_analyst`
    """
    try:
        sql.require_analyst(request.actor)
    except errors.NotAllowed as why:
        if why.code == "fhir.analyst_denied":
            analytics.exports.cancel(uid, by=request.actor)
        raise


def _address(request, uid):
    return f"{responses.base(request)}/$sql-jobs/{uid}"


OPERATIONS = [Operation("sql-export", export, on=("system",), defined_at=_DEFINED_AT)]
URLS = [
    path("fhir/$sql-jobs/<str:uid>", job, name="sql_job"),
    path("fhir/$sql-jobs/<str:uid>/<str:name>", file, name="sql_file"),
]
