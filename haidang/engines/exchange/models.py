"""The tables of the exchange engine: what came, what became of it, and what was wrong with it.

The records hold the facts; these tables hold the work. They can be thrown away and rebuilt from
`Content` by replaying every message.
"""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Content(models.Model):
    """The bytes of a message exactly as they came, under their SHA-256, compressed with zstd.

    Two messages with the same bytes share one row. Rows are never changed or deleted.
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    packed = models.BinaryField()
    kept_at = models.DateTimeField(auto_now_add=True)


class Message(models.Model):
    """One message as one organisation sent it (thông điệp).

    `total` counts what is inside: dossiers, or the files of a zip; `judged` how many of its
    dossiers have been dealt with, in their order; `begun` how often work on it was begun and has
    not ended (see `beginnings`). `seq` is the order of arrival and part of the order key of its
    dossiers; `receipt` is the name the sender gets. The same bytes from the same organisation are the same message. A zip
    is a message of state `unpacked`, and each file in it a message with it as `package`.
    """

    class State(models.TextChoices):
        """Where a message stands.

        `received` is still to be read (to the end), `waiting` has dossiers that will be tried
        again, `failed` needs a person; the others are verdicts.
        """

        RECEIVED = "received"
        UNPACKED = "unpacked"
        WAITING = "waiting"
        ACCEPTED = "accepted"
        PARTLY = "partly"
        REJECTED = "rejected"
        REFUSED = "refused"
        FAILED = "failed"

    seq = models.BigAutoField(primary_key=True)
    receipt = models.CharField(max_length=40, unique=True)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    org = models.CharField(max_length=40, blank=True)
    filename = models.CharField(max_length=255)
    channel = models.CharField(max_length=20)
    by_ref = models.CharField(max_length=100)
    by_name = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    sender = models.CharField(max_length=20, blank=True)
    made_on = models.DateField(null=True)
    form = models.CharField(max_length=10, blank=True)
    total = models.IntegerField(default=0)
    judged = models.IntegerField(default=0)
    tries = models.IntegerField(default=0)
    begun = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content", "org"], name="exchange_message_once_per_org")
        ]
        indexes = [
            models.Index(
                fields=["seq"], condition=Q(state="received"), name="exchange_message_waiting"
            ),
            models.Index(fields=["state", "-seq"], name="exchange_message_state"),
            models.Index(fields=["sender", "-seq"], name="exchange_message_sender"),
            models.Index(fields=["org", "-seq"], name="exchange_message_org"),
            models.Index(fields=["received_at"], name="exchange_message_arrival"),
            models.Index(fields=["package"], name="exchange_message_package"),
        ]


class Signature(models.Model):
    """The signature of one message (chữ ký đơn vị, CHUKYDONVI), and what its check found.

    A row is there only for a message that has one. `state` is waiting for the worker, or what was
    found: valid, invalid, unknown (true, but by nobody who is trusted here), partial (not over all
    that was read), unreadable, failed (it could not be checked). `report` is the report without the
    contents. It is told and never a reason to send a dossier back: the profile of the signature is
    not published in a form that could be held against a sender.
    """

    class State(models.TextChoices):
        """How the signature stands."""

        WAITING = "waiting"
        VALID = "valid"
        INVALID = "invalid"
        UNKNOWN = "unknown"
        PARTIAL = "partial"
        UNREADABLE = "unreadable"
        FAILED = "failed"

    message = models.OneToOneField(
        Message, on_delete=models.PROTECT, primary_key=True, related_name="signature"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    report = models.JSONField(default=dict)
    tries = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="exchange_signature_wait"
            )
        ]


class Dossier(models.Model):
    """One visit as one message tells it (hồ sơ), and what became of it.

    The same visit (`facility`, `visit`) may come many times. The order key (`rank`, `made_on`,
    `message`, `position`) says which telling counts; at most one is `accepted`, and `refs` are
    the records it stands for. Older tellings are `superseded`.
    """

    class State(models.TextChoices):
        """`waiting` will be tried again by itself; `failed` waits for a person."""

        ACCEPTED = "accepted"
        REJECTED = "rejected"
        SUPERSEDED = "superseded"
        WAITING = "waiting"
        FAILED = "failed"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="dossiers")
    position = models.IntegerField()
    facility = models.CharField(max_length=20, blank=True)
    visit = models.CharField(max_length=100, blank=True)
    rank = models.SmallIntegerField()
    made_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices)
    errors = models.IntegerField(default=0)
    warnings = models.IntegerField(default=0)
    encounter = models.CharField(max_length=80, blank=True)
    patient = models.CharField(max_length=80, blank=True)
    refs = ArrayField(models.CharField(max_length=80), default=list)
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "position"], name="exchange_dossier_once_in_message"
            ),
            models.UniqueConstraint(
                fields=["facility", "visit"],
                condition=Q(state="accepted"),
                name="exchange_dossier_one_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "visit"], name="exchange_dossier_visit"),
            models.Index(
                fields=["patient"],
                name="exchange_dossier_overtaken",
                condition=Q(state="superseded"),
            ),
            models.Index(
                fields=["encounter"], condition=~Q(encounter=""), name="exchange_dossier_encounter"
            ),
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="exchange_dossier_retry"
            ),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["failed", "waiting"]),
                name="exchange_dossier_stuck",
            ),
        ]


class Problem(models.Model):
    """One thing wrong with a dossier, or (without a dossier) with its whole message.

    Every problem found is kept, in both languages, as it was told to the sender. `live` is false
    once a later telling of the visit has replaced this one, so that the monitor counts what
    still stands.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="problems")
    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, null=True, related_name="problems"
    )
    facility = models.CharField(max_length=20, blank=True)
    table = models.CharField(max_length=10, blank=True)
    row = models.IntegerField(default=0)
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=80)
    severity = models.CharField(max_length=8)
    vi = models.TextField()
    en = models.TextField()
    action_vi = models.TextField(blank=True)
    action_en = models.TextField(blank=True)
    live = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["facility", "code"], condition=Q(live=True), name="exchange_problem_live"
            ),
        ]
