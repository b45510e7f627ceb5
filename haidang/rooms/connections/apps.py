"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Apps and services that connect to the records."""

    name = "haidang.rooms.connections"
    label = "connections"
