"""Django's name card of the demo city; it has no tables of its own."""

from django.apps import AppConfig


class Config(AppConfig):
    """The synthetic city."""

    name = "haidang.demo"
    label = "demo"
