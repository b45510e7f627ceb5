"""Django's name card of the people engine."""

from django.apps import AppConfig


class Config(AppConfig):
    """The person index: matching, merge and undo, households, guardians."""

    name = "haidang.engines.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Tell the access engine, which stands below this one, whose family is whose."""
        from haidang.engines.access import api as access
        from haidang.engines.people import families

        access.set_family(families.family_of)
