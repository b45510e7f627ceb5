"""The tables of the room: versions of procedures, and dossiers."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Version(models.Model):
    """One published version of a procedure: its definition, and from when on it applies."""

    key = models.CharField(max_length=60)
    number = models.IntegerField()
    definition = models.JSONField()
    search = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    published_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="procedures_version_once")
        ]


class Dossier(models.Model):
    """One application of one person (hồ sơ), under the version that applied when it was begun.

    `response`, `case` and `order` are keys of the engines that hold the answers, the way of the
    dossier and the money.
    """

    code = models.CharField(max_length=40, unique=True, null=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    applicant = models.CharField(max_length=200)
    applicant_name = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10, default="online")
    state = models.CharField(max_length=12, default="draft")
    response = models.CharField(max_length=40)
    case = models.CharField(max_length=40, blank=True)
    order = models.CharField(max_length=25, blank=True)
    begun_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    supplements = models.JSONField(default=list)
    refusal = models.CharField(max_length=1000, blank=True)
    result_number = models.CharField(max_length=40, blank=True)
    result_file = models.CharField(max_length=64, blank=True)
    result_until = models.DateField(null=True)
    rating = models.CharField(max_length=20, blank=True)
    rating_words = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(code__isnull=False), name="procedures_dossier_coded"
            )
        ]
        indexes = [
            models.Index(fields=["applicant", "-begun_at"], name="procedures_dossier_mine"),
            models.Index(fields=["case"], name="procedures_dossier_case"),
            models.Index(fields=["order"], name="procedures_dossier_order"),
            models.Index(fields=["response"], name="procedures_dossier_response"),
            models.Index(fields=["state", "submitted_at"], name="procedures_dossier_state"),
        ]


class Number(models.Model):
    """The last number given in one series of a day or a year."""

    series = models.CharField(max_length=60, primary_key=True)
    last = models.IntegerField()
