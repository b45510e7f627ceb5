"""Django's name card of the payments engine."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Orders, notices of banks, the double-entry book, refunds and daily reconciliation."""

    name = "haidang.engines.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"
