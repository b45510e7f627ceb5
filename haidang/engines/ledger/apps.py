"""Django's name card of the ledger engine."""

from django.apps import AppConfig


class Config(AppConfig):
    """Events, the access book, and the Merkle tree over both."""

    name = "haidang.engines.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
