"""The tables of the ledger. Nothing here has a foreign key: the ledger outlives what it describes."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

EVENTS = 0
LOOKS = 1


class Clock(models.Func):
    """The moment of the statement; `now()` would give the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


def append_only(name):
    """Return the triggers that refuse UPDATE, DELETE and TRUNCATE on a table of the ledger."""
    return [
        pgtrigger.Protect(name=f"{name}_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_whole",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'ledger: this table only grows';",
        ),
    ]


def queued(name, log):
    """Return the trigger that queues each new row for the tree, whoever inserted it."""
    return pgtrigger.Trigger(
        name=f"{name}_queued",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="added"),
        func=f"INSERT INTO ledger_pending (log, seq) SELECT {log}, seq FROM added; RETURN NULL;",  # noqa: S608
    )


class Event(models.Model):
    """One thing that happened (sự kiện), written in the transaction of the change it describes.

    It is also the outbox: subscribers read it after commit. `seq` follows the order of writing,
    not of committing, so a reader who must miss nothing follows the tree (`outbox`), not `seq`.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Clock())
    name = models.TextField()
    by_ref = models.TextField()
    by_name = models.TextField()
    about = models.TextField(null=True)
    record = models.TextField(null=True)
    org = models.TextField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["about", "seq"], name="ledger_event_about"),
            models.Index(fields=["name", "seq"], name="ledger_event_name"),
        ]
        triggers = [*append_only("event"), queued("event", EVENTS)]


class Look(models.Model):
    """One line of the access book (sổ truy cập): who looked at whom, or was refused.

    Written on a connection of its own, so that a rollback cannot erase it. A refused screen that
    concerns nobody in particular has no `about`.
    """

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Clock())
    by_ref = models.TextField()
    by_name = models.TextField()
    org = models.TextField(null=True)
    about = models.TextField(null=True)
    what = models.TextField()
    purpose = models.TextField()
    allowed = models.BooleanField()
    reason = models.TextField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["about", "seq"], name="ledger_look_about"),
            models.Index(fields=["by_ref", "seq"], name="ledger_look_by"),
        ]
        triggers = [*append_only("look"), queued("look", LOOKS)]


class Pending(models.Model):
    """A row of either log that waits for its place in the tree; filled by trigger, usually empty."""

    pk = models.CompositePrimaryKey("log", "seq")
    log = models.SmallIntegerField()
    seq = models.BigIntegerField()


class Leaf(models.Model):
    """The place of one row in the tree: `idx` counts from 0 without gaps, over both logs."""

    idx = models.BigIntegerField(primary_key=True)
    log = models.SmallIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "seq"], name="ledger_leaf_once")]
        triggers = append_only("leaf")


class Node(models.Model):
    """The hash of 256 children, kept so that a proof reads a few hundred rows at any size.

    Level 1 covers 256 leaves, level 2 covers 65,536, and so on; the levels between are computed.
    """

    pk = models.CompositePrimaryKey("level", "idx")
    level = models.SmallIntegerField()
    idx = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        triggers = append_only("node")


class Head(models.Model):
    """A signed tree head: the root of the first `size` leaves at a moment, with our signature."""

    size = models.BigIntegerField(primary_key=True)
    log_id = models.TextField()
    root = models.BinaryField()
    at = models.DateTimeField()
    key_id = models.TextField()
    signature = models.BinaryField()

    class Meta:
        triggers = append_only("head")


class Position(models.Model):
    """How far one subscriber has read: every leaf before `position` is done or parked."""

    subscriber = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)


class Parked(models.Model):
    """An event that a subscriber could not take after all its tries; an operator sends it again."""

    subscriber = models.TextField()
    seq = models.BigIntegerField()
    error = models.TextField()
    tries = models.IntegerField()
    at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "seq"], name="ledger_parked_once")
        ]


class Check(models.Model):
    """One verification of the whole ledger, asked for by a person or by the calendar."""

    asked_at = models.DateTimeField(db_default=Now())
    by_ref = models.TextField()
    by_name = models.TextField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)
    checked = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list)
    notes = ArrayField(models.TextField(), default=list)
