"""The door of the workflow engine: processes, cases, tasks, working days."""

from haidang.engines.workflow.calendar import UNITS, Calendar, Term, holidays
from haidang.engines.workflow.cases import (
    Case,
    case,
    case_about,
    complete,
    extend,
    migrate,
    pause,
    resume,
    start,
    stop,
    time_left,
)
from haidang.engines.workflow.days import current as working_days
from haidang.engines.workflow.days import declare as declare_day
from haidang.engines.workflow.diagram import Drawing, draw
from haidang.engines.workflow.many import Clock, Step, clocks, steps_done
from haidang.engines.workflow.process import APPLICANT, Process
from haidang.engines.workflow.process import read as read_process
from haidang.engines.workflow.publishing import Model, catalogue, model, publish, versions
from haidang.engines.workflow.simulation import Outcome, simulate
from haidang.engines.workflow.tasks import (
    Task,
    claim,
    delegate,
    may_take,
    release,
    set_absence,
    task,
    tasks_of,
    work_list,
)

__all__ = [
    "APPLICANT",
    "UNITS",
    "Calendar",
    "Case",
    "Clock",
    "Drawing",
    "Model",
    "Outcome",
    "Process",
    "Step",
    "Task",
    "Term",
    "case",
    "case_about",
    "catalogue",
    "claim",
    "clocks",
    "complete",
    "declare_day",
    "delegate",
    "draw",
    "extend",
    "holidays",
    "may_take",
    "migrate",
    "model",
    "pause",
    "publish",
    "read_process",
    "release",
    "resume",
    "set_absence",
    "simulate",
    "start",
    "steps_done",
    "stop",
    "task",
    "tasks_of",
    "time_left",
    "versions",
    "work_list",
    "working_days",
]
