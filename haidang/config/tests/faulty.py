"""The real house with addresses that fail as code fails: for the tests of what a log tells.

Each takes a name that the log may not show, from the query or the body, and meets PostgreSQL or
Python with it.
"""

import threading
import warnings
from functools import partial
from types import SimpleNamespace

from haidang.config import wsgi  # isort: skip, sets Django up, which tables want

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import include, path
from django.utils import timezone

from haidang.config import discovery
from haidang.config.operations import worker
from haidang.kernel import errors, room


def taken_twice(name):
    for _time in range(2):
        Session.objects.create(session_key=name[:40], session_data=name, expire_date=timezone.now())


def no_date(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [name])


def below_zero(name):
    AccessAttempt.objects.create(username=name, failures_since_start=-1)


def raised_in_the_database(name):
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE WARNING '{name}'; RAISE EXCEPTION '{name}'; END $$")  # noqa: S608


def no_number(name):
    return float(name)


def no_key(name):
    return {}[name]


def cannot_be_read(name):
    return (name.encode() + b"\xff").decode()


def chained(name):
    try:
        no_number(name)
    except ValueError as why:
        raise RuntimeError(name) from why


def grouped(name):
    raise ExceptionGroup(name, [ValueError(name)])


def away(name):
    raise errors.Unavailable("house.away", name, who=name, tries=3)


def in_a_thread(name):
    thread = threading.Thread(target=no_number, args=[name])
    thread.start()
    thread.join()


def warned(name):
    warnings.warn(name, stacklevel=1)


WAYS = {
    way.__name__: way
    for way in (
        taken_twice, no_date, below_zero, raised_in_the_database, no_number, no_key,
        cannot_be_read, chained, grouped, away, in_a_thread, warned,
    )
}  # fmt: skip


def _fail(request, way):
    WAYS[way](request.GET.get("name") or request.body.decode())
    return HttpResponse("done")


def _stream(request):
    def pieces():
        yield b"begun"
        no_number(request.GET["name"])

    return StreamingHttpResponse(pieces())


urlpatterns = [
    path("fail/<str:way>/", _fail),
    path("gateway/fail/<str:way>/", _fail),
    path("stream/", _stream),
    path("", include("haidang.config.urls")),
]
handler404, handler500 = "haidang.config.refusals.not_found", "haidang.config.refusals.failed"


def application(environ, start_response):
    """The product's own, with the addresses above."""
    settings.ROOT_URLCONF = __name__
    return wsgi.application(environ, start_response)


def work(name):
    """A worker with a loop for each way instead of those of the house; it fails at every turn."""
    loops = [room.Loop(key, partial(way, name)) for key, way in WAYS.items()]
    discovery.modules = lambda _kind: [SimpleNamespace(LOOPS=loops)]
    worker.main()
