"""Django's name card of the notify engine."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Messages to people: in the product, by e-mail, SMS and web push."""

    name = "haidang.engines.notify"
    label = "notify"
    default_auto_field = "django.db.models.BigAutoField"
