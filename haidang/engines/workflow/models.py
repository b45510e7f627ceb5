"""The tables of workflow: models, cases with their clocks, tasks, declared days, absences."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Model(models.Model):
    """One published version of a process, as the BPMN that runs. It never changes."""

    key = models.CharField(max_length=60)
    number = models.IntegerField()
    name = models.CharField(max_length=200)
    bpmn = models.BinaryField()
    published_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="workflow_model_once")
        ]


class Case(models.Model):
    """One matter on its way through a process (hồ sơ công việc).

    The clock runs from `clock_from`: for the whole term, or, after a pause that did not start it
    again, for the office seconds of `left_s`. A paused case has no `due_at`. `data` is what the
    process knows; `about` is what the case is for, in the words of the room that opened it.
    """

    id = models.CharField(max_length=40, primary_key=True)
    model = models.ForeignKey(Model, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    about = models.CharField(max_length=120)
    org = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="running")
    run = models.JSONField()
    done = models.JSONField(default=list)
    outcome = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    term_amount = models.IntegerField(null=True)
    term_unit = models.CharField(max_length=12, blank=True)
    clock_from = models.DateTimeField()
    left_s = models.IntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=500, blank=True)
    extended = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused", "ended", "stopped"]),
                name="workflow_case_state",
            ),
            models.UniqueConstraint(
                fields=["about"],
                condition=Q(state__in=["running", "paused"]),
                name="workflow_case_one_for_each",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="running"), name="workflow_case_due"),
            models.Index(fields=["org", "started_at"], name="workflow_case_org"),
        ]


class Task(models.Model):
    """One user task of a case: for whom, until when, who holds it, what was decided.

    `acting_for` is the absent one in whose place a deputy holds it.
    """

    id = models.CharField(max_length=40, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    element = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30)
    org = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="open")
    holder = models.CharField(max_length=200, blank=True)
    holder_name = models.CharField(max_length=200, blank=True)
    acting_for = models.CharField(max_length=200, blank=True, db_default="", default="")
    acting_for_name = models.CharField(max_length=200, blank=True, db_default="", default="")
    opened_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "cancelled"]), name="workflow_task_state"
            ),
            models.UniqueConstraint(
                fields=["case", "element"],
                condition=Q(state="open"),
                name="workflow_task_open_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["org", "role", "due_at"],
                condition=Q(state="open"),
                name="workflow_task_list",
            ),
            models.Index(
                fields=["holder", "due_at"], condition=Q(state="open"), name="workflow_task_mine"
            ),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="workflow_task_due"),
            models.Index(
                fields=["acting_for"],
                condition=Q(state="open") & ~Q(acting_for=""),
                name="workflow_task_deputed",
            ),
        ]


class Day(models.Model):
    """One day that a decision made off or working, whatever the rules say."""

    on = models.DateField(primary_key=True)
    works = models.BooleanField()
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    declared_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)


class Absence(models.Model):
    """Somebody is away and another acts for them (uỷ quyền khi vắng mặt), from day to day.

    One with `ended_at` was ended early, whatever its last day says.
    """

    who = models.CharField(max_length=200)
    who_name = models.CharField(max_length=200, blank=True, db_default="", default="")
    deputy = models.CharField(max_length=200)
    deputy_name = models.CharField(max_length=200, blank=True, db_default="", default="")
    roles = ArrayField(models.CharField(max_length=30))
    org = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")), name="workflow_absence_days"
            )
        ]
        indexes = [models.Index(fields=["deputy", "last_on"], name="workflow_absence_deputy")]
