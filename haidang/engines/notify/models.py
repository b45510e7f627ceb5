"""The tables of notify: what was told to whom, how it got there, and what people want."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Message(models.Model):
    """One message to one person (tin báo), in both languages as it was written.

    `once` is the key under which it was sent: the same again is the same message.
    """

    to = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    once = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    body = models.TextField()
    body_en = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["to", "once"], name="notify_message_once")]
        indexes = [
            models.Index(fields=["to", "-sent_at"], name="notify_message_to"),
            models.Index(fields=["to"], condition=Q(read_at=None), name="notify_message_unread"),
        ]


class Address(models.Model):
    """Where somebody can be reached on a channel: a mailbox, a telephone, a browser."""

    who = models.CharField(max_length=200)
    channel = models.CharField(max_length=10)
    value = models.CharField(max_length=1000)
    saved_at = models.DateTimeField(db_default=Now())
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["who", "channel", "value"], name="notify_address_once")
        ]


class Refusal(models.Model):
    """Somebody does not want a kind of message on a channel."""

    who = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["who", "kind", "channel"], name="notify_refusal_once")
        ]


class Delivery(models.Model):
    """One message on its way to one address, with its tries."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    address = models.ForeignKey(Address, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, default="waiting")
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "address"], name="notify_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "failed"]), name="notify_delivery_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="notify_delivery_due"
            )
        ]
