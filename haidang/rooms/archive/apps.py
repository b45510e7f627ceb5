"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Disposal lists, and what the house could not do by itself."""

    name = "haidang.rooms.archive"
    label = "archive"
