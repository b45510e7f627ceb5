"""Django's name card of the portal."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Where other systems knock."""

    name = "haidang.portals.gateway"
    label = "gateway"
