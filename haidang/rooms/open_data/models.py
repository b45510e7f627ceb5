"""Releases of data sets as they went out, and what people contributed."""

from django.db import models
from django.db.models import Q

from haidang.rooms.open_data.domain import contributions


class Contributed(models.Model):
    """A data set that somebody contributed and an officer accepted: what its file would say."""

    key = models.SlugField(max_length=80, unique=True)
    definition = models.JSONField()
    accepted_at = models.DateTimeField()


class Release(models.Model):
    """One release of a data set, frozen (bản phát hành).

    `files` are [{format, file, size, type, sha256}] kept by `documents`; `dictionary` and
    `definition` are those of its day; `lineage` names the computations behind each period.
    `checked_at` moves on when nothing new was found.
    """

    dataset = models.CharField(max_length=80)
    number = models.IntegerField()
    definition = models.JSONField()
    dictionary = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    checked_at = models.DateTimeField()
    data_at = models.DateTimeField(null=True)
    first_period = models.CharField(max_length=10, blank=True)
    last_period = models.CharField(max_length=10, blank=True)
    row_count = models.IntegerField()
    hidden_count = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    lineage = models.JSONField(default=dict)
    files = models.JSONField()
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="open_data_release_once")
        ]


class Contribution(models.Model):
    """What a person or business sent: a data set, or that a published row is wrong (đóng góp).

    file     hash of the workbook or evidence as it was sent, when it was one
    table    hash of the table as it was read, written anew by us
    columns  [{name, heading, type, meaning, doubts}]; doubts are places that look like personal data,
             [{code, lines, count}], and never what stands there
    """

    kind = models.CharField(max_length=12, choices=[(k, k) for k in contributions.KINDS])
    state = models.CharField(max_length=12, default="draft")
    owner = models.CharField(max_length=120)
    owner_name = models.CharField(max_length=200)
    shown_as = models.CharField(
        max_length=12, choices=[(k, k) for k in contributions.SHOWN_AS], default="name"
    )
    organisation = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200)
    description = models.CharField(max_length=4000)
    licence = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=list)
    row_count = models.IntegerField(default=0)
    file = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    table = models.CharField(max_length=64, blank=True)
    dataset = models.CharField(max_length=80, blank=True)
    row_words = models.CharField(max_length=500, blank=True)
    column = models.CharField(max_length=60, blank=True)
    proposed = models.CharField(max_length=500, blank=True)
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | Q(submitted_at__isnull=False),
                name="open_data_submitted_has_moment",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-begun_at"], name="open_data_mine"),
            models.Index(fields=["state", "submitted_at"], name="open_data_waiting"),
        ]
