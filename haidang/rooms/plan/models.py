"""The tables of the room: plans, quarters, reports of units, frozen figures, words on tasks."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

STATES = ("open", "submitted", "returned", "accepted", "signed")


class Version(models.Model):
    """One published version of a plan: its content as data, and from which day it applies."""

    key = models.CharField(max_length=60)
    number = models.IntegerField()
    definition = models.JSONField()
    valid_from = models.DateField()
    published_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="plan_version_once")]


class Quarter(models.Model):
    """One quarter in which every unit reports (kỳ báo cáo), and the city's signed summary of it.

    `label` is the period as analytics writes it, such as `2026-Q3`. `paper` is the code of the
    issued document, `docx` the hash of the same text as a file that can be edited.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    label = models.CharField(max_length=8, unique=True)
    state = models.CharField(max_length=8, default="open")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    words = models.TextField(blank=True)
    number = models.CharField(max_length=40, blank=True)
    paper = models.CharField(max_length=20, blank=True)
    docx = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=200, blank=True)


class Report(models.Model):
    """The report of one unit for one quarter (báo cáo quý).

    `round` counts submissions: 0 before the first; each has frozen figures of its own. `returns`
    lists what the department sent back: when, by whom, why.
    """

    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT)
    unit = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="open")
    words = models.TextField(blank=True)
    round = models.IntegerField(default=0)
    revision = models.IntegerField(default=0)
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(null=True)
    returns = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quarter", "unit"], name="plan_report_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="plan_report_state"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(submitted_at__isnull=False),
                name="plan_report_submitted",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-quarter"], name="plan_report_of_unit")]


class Figure(models.Model):
    """A figure as it was when a report was submitted or the summary signed; never changed.

    `report` is empty for the city's own. `scope` says whose it is: unit, commune or city.
    `version` is that of the indicator's definition, `computation` the row of analytics that
    explains it. `value` is empty where `state` says why.
    """

    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True)
    round = models.IntegerField(default=0)
    indicator = models.CharField(max_length=80)
    scope = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    missing = models.JSONField(default=list)
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    target = models.FloatField(null=True)
    reached = models.BooleanField(null=True)
    version = models.IntegerField(default=0)
    computation = models.BigIntegerField(null=True)
    data_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "report", "round", "indicator"],
                name="plan_figure_once",
                nulls_distinct=False,
            )
        ]


class TaskWords(models.Model):
    """What a unit says of one task of the plan, with its evidence.

    `evidence` lists {file, name, at, by}: files are kept by the documents engine.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="tasks")
    task = models.CharField(max_length=40)
    state = models.CharField(max_length=12, default="not_started")
    words = models.TextField(blank=True)
    evidence = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "task"], name="plan_task_words_once")
        ]


class Reminder(models.Model):
    """One reminder that a unit was given, so that it is given once; `days` of the plan's list."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    kind = models.CharField(max_length=40)
    days = models.IntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "days"], name="plan_reminder_once")
        ]
