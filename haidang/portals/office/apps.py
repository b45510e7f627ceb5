"""Django app of the portal."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "haidang.portals.office"
    label = "office"
