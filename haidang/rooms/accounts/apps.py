"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """Signing in, own security, accounts and systems."""

    name = "haidang.rooms.accounts"
    label = "accounts"
