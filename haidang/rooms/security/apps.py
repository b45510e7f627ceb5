"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """The ledger proved, and emergency openings reviewed."""

    name = "haidang.rooms.security"
    label = "security"
