"""The tables of forms: versions of questionnaires, sketches of them, and what people answer."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Version(models.Model):
    """One version of a form: its definition as written, and from when to when it is in force.

    A published version never changes; who answered it is judged by it for ever.
    """

    key = models.CharField(max_length=60)
    number = models.IntegerField()
    definition = models.JSONField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(auto_now=True)
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="forms_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(published_at=None), name="forms_version_one_draft"
            ),
        ]


class Sketch(models.Model):
    """Something that is being written (bản đang soạn) and may be unfinished; nothing depends on it."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=60)
    content = models.JSONField()
    revision = models.IntegerField(default=0)
    by_ref = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="forms_sketch_once")]


class Response(models.Model):
    """One person's answers to one version (tờ khai), from the first word on.

    `revision` counts the saves: a second device that still shows an older one is told so, and
    loses nothing. `about` says what the answers are for, in the words of whoever asked.
    """

    id = models.CharField(max_length=40, primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    owner = models.CharField(max_length=200)
    about = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict)
    revision = models.IntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    saved_at = models.DateTimeField(db_default=Now())
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-saved_at"], name="forms_response_owner")]
