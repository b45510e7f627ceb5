"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """The person's record across facilities."""

    name = "haidang.rooms.health_record"
    label = "health_record"
