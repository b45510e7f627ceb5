"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Facilities and departments, as people look them up and keep them right."""

    name = "haidang.rooms.facilities"
    label = "facilities"
