"""Django's name card of the terminology engine."""

from django.apps import AppConfig


class TerminologyConfig(AppConfig):
    """Code systems, value sets and concept maps, by release."""

    name = "haidang.engines.terminology"
    label = "terminology"
    default_auto_field = "django.db.models.BigAutoField"
