"""The way in for systems that show a token: without what only browsers need.

A session, a language cookie, a CSRF token and messages for the next page cost a system that asks
hundreds of times a second more than finding out who it is. Whoever comes without a token, or to
another address, takes the whole way.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIHandler

_ADDRESSES = ("/fhir/", "/gateway/")
# Left out by name, so that a new one holds for machines too unless somebody says otherwise.
_FOR_BROWSERS = {
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
}
_SHOWN_NOWHERE = "default-src 'none'; frame-ancestors 'none'"


class MachineHandler(WSGIHandler):
    """Django's handler with a shorter way through the middleware."""

    def load_middleware(self, is_async=False):
        whole = settings.MIDDLEWARE
        short = [name for name in whole if name not in _FOR_BROWSERS]
        settings.MIDDLEWARE = [f"{__name__}.NoBrowserMiddleware", *short]
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole


class NoBrowserMiddleware:
    """Stands for what was left out: nobody has signed in, and no browser shows the answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user, request.session = AnonymousUser(), {}
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", _SHOWN_NOWHERE)
        return answer


def is_machine(environ):
    """True for a request with a token to one of the addresses where tokens count."""
    token = environ.get("HTTP_AUTHORIZATION", "")[:7].lower() == "bearer "
    return token and f"{environ.get('PATH_INFO', '')}/".startswith(_ADDRESSES)
