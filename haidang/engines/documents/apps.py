"""Django's name card of the documents engine."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Files by their content, papers, numbers, signatures."""

    name = "haidang.engines.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
