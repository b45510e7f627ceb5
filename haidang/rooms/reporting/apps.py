"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Periodic reports: forms as data, obligations, filling, review, locking, files."""

    name = "haidang.rooms.reporting"
    label = "reporting"
    default_auto_field = "django.db.models.BigAutoField"
