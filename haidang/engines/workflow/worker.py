"""What the worker process does for the workflow engine."""

from django.utils import timezone

from haidang.engines.workflow import tasks
from haidang.kernel.room import Loop


def _tell_late():
    return tasks.tell_late(at=timezone.now())


LOOPS = [Loop("workflow.late", _tell_late, every_s=60.0)]
