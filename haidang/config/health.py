"""Is it alive, is it ready, how much does it do: for load balancers and dashboards."""

import prometheus_client
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from haidang.engines.access import api as access
from haidang.kernel import errors


@access.screen("public", portal="gateway")
def alive(request):
    """200 while the process answers at all."""
    return JsonResponse({"alive": True})


@access.screen("public", portal="gateway")
def ready(request):
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "waits_for": "database"}, status=503)
    return JsonResponse({"ready": True})


@access.screen("public", portal="gateway")
def metrics(request):
    """Prometheus metrics, for the machine itself and those named in HAIDANG_METRICS_FROM."""
    if request.META.get("REMOTE_ADDR", "") not in settings.HAIDANG_METRICS_FROM:
        raise errors.NotAllowed("metrics.not_from_here", "Số đo chỉ đọc được từ máy chủ giám sát.")
    return HttpResponse(
        prometheus_client.generate_latest(), content_type=prometheus_client.CONTENT_TYPE_LATEST
    )
