"""What the worker process does for the workflow engine."""

from django.utils import timezone

from haidang.engines.workflow import absences, tasks
from haidang.kernel.room import Loop


def _tell_late():
    return tasks.tell_late(at=timezone.now())


def _hand_back():
    return absences.hand_back(at=timezone.now())


LOOPS = [
    Loop("workflow.late", _tell_late, every_s=60.0),
    Loop("workflow.hand_back", _hand_back, every_s=300.0),
]
