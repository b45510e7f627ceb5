"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Open data: the public catalogue, its releases, and what people and businesses contribute."""

    name = "haidang.rooms.open_data"
    label = "open_data"
    default_auto_field = "django.db.models.BigAutoField"
