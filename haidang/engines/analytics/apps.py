"""Django's name card of the analytics engine."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """The lake, views, indicators and their stored values."""

    name = "haidang.engines.analytics"
    label = "analytics"
    default_auto_field = "django.db.models.BigAutoField"
