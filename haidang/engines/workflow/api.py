"""The door of the workflow engine: processes, cases, tasks, working days."""

from haidang.engines.workflow.absences import (
    Absence,
    absences,
    end_absence,
    for_whom,
    hand_back,
    set_absence,
)
from haidang.engines.workflow.calendar import UNITS, Calendar, Term, holidays
from haidang.engines.workflow.cases import (
    Case,
    case,
    case_about,
    complete,
    extend,
    pause,
    resume,
    start,
    stop,
    time_left,
)
from haidang.engines.workflow.changing import with_steps
from haidang.engines.workflow.days import current as working_days
from haidang.engines.workflow.days import declare as declare_day
from haidang.engines.workflow.days import declared as declared_days
from haidang.engines.workflow.diagram import Drawing, draw
from haidang.engines.workflow.many import Clock, Step, clocks, steps_done
from haidang.engines.workflow.migrating import Moved, Way, migrate, migrate_all, plan
from haidang.engines.workflow.process import APPLICANT, Process
from haidang.engines.workflow.process import read as read_process
from haidang.engines.workflow.publishing import Model, catalogue, load, model, publish, versions
from haidang.engines.workflow.simulation import Load, Outcome, simulate
from haidang.engines.workflow.tasks import (
    Task,
    claim,
    delegate,
    is_held_by_other,
    may_take,
    release,
    task,
    tasks_of,
    work_list,
)

__all__ = [
    "APPLICANT",
    "UNITS",
    "Absence",
    "Calendar",
    "Case",
    "Clock",
    "Drawing",
    "Load",
    "Model",
    "Moved",
    "Outcome",
    "Process",
    "Step",
    "Task",
    "Term",
    "Way",
    "absences",
    "case",
    "case_about",
    "catalogue",
    "claim",
    "clocks",
    "complete",
    "declare_day",
    "declared_days",
    "delegate",
    "draw",
    "end_absence",
    "extend",
    "for_whom",
    "hand_back",
    "holidays",
    "is_held_by_other",
    "may_take",
    "migrate",
    "migrate_all",
    "model",
    "pause",
    "plan",
    "load",
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
    "with_steps",
    "work_list",
    "working_days",
]
