"""Django's name card of the exchange engine."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Inbox and outbox of messages, their checks, retries and reports."""

    name = "haidang.engines.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
