"""Django app of the look of the house."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "haidang.ui"
    label = "ui"
