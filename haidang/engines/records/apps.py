"""Django's name card of the records engine."""

from django.apps import AppConfig


class Config(AppConfig):
    """The lifelong records: FHIR R4 resources, their versions and their search."""

    name = "haidang.engines.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
