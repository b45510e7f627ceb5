"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Possible duplicates: compared, merged, told apart, undone."""

    name = "haidang.rooms.identity_review"
    label = "identity_review"
