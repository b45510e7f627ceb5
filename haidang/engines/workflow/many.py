"""Many cases at once, for whoever counts: their clocks and their steps, one query for each."""

from dataclasses import dataclass
from datetime import datetime

from haidang.engines.workflow import models


@dataclass(frozen=True)
class Clock:
    """How one case stands with its deadline; `due_at` is empty while it is paused or stopped."""

    org: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    extended: bool


@dataclass(frozen=True)
class Step:
    """One task of a case as it is counted: whose it was, and whether it was in time."""

    case: str
    element: str
    name: str
    org: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None


def clocks(case_ids):
    """The clocks of cases, {id: Clock}; a case that is not known is left out."""
    rows = models.Case.objects.filter(pk__in=list(case_ids))
    names = ("org", "state", "started_at", "ended_at", "due_at", "extended")
    return {pk: Clock(*values) for pk, *values in rows.values_list("pk", *names)}


def steps_done(since, until, *, without=()):
    """The steps that were finished from a moment until before another, with their deadlines.

    without    roles whose steps are not counted, such as the applicant's
    """
    rows = models.Task.objects.filter(state="done", done_at__gte=since, done_at__lt=until)
    rows = rows.exclude(role__in=list(without)).order_by("done_at", "pk")
    names = ("case_id", "element", "name", "org", "opened_at", "due_at", "done_at")
    return [Step(*values) for values in rows.values_list(*names)]
