"""Pages of other origins: whose scripts may read what the machines' addresses answer (CORS).

An app that runs in a browser is known by the addresses it may be sent back to, so their origins
may call the FHIR service and the token endpoint; `HAIDANG_CORS_ORIGINS` names others. Where the
service is and what it can do is open to every page. A cookie never counts: no answer carries
`Access-Control-Allow-Credentials`, so a page sees what its own token opens and nothing else.

Source: Fetch Standard, 3.2 (CORS protocol); SMART App Launch 2.2.0, "Considerations for
Cross-Origin Resource Sharing (CORS) support".
"""

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.portals.gateway.fhir import responses

_FOR_ALL = ("/fhir/metadata", "/fhir/.well-known/", "/oauth/.well-known/", "/oauth/keys")
_FOR_APPS = ("/fhir", "/oauth/token", "/oauth/introspect", "/oauth/revoke")
_METHODS = "GET, POST, PUT, PATCH, DELETE"
_SENT = "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer"
#: Beside those that every page may read (Fetch Standard, CORS-safelisted response headers).
_SHOWN = "Allow, Content-Location, ETag, Location, Retry-After, WWW-Authenticate, X-Correlation-Id, X-Progress, X-Request-Id"
_KEPT_S = 600


class CorsMiddleware:
    """Answers what a browser asks beforehand, and says on each answer whose page may read it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        origin = request.headers.get("Origin")
        if _within(request.path, _FOR_ALL):
            allowed = "*" if origin else None
        elif _within(request.path, _FOR_APPS):
            allowed = origin if origin and is_let_in(origin) else None
        else:
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            answer = _asked_beforehand(allowed)
        else:
            answer = self.get_response(request)
        return _marked(answer, allowed)


def is_let_in(origin):
    """True for the origin of a working app's redirect address, or one that the house names."""
    named = origin != "*" and origin in settings.HAIDANG_CORS_ORIGINS
    return named or access.is_app_origin(origin)


def _within(path, places):
    return any(path == one.rstrip("/") or path.startswith(one.rstrip("/") + "/") for one in places)


def _asked_beforehand(allowed):
    """The answer to a preflight; a page of nobody we know is told why its call will not come."""
    if allowed is None:
        return responses.refusal(
            errors.NotAllowed(
                "fhir.origin_unknown",
                _("Trang web này không thuộc ứng dụng nào đã đăng ký địa chỉ trả về."),
            )
        )
    answer = HttpResponse(status=204)
    answer["Access-Control-Allow-Methods"] = _METHODS
    answer["Access-Control-Allow-Headers"] = _SENT
    answer["Access-Control-Max-Age"] = str(_KEPT_S)
    return answer


def _marked(answer, allowed):
    if allowed != "*":
        patch_vary_headers(answer, ["Origin"])  # the same address answers other pages otherwise
    if allowed is not None:
        answer["Access-Control-Allow-Origin"] = allowed
        answer["Access-Control-Expose-Headers"] = _SHOWN
    return answer
