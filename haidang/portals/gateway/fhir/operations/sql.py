"""`$sql-run`: a view or a query over the published views, for analysts of the city.

Source: SQL on FHIR 3.0.0-ballot, OperationDefinition SQLRun: one subject, named by canonical
address or reference or given itself: a ViewDefinition, or a Library that holds SQL. What may be
asked and how it is bounded is the analytics engine's matter (`analytics.run_sql`).
"""

import base64
import binascii
import csv
import io

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_DEFINED_AT = "http://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition/SQLRun"
_SUBJECTS = ("subjectCanonical", "subjectReference", "subjectResource")
_SQL = "application/sql"


@interaction(USE, "GET", "POST", json=False)
def run(request):
    """Run a view or a query and give its rows ($sql-run)."""
    require_analyst(request.actor)
    given = parameters.given(request, resource_as="subjectResource")
    writer = _writer(given.one("_format") or request.GET.get("_format") or "json")
    limit = given.number("_limit")
    found = subject(request, given)
    if found["resourceType"] == "Library":
        answer = analytics.run_sql(sql_of(found), values(given), by=request.actor, limit=limit)
    else:
        answer = analytics.run_definition(found, by=request.actor, limit=limit)
    return _told(writer(answer, given), answer)


def require_analyst(by):
    """Figures are about the whole city: so must be the sight of who asks for them.

    Raises    NotAllowed `fhir.not_an_analyst`, `fhir.analyst_denied`, `fhir.scope_missing`
    """
    scopes.require(by, "*", "r")
    # The lake knows no lens and no denial: whoever sees only part of the records sees none of it.
    sees_all = doors.WHOLE_CITY in by.permissions and not scopes.lens(by)
    if sees_all and access.denied_by_anybody(by.org):
        raise errors.NotAllowed(
            "fhir.analyst_denied",
            _(
                "Có người bệnh từ chối chia sẻ với đơn vị của hệ thống này, nên không chạy được trên bản sao chung; hãy tìm qua /fhir, hoặc dùng hệ thống của thành phố."
            ),
        )
    if by.kind != actors.SYSTEM_KIND and not sees_all:
        raise errors.NotAllowed(
            "fhir.not_an_analyst",
            _("Chỉ hệ thống được cấp quyền thấy dữ liệu cả thành phố mới chạy được phép này."),
        )


def subject(request, given):
    """The ViewDefinition or Library that is to be run.

    Raises    Incorrect `fhir.one_subject`, `fhir.not_a_subject`; NotFound `fhir.view_unknown`
    """
    named = [name for name in _SUBJECTS if given.all(name)]
    if len(named) != 1:
        raise errors.Incorrect(
            "fhir.one_subject",
            _("Hãy nêu đúng một trong %(names)s.") % {"names": ", ".join(_SUBJECTS)},
        )
    found = given.one(named[0])
    if named[0] == "subjectCanonical":
        return _published(str(found))
    if named[0] == "subjectReference":
        return _referred(request, found)
    if not isinstance(found, dict) or found.get("resourceType") not in (
        "Library",
        "ViewDefinition",
    ):
        raise errors.Incorrect(
            "fhir.not_a_subject", _("subjectResource phải là ViewDefinition hoặc Library.")
        )
    return found


def _published(canonical):
    address = canonical.partition("|")[0]
    for content in analytics.views().values():
        if content["url"] == address:
            return content
    raise errors.NotFound("fhir.view_unknown", _("Không có khung nhìn này."), view=address[:200])


def _referred(request, reference):
    text = str(reference.get("reference", "") if isinstance(reference, dict) else reference)
    kind, _slash, id = text.rpartition("/")
    if kind == "ViewDefinition" and id in analytics.views():
        return analytics.views()[id]
    if kind == "Library":
        with doors.opened(request.actor):
            return records.get(text).resource
    raise errors.NotFound("fhir.view_unknown", _("Không có khung nhìn này."), view=text[:200])


def sql_of(library):
    """The SQL text in a Library.

    Raises    Incorrect `fhir.library_without_sql`
    """
    for content in library.get("content", ()):
        if (
            str(content.get("contentType", "")).partition(";")[0].strip() == _SQL
            and "data" in content
        ):
            try:
                return base64.b64decode(content["data"], validate=True).decode()
            except (binascii.Error, ValueError, TypeError):
                break
    raise errors.Incorrect(
        "fhir.library_without_sql",
        _("Library phải có content kiểu application/sql, mã hoá base64."),
    )


def values(given):
    """The query's parameters: of a Parameters resource under `parameters`, or of its parts."""
    found = given.one("parameters")
    if found is None:
        return {}
    if isinstance(found, parameters.Given):
        return dict(found.pairs())
    listed = found.get("parameter", []) if isinstance(found, dict) else []
    return {
        one["name"]: next((v for k, v in one.items() if k.startswith("value")), None)
        for one in listed
        if isinstance(one, dict) and "name" in one
    }


def _writer(name):
    found = _WRITERS.get(str(name).partition(";")[0].strip())
    if found is None:
        raise errors.Incorrect(
            "fhir.format_unknown",
            _("_format chỉ nhận json, ndjson, csv hoặc fhir."),
            name="_format",
        )
    return found


def _json(answer, given):
    return orjson.dumps(
        [_named(answer, row) for row in answer.rows], default=str
    ), "application/json"


def _ndjson(answer, given):
    lines = [orjson.dumps(_named(answer, row), default=str) for row in answer.rows]
    return b"".join(line + b"\n" for line in lines), "application/x-ndjson"


def _csv(answer, given):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if given.flag("header", True):
        writer.writerow(answer.columns)
    writer.writerows([[_cell(value) for value in row] for row in answer.rows])
    return out.getvalue().encode(), "text/csv; charset=utf-8"


def _fhir(answer, given):
    rows = [
        {
            "name": "row",
            "part": [
                _part(name, value)
                for name, value in _named(answer, row).items()
                if value is not None
            ],
        }
        for row in answer.rows
    ]
    return responses.fhirjson.dumps(parameters.answer(*rows)), "application/fhir+json"


def _named(answer, row):
    return dict(zip(answer.columns, row, strict=True))


def _cell(value):
    return (
        orjson.dumps(value, default=str).decode()
        if isinstance(value, list | dict | bool)
        else value
    )


def _part(name, value):
    kinds = {bool: "valueBoolean", int: "valueInteger", float: "valueDecimal"}
    kind = kinds.get(type(value), "valueString")
    return {
        "name": name,
        kind: value
        if kind != "valueString" or isinstance(value, str)
        else orjson.dumps(value, default=str).decode(),
    }


def _told(written, answer):
    content, kind = written
    told = HttpResponse(content, content_type=kind)
    if answer.data_at is not None:
        told["Haidang-Data-At"] = answer.data_at.isoformat()
    if answer.cut:
        told["Haidang-Rows-Cut"] = "true"
    return told


_WRITERS = {
    "json": _json,
    "application/json": _json,
    "ndjson": _ndjson,
    "application/x-ndjson": _ndjson,
    "csv": _csv,
    "text/csv": _csv,
    "fhir": _fhir,
    "application/fhir+json": _fhir,
}
OPERATIONS = [Operation("sql-run", run, on=("system",), defined_at=_DEFINED_AT)]
