"""Django's name card of the room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Taking in what facilities send, and showing what became of it."""

    name = "haidang.rooms.intake"
    label = "intake"
