"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """The exchange with the National Public Service Portal, both ways."""

    name = "haidang.rooms.national_portal"
    label = "national_portal"
    default_auto_field = "django.db.models.BigAutoField"
