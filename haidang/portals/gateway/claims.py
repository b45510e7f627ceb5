"""The door for facilities' systems: POST a dossier, get a receipt, ask what became of it."""

import base64
import dataclasses
import time
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext

from haidang.engines.access import api as access
from haidang.engines.exchange import api as exchange
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.kernel.described import BINARY, FORM, TEXT, Answer, Deed, described
from haidang.portals.gateway.developers import shapes

_LONGEST_WAIT_S = 30
_AT_ONCE = 2 * 1024 * 1024
_PAUSE_S = 0.25
_FILES_TOLD = 1000
_INSURANCE_FIELD = "fileHSBase64"
_GONE_WRONG = {"rejected", "refused"}
_ON_ITS_WAY = {"received", "waiting"}


_RECEIPT = {"receipt": "Number of the receipt"}


@described(
    Deed(
        operation="sendClaims",
        summary="Send dossiers",
        text="One XML file or a zip of them. The answer comes when the file is safely kept; the same file"
        " again gives the same receipt. With `wait` the answer is the report, when it is there in time.",
        tag="claims",
        method="POST",
        query={
            "filename": ("The name to keep", TEXT),
            "wait": (
                "Seconds to wait for the report",
                {"type": "number", "minimum": 0, "maximum": _LONGEST_WAIT_S},
            ),
        },
        body={
            "application/xml": TEXT,
            "application/zip": BINARY,
            "multipart/form-data": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": BINARY},
            },
            FORM: {
                "type": "object",
                "required": [_INSURANCE_FIELD],
                "properties": {_INSURANCE_FIELD: {"type": "string", "contentEncoding": "base64"}},
            },
        },
        answers={
            200: Answer("Processed in time", shapes.RECEIPT),
            202: Answer("Received; the report comes later", shapes.RECEIPT),
            422: Answer("All of it was refused; every problem is listed", shapes.RECEIPT),
        },
        codes=(
            "gateway.file_missing",
            "gateway.base64_unreadable",
            "gateway.wait_unreadable",
            "exchange.empty",
            "gateway.form_too_large",
            "exchange.too_large",
            "access.too_many",
        ),
    )
)
@access.screen("intake.send_claims", portal="gateway", methods=("POST",))
def send_claims(request):
    """Take in one XML file or zip: the body itself, the file `file` of a form, or the base64
    `fileHSBase64` that hospital software sends to the insurance gateway.

    ?filename=   the name to keep; ?wait=20   answer with the report when it is there in time

    202 received, 200 with `wait` and processed, 422 when all of it was refused or rejected.
    """
    by = request.actor
    limit = settings.HAIDANG_GATEWAY_CLAIMS_PER_MINUTE
    access.spend("gateway.claims", by.ref, limit=limit, per=timedelta(minutes=1))
    wait = _seconds(request.GET.get("wait", ""))
    name, content = _sent(request)
    receipt = exchange.receive(content, filename=name, by=by, channel="gateway")
    if wait:
        _wait_for(receipt, len(content), wait)
    body = _told(receipt.message_id, by, whole=bool(wait)) | {"duplicate": receipt.duplicate}
    return JsonResponse(body, status=_status(body["state"], waited=bool(wait)))


@described(
    Deed(
        operation="seeClaims",
        summary="What became of what was sent",
        tag="claims",
        path=_RECEIPT,
        answers={200: Answer("Every problem of every dossier", shapes.RECEIPT)},
        codes=("exchange.message_unknown",),
    )
)
@access.screen("intake.send_claims", portal="gateway")
def see_claims(request, receipt):
    """What became of one message, with every problem of every dossier."""
    return JsonResponse(_told(receipt, request.actor, whole=True))


def _sent(request):
    """The name and the bytes, read no further than the limit."""
    name = request.GET.get("filename", "")
    if request.content_type == "multipart/form-data":
        file = request.FILES.get("file")
        if file is None:
            raise _file_missing("file")
        return name or file.name, exchange.read_limited(file)
    if request.content_type == "application/x-www-form-urlencoded":
        return name or "gateway.xml", _from_insurance_form(request)
    return name or "gateway.xml", exchange.read_limited(request)


def _from_insurance_form(request):
    """The file as hospital software sends it to the insurance gateway: base64 in a form.

    Source: the integration guide of BHXH, service guiHoSoXmlQD3176, field fileHSBase64
    """
    try:
        text = request.POST.get(_INSURANCE_FIELD, "")
    except RequestDataTooBig as why:
        raise errors.TooLarge(
            "gateway.form_too_large",
            gettext("Biểu mẫu quá lớn; gửi thẳng tệp trong thân yêu cầu (application/xml)."),
        ) from why
    if not text:
        raise _file_missing(_INSURANCE_FIELD)
    try:
        # A plus sign that was not percent-encoded arrives as a space.
        return base64.b64decode(text.replace(" ", "+"), validate=True)
    except ValueError as why:
        raise errors.Incorrect(
            "gateway.base64_unreadable",
            gettext("fileHSBase64 không phải base64; mã hoá lại tệp rồi gửi lại."),
        ) from why


def _file_missing(name):
    return errors.Incorrect(
        "gateway.file_missing",
        gettext("Biểu mẫu không có tệp {name}; thêm tệp rồi gửi lại.").format(name=name),
    )


def _seconds(text):
    try:
        return min(max(float(text or 0), 0), _LONGEST_WAIT_S)
    except ValueError as why:
        raise errors.Incorrect(
            "gateway.wait_unreadable", gettext("`wait` là số giây, ví dụ wait=20.")
        ) from why


def _wait_for(receipt, size, seconds):
    """Process a small message here and now; of a large one the worker makes a report in time."""
    if size <= _AT_ONCE and receipt.state == "received":
        exchange.process(receipt.message_id)
        return
    until = time.monotonic() + seconds
    while time.monotonic() < until and _state(receipt.message_id) in _ON_ITS_WAY:
        time.sleep(_PAUSE_S)


def _state(receipt):
    return exchange.report(receipt, limit=0).message.state


def _status(state, *, waited):
    if state in _GONE_WRONG:
        return 422
    return 200 if waited and state not in _ON_ITS_WAY else 202


def _told(receipt, by, *, whole):
    report = exchange.report(receipt, with_problems=whole)
    message = report.message
    if not _reaches(by, message):
        raise errors.NotFound(
            "exchange.message_unknown", gettext("Không có thông điệp mang mã này.")
        )
    body = {
        "receipt": message.id,
        "state": message.state,
        "status": reverse("gateway:see_claims", args=[message.id]),
        "received_at": message.received_at.isoformat(timespec="seconds"),
        "total": message.total,
        "counts": report.parts or report.counts,
        "problems": [_problem(each) for each in report.problems],
    }
    if whole and message.state == "unpacked":
        return body | {"files": [_file(each) for each in _parts(message.id)]}
    return body | ({"dossiers": [_dossier(each) for each in report.dossiers]} if whole else {})


def _parts(package):
    return exchange.messages(exchange.Filters(package=package, limit=_FILES_TOLD))


def _file(part):
    return {"receipt": part.id, "filename": part.filename, "state": part.state}


def _reaches(by, message):
    return not by.org or by.org == places.HAI_PHONG or by.org == message.org


def _dossier(found):
    return {
        "ma_lk": found.visit,
        "facility": found.facility,
        "state": found.state,
        "encounter": found.encounter or None,
        "problems": [_problem(each) for each in found.problems],
    }


def _problem(problem):
    return dataclasses.asdict(problem)
