"""`$import`: NDJSON files taken in by the worker, told of like every bulk job.

Input is the manifest of the Bulk Data Import proposal (JSON), or Parameters of the same names:
`inputFormat`, `inputSource`, and for each file `input` with `type` and `url`.
"""

import functools

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson
from haidang.portals.gateway.fhir import formats, kinds, negotiation, scopes
from haidang.portals.gateway.fhir.operations import bulk, parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_LARGEST = 1024 * 1024
_MOST_FILES = 10_000
DEFINED_AT = "https://haidang.vn/fhir/OperationDefinition/import"


@interaction(USE, "POST")
def take_in(request):
    """Take in files of NDJSON from places that the installation has named ($import)."""
    bulk.require_async(request)
    formats.require_json(request)
    content = fhirjson.received(negotiation.raw(request, _LARGEST))
    sources = [_source(request.actor, each) for each in _inputs(content)]
    if not sources or len(sources) > _MOST_FILES:
        raise _unreadable(_("Yêu cầu nhập cần từ 1 đến 10.000 tệp trong input."))
    return bulk.begun(request, functools.partial(records.bulk.ask_for_import, sources))


def _inputs(content):
    """(type, url) of each file, from either way of writing them."""
    if not isinstance(content, dict):
        raise _unreadable(_("Nội dung yêu cầu nhập phải là một đối tượng JSON."))
    if content.get("resourceType") == "Parameters":
        given = parameters.of_resource(content)
        _check_format(given.text("inputFormat", bulk.NDJSON))
        parts = given.all("input")
        if not all(isinstance(each, parameters.Given) for each in parts):
            raise _unreadable(_("input phải là danh sách tệp, mỗi tệp có type và url."))
        return [(each.text("type"), each.text("url")) for each in parts]
    _check_format(content.get("inputFormat", bulk.NDJSON))
    listed = content.get("input")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise _unreadable(_("input phải là danh sách tệp, mỗi tệp có type và url."))
    return [(each.get("type"), each.get("url")) for each in listed]


def _check_format(format):
    if not isinstance(format, str) or format not in bulk.FORMATS:
        raise _unreadable(_("inputFormat chỉ nhận application/fhir+ndjson."))


def _source(by, pair):
    type, url = pair
    if not isinstance(type, str) or type not in kinds.served() or not isinstance(url, str):
        raise _unreadable(_("Mỗi tệp trong input cần type là loại tài nguyên và url là địa chỉ."))
    scopes.require(by, type, "c")
    scopes.require(by, type, "u")
    if not records.bulk.allowed(url):
        raise errors.NotAllowed(
            "fhir.source_not_named",
            _("Bản cài đặt này không đọc từ địa chỉ đó; quản trị phải khai nguồn được phép trước."),
        )
    return records.bulk.Source(url, type)


def _unreadable(sentence):
    return errors.Incorrect("fhir.import_unreadable", sentence, expression="input")


OPERATIONS = [Operation("import", take_in, on=("system",), defined_at=DEFINED_AT)]
