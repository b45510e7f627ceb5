"""Is it alive, is it ready, how much does it do: for load balancers and dashboards."""

import prometheus_client
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.kernel.described import FLAG, TEXT, Answer, Deed, described, record

_READY = record("Ready", {"ready": FLAG}, waits_for={"const": "database"})


def _deed(operation, summary, answers, **more):
    return described(Deed(operation, summary, answers, tag="health", **more))


@_deed(
    "isAlive",
    "Whether the process answers at all",
    {200: Answer("It does", record("Alive", {"alive": {"const": True}}))},
)
@access.screen("public", portal="gateway")
def alive(request):
    """200 while the process answers at all."""
    return JsonResponse({"alive": True})


@_deed(
    "isReady",
    "Whether work can be sent here",
    {200: Answer("The database answers", _READY), 503: Answer("It does not; wait", _READY)},
)
@access.screen("public", portal="gateway")
def ready(request):
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "waits_for": "database"}, status=503)
    return JsonResponse({"ready": True})


@_deed(
    "getMetrics",
    "Measurements for Prometheus",
    {200: Answer("In the text format of Prometheus", TEXT, "text/plain")},
    text="For the machines that HAIDANG_METRICS_FROM names.",
    codes=("metrics.not_from_here",),
)
@access.screen("public", portal="gateway")
def metrics(request):
    """Prometheus metrics, for the machine itself and those named in HAIDANG_METRICS_FROM."""
    if request.META.get("REMOTE_ADDR", "") not in settings.HAIDANG_METRICS_FROM:
        raise errors.NotAllowed(
            "metrics.not_from_here", _("Số đo chỉ đọc được từ máy chủ giám sát.")
        )
    return HttpResponse(
        prometheus_client.generate_latest(), content_type=prometheus_client.CONTENT_TYPE_LATEST
    )
