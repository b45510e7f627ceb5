"""The tables of the room: forms as they were, reports, their cells, corrections, reminders."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

STATES = ("open", "submitted", "returned", "approved", "locked")


class Definition(models.Model):
    """A form as its file stood when a report was opened; told apart by the digest of its content."""

    code = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    circular = models.JSONField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "digest"], name="reporting_definition_once")
        ]


class Report(models.Model):
    """What one unit owes for one form and period (nghĩa vụ báo cáo), from opening to the lock.

    `reviewer` is the organisation above. `unfilled_at` and `unfilled_why` say that the worker could not
    take the figures; it tries again, and the unit may. `history` lists each step: {at, by, what, reason, round}.
    `digest` is of everything that was locked; `paper` the code of the PDF that was issued then.
    The database lets no row of a locked report change (migration 0002).
    """

    definition = models.ForeignKey(Definition, on_delete=models.PROTECT)
    form = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    reviewer = models.CharField(max_length=20)
    kind = models.CharField(max_length=8)
    period = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_on = models.DateField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    revision = models.IntegerField(default=0)
    round = models.IntegerField(default=0)
    words = models.TextField(blank=True)
    filled_at = models.DateTimeField(null=True)
    unfilled_at = models.DateTimeField(null=True)
    unfilled_why = models.CharField(max_length=500, blank=True, default="")
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    submitted_ref = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=200, blank=True)
    locked_at = models.DateTimeField(null=True)
    locked_by = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    paper = models.CharField(max_length=20, blank=True)
    history = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "unit", "period"], name="reporting_report_once"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="reporting_report_state"),
            models.CheckConstraint(
                condition=~Q(state="locked") | ~Q(digest=""), name="reporting_locked_digest"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-due_at"], name="reporting_of_unit"),
            models.Index(fields=["reviewer", "period"], name="reporting_of_reviewer"),
        ]


class Value(models.Model):
    """What was filled in or typed for one cell, with where it comes from; see `domain.Given`.

    `version` is that of the indicator's definition, `computation` the row of analytics that explains
    it, `data_at` the moment of the newest change that was counted. `sources` are the reports that
    a cell of an aggregated report adds up: [{report, value}].
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="values")
    cell = models.CharField(max_length=40)
    state = models.CharField(max_length=12)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    missing = models.JSONField(default=list)
    indicator = models.CharField(max_length=80, blank=True)
    version = models.IntegerField(default=0)
    computation = models.BigIntegerField(null=True)
    data_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    sources = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "cell"], name="reporting_value_once")
        ]


class Correction(models.Model):
    """One correction of a cell (sửa số liệu): what stood there, what stands now, why; only added.

    An empty `value` takes earlier corrections back.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="corrections")
    cell = models.CharField(max_length=40)
    before = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    reason = models.TextField()
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["report", "cell"], name="reporting_correction_of")]


class Reminder(models.Model):
    """One reminder that a unit was given, so that it is given once."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE)
    kind = models.CharField(max_length=40)
    days = models.IntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind", "days"], name="reporting_reminder_once"
            )
        ]
