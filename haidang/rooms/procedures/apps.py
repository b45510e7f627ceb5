"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Administrative procedures: found, applied for, paid, followed, decided, received."""

    name = "haidang.rooms.procedures"
    label = "procedures"
    default_auto_field = "django.db.models.BigAutoField"
