"""Django's name card of the workflow engine."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Cases that follow a BPMN model: tasks, clocks in working days, hand-over."""

    name = "haidang.engines.workflow"
    label = "workflow"
    default_auto_field = "django.db.models.BigAutoField"
