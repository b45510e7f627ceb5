"""The tables of the exchange: what goes out, what came in, how far we read, and days compared."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q


class Outgoing(models.Model):
    """One thing to tell the portal, in the order of its dossier (`turn`).

    It is written in the transaction in which the ledger's event is taken, once for each event and
    part. It waits until the portal has it; one that the portal refuses is `refused`, and what is
    behind it waits, because states are told in order. `body` and `answer` are kept as they went.

    A filing that was not taken in has no dossier; what it is answered with stands in `words`.
    """

    dossier = models.BigIntegerField(null=True)
    code = models.CharField(max_length=60)
    turn = models.IntegerField()
    kind = models.CharField(max_length=10)
    national_state = models.IntegerField(null=True)
    event = models.BigIntegerField()
    part = models.IntegerField()
    happened_at = models.DateTimeField()
    by_name = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    body = models.JSONField(null=True)
    state = models.CharField(max_length=10, default="waiting")
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer = models.JSONField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "turn"], name="national_out_turn"),
            models.UniqueConstraint(
                fields=["dossier", "event", "part"],
                name="national_out_event",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "refused"]), name="national_out_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="national_out_due"
            ),
            models.Index(
                fields=["code", "turn"], condition=~Q(state="sent"), name="national_out_open"
            ),
        ]


class Incoming(models.Model):
    """One message of our mailbox on the portal; `number` is the portal's, so it is kept once.

    Messages about one dossier are acted on in the order of their `turn`. One that cannot be acted
    on is `parked` with its reason; what is behind it waits. One whose files are not taken is
    `refused`: the portal is told why, and what is behind it goes on.
    """

    number = models.BigIntegerField(unique=True)
    code = models.CharField(max_length=60)
    turn = models.IntegerField()
    kind = models.CharField(max_length=20)
    told_at = models.CharField(max_length=14)
    body = models.JSONField()
    came_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "turn"], name="national_in_turn"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "parked", "refused"]),
                name="national_in_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="national_in_due"
            )
        ]


class Place(models.Model):
    """How far our mailbox was read, and when the portal last answered us; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)


class Day(models.Model):
    """One day compared with the portal (đối soát): counts by state, and dossiers that differ."""

    on = models.DateField(primary_key=True)
    compared_at = models.DateTimeField()
    ours = models.JSONField()
    theirs = models.JSONField()
    differing = models.JSONField()
