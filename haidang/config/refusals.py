"""Turns the family of errors into pages that say what happened, what is safe and what to do."""

import logging

import psycopg
from django.http import HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from haidang.config import request_ids
from haidang.kernel import errors
from haidang.portals.gateway.fhir import outcome
from haidang.portals.gateway.fhir import responses as fhir

log = logging.getLogger("haidang.refusals")


class RefusalMiddleware:
    """Answers a HaidangError raised by a view with its status and a page (or problem+json)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Lead nowhere with the character NUL, which no name of ours has and no database can be
        asked for; the FHIR door says so itself.
        """
        if "\0" in request.path and not request.path.startswith("/fhir/"):
            return not_found(request, None)
        return None

    def process_exception(self, request, error):
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            error = errors.Unavailable(
                "house.took_too_long",
                _("Việc này mất quá lâu nên đã dừng; hãy thu hẹp rồi thử lại."),
            )
        if not isinstance(error, errors.HaidangError):
            return None
        log.log(
            logging.ERROR if error.status >= 500 else logging.INFO,
            "refused",
            exc_info=error,
            extra={"status": error.status},
        )
        return answer(request, error)


def answer(request, error):
    """The response for an error: an OperationOutcome at the FHIR door, problem+json for other
    machines (RFC 9457), a page for people.
    """
    if f"{request.path}/".startswith("/fhir/"):
        return fhir.refusal(error)
    if _wants_json(request):
        body = {
            "type": "about:blank",
            "title": _(error.message),
            "status": error.status,
            "code": error.code,
        }
        return JsonResponse(
            body | {"facts": error.facts},
            status=error.status,
            content_type="application/problem+json",
            headers=outcome.headers(error),
        )
    return page(request, error.status, error)


def page(request, status, error=None):
    """The error page of a status; falls back to the one for 500, then to plain text."""
    told = {"error": error, "status": status, "request_id": request_ids.current()}
    for name in (f"{status}.html", "400.html" if status < 500 else "500.html"):
        try:
            return HttpResponse(render_to_string(name, told, request), status=status)
        except TemplateDoesNotExist:
            continue
    return HttpResponse(
        getattr(error, "message", ""), status=status, content_type="text/plain; charset=utf-8"
    )


def not_found(request, exception):
    """Answers an address that leads nowhere."""
    if _wants_json(request):
        return answer(request, errors.NotFound("address.unknown", _("Không có địa chỉ này.")))
    return page(request, 404)


def bad_request(request, exception):
    error = errors.Incorrect(
        "address.unreadable", _("Yêu cầu gửi đến không đọc được; hãy kiểm tra địa chỉ và tiêu đề.")
    )
    return answer(request, error) if _wants_json(request) else page(request, 400)


def forbidden(request, exception):
    return page(request, 403)


def failed(request):
    error = errors.Failed(
        "house.failed", _("Máy chủ gặp lỗi ngoài dự kiến; lỗi đã được ghi lại. Hãy thử lại sau.")
    )
    return answer(request, error) if _wants_json(request) else page(request, 500)


def _wants_json(request):
    """Whether a machine asks: it says so, or it came to an address that only machines call."""
    if "json" in request.headers.get("Accept", ""):
        return True
    view = getattr(request.resolver_match, "func", None)
    of_machines = getattr(view, "portal", "") == "gateway"
    return of_machines or f"{request.path}/".startswith(("/fhir/", "/gateway/"))
