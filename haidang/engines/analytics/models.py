"""Figures as they were computed, so that last quarter's can be explained next year."""

from django.db import models


class Computation(models.Model):
    """One computing of one indicator for one period (một lần tính chỉ tiêu).

    A later computing of the same period is a new row; the newest counts. `definition` is the file
    as it was, `lineage` which tables it read in which version. Values here are exact: whoever
    shows them goes through `suppression`.
    """

    indicator = models.CharField(max_length=80)
    version = models.IntegerField()
    digest = models.CharField(max_length=16)
    definition = models.JSONField()
    period_start = models.DateField()
    period_end = models.DateField()
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in ("ok", "no_source", "empty", "failed")]
    )
    missing = models.JSONField(default=list)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)
    row_count = models.BigIntegerField(default=0)
    data_seq = models.BigIntegerField(default=0)
    data_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()
    computed_by = models.CharField(max_length=80)
    engine = models.CharField(max_length=12)
    lineage = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(
                fields=["indicator", "period_start", "period_end", "-id"], name="analytics_newest"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(period_start__lt=models.F("period_end")),
                name="analytics_period_runs_forward",
            )
        ]


class Cell(models.Model):
    """The value of one group within a breakdown, e.g. commune 11359 (một ô của bảng)."""

    computation = models.ForeignKey(Computation, on_delete=models.CASCADE, related_name="cells")
    breakdown = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)
    row_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["computation", "breakdown", "key"], name="analytics_one_cell"
            )
        ]


class SqlExport(models.Model):
    """One export of views and queries (một lần xuất dữ liệu phân tích), gone a day after it is done."""

    uid = models.UUIDField(unique=True)
    owner = models.CharField(max_length=80)
    actor = models.JSONField()
    state = models.CharField(max_length=10, default="waiting")
    format = models.CharField(max_length=10)
    subjects = models.JSONField()
    files = models.JSONField(default=list)
    why = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="analytics_export_waits")]
