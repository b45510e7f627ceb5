"""Django's name card of the records engine."""

from django.apps import AppConfig


class Config(AppConfig):
    """The lifelong records: FHIR R4 resources, their versions and their search."""

    name = "haidang.engines.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Answer the access engine, which stands below this one, whether a scope can be held."""
        from haidang.engines.access import api as access
        from haidang.engines.records import lens

        access.set_scope_check(lens.check)
