"""What each criterion of the service-quality index counts, in one unit and one month.

A measure gives everything that it counts, each thing with whether it counts for the unit: so the
figure is the length of its list, and the list explains the figure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from haidang.rooms.procedures import domain
from haidang.rooms.procedures.selectors.facts import Fact

SATISFIED = ("very_satisfied", "satisfied")
# What the catalogue has to say of a procedure. Source: NĐ 63/2010/NĐ-CP, the record of a procedure
CONTENTS = ("code", "name", "sector", "summary", "who", "basis", "process", "result", "result_code")


@dataclass(frozen=True)
class Counted:
    """One thing that was counted: a dossier, a step, a procedure, a piece of feedback."""

    key: str
    title: str
    counts: bool
    on: date | None = None
    case: str = ""


@dataclass(frozen=True)
class Told:
    """A piece of feedback as it is counted."""

    id: int
    code: str
    unit: str
    due_on: date
    due_at: datetime
    answered_on: date | None
    late: bool
    unsatisfied: bool


@dataclass(frozen=True)
class World:
    """Everything that measures look at. `since` to before `until` is the month, as days.

    dossiers    those that count (`facts`), filed or closed in the month
    rated       those rated in it, also ones that were not received
    steps       (code of the dossier, step of its case, day it was done)
    """

    unit: str
    since: date
    until: date
    at: datetime
    dossiers: tuple[Fact, ...] = ()
    rated: tuple[Fact, ...] = ()
    procedures: tuple[domain.Procedure, ...] = ()
    steps: tuple[tuple, ...] = ()
    feedback: tuple[Told, ...] = ()
    is_connected: bool = False
    filed: tuple[Fact, ...] = field(init=False)
    closed: tuple[Fact, ...] = field(init=False)

    def __post_init__(self):
        own = [one for one in self.dossiers if one.unit == self.unit]
        object.__setattr__(self, "filed", tuple(d for d in own if self.has(d.filed_on)))
        object.__setattr__(self, "closed", tuple(d for d in own if self.has(d.closed_on)))

    def has(self, day):
        return day is not None and self.since <= day < self.until

    @property
    def decides(self):
        """Whether the unit decides on dossiers, and does not only take part."""
        return self.unit == domain.DEPARTMENT


_measures: dict[str, Callable] = {}


def _measure(function):
    _measures[function.__name__] = function
    return function


def counted(code, world):
    """Everything that a criterion counts; None when nothing in the house can say it."""
    return _measures[code](world)


def has(code):
    return code in _measures


def _lines(dossiers, counts, on="filed_on"):
    return [Counted(d.code, d.title, counts(d), getattr(d, on), d.case) for d in dossiers]


@_measure
def complete(world):
    return [Counted(p.key, p.name, _is_whole(p)) for p in world.procedures]


def _is_whole(procedure):
    told = all(getattr(procedure, name) for name in CONTENTS)
    return told and bool(procedure.fee_source or not procedure.fee_vnd)


@_measure
def shared(world):
    if not world.is_connected:
        return None
    return _lines(world.filed, lambda d: d.shared is True)


@_measure
def in_time(world):
    return _lines(world.closed, lambda d: not d.late, "closed_on")


@_measure
def steps_in_time(world):
    return [
        Counted(code, step.name, step.done_at <= step.due_at, done_on, step.case)
        for code, step, done_on in world.steps
        if step.org == world.unit and step.due_at is not None
    ]


@_measure
def digital_result(world):
    return _lines(world.closed, lambda d: d.digital, "closed_on")


@_measure
def digital_papers(world):
    return _lines([d for d in world.filed if d.asks_papers], lambda d: d.papers_kept)


@_measure
def reused(world):
    return _lines([d for d in world.filed if d.asks_papers], lambda d: d.reuses)


@_measure
def full_online(world):
    return [Counted(p.key, p.name, p.level == "full") for p in world.procedures]


@_measure
def used_online(world):
    used = {d.procedure for d in world.filed if d.channel == "online"}
    return [Counted(p.key, p.name, p.key in used) for p in world.procedures]


@_measure
def filed_online(world):
    return _lines(world.filed, lambda d: d.channel == "online")


@_measure
def paid_online(world):
    return _lines([d for d in world.filed if d.owes], lambda d: d.paid)


def _due_feedback(world):
    """Feedback that was answered in the month, or should have been; what is not due yet waits."""
    for one in world.feedback:
        overdue = one.answered_on is None and one.due_at < world.at and world.has(one.due_on)
        if one.unit == world.unit and (world.has(one.answered_on) or overdue):
            yield one


@_measure
def feedback_in_time(world):
    return [
        Counted(f.code, "", not f.late and f.answered_on is not None, f.answered_on or f.due_on)
        for f in _due_feedback(world)
    ]


@_measure
def feedback_satisfied(world):
    return [
        Counted(f.code, "", not (f.late or f.unsatisfied or f.answered_on is None), f.due_on)
        for f in _due_feedback(world)
    ]


@_measure
def satisfied(world):
    rated = [d for d in world.rated if d.unit == world.unit and world.has(d.rated_on)]
    return _lines(rated, lambda d: d.rating in SATISFIED, "rated_on")
