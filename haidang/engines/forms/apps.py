"""Django's name card of the forms engine."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """Questionnaires as data: versions, drafts, answers."""

    name = "haidang.engines.forms"
    label = "forms"
    default_auto_field = "django.db.models.BigAutoField"
