"""Every address of the house: each room and portal brings its own."""

from django.urls import include, path

from haidang.config import discovery, health, refusals

# Addresses are tried one after the other, and machines ask most often.
_parts = sorted(
    discovery.modules("urls"), key=lambda part: not part.__name__.endswith("gateway.urls")
)

urlpatterns = [
    path("khoe/", health.alive, name="alive"),
    path("san-sang/", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    *(path("", include(module)) for module in _parts),
]

handler400 = refusals.bad_request
handler403 = refusals.forbidden
handler404 = refusals.not_found
handler500 = refusals.failed
