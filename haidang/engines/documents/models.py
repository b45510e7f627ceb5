"""The tables of documents."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class File(models.Model):
    """One content that was kept (tệp), under the hash of its bytes.

    `scan` is clean, infected, or waiting: then the scanner was not there, and the file is not
    given out to others than whoever sent it.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    type = models.CharField(max_length=100)
    scan = models.CharField(max_length=10)
    virus = models.CharField(max_length=200, blank=True)
    kept_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scan__in=["clean", "infected", "waiting"]), name="documents_file_scan"
            )
        ]
        indexes = [
            models.Index(
                fields=["kept_at"], condition=Q(scan="waiting"), name="documents_file_wait"
            )
        ]


class Register(models.Model):
    """One register of numbers (sổ đăng ký văn bản): the last number given in a year, and for which day."""

    unit = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    series = models.CharField(max_length=30)
    year = models.IntegerField()
    last = models.IntegerField()
    last_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "series", "year"], name="documents_register_once"
            )
        ]
