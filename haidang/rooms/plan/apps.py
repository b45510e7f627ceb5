"""Django's name card of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """The plan of digital transformation: targets, tasks, quarterly reports, ranking, one page."""

    name = "haidang.rooms.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"
