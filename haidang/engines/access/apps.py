"""Django's name card of the access engine."""

from django.apps import AppConfig


class Config(AppConfig):
    """Accounts, roles in an organisation's scope, care relationships, consent, clients."""

    name = "haidang.engines.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
