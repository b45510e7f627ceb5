"""Django's name card of the places engine."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Administrative units with their history, facilities and departments."""

    name = "haidang.engines.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
