"""The tables of payments. Money is whole đồng everywhere; a book line is signed."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Receiver(models.Model):
    """One bank account of one organisation that people pay to (tài khoản nhận tiền).

    There is no wallet of the city: money goes to the organisation's own account. `provider` is
    who tells us of payments; its secret is a file named after `code`, never a column.
    Source: NĐ 52/2024 (holding other people's money needs a licence)
    """

    code = models.CharField(max_length=20, unique=True)
    org = models.CharField(max_length=20)
    provider = models.CharField(max_length=10)
    bank = models.CharField(max_length=6)
    account = models.CharField(max_length=19)
    name = models.CharField(max_length=25)
    prefix = models.CharField(max_length=8)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix"], name="payments_receiver_prefix_once")
        ]


class Counter(models.Model):
    """The last number given in one series; a number is taken in the transaction that uses it."""

    series = models.CharField(max_length=60, primary_key=True)
    last = models.BigIntegerField()


class Order(models.Model):
    """One amount that somebody owes (khoản phải thu), under the number that is its purpose text."""

    number = models.CharField(max_length=25, unique=True)
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT)
    amount_vnd = models.BigIntegerField()
    paid_vnd = models.BigIntegerField(default=0)
    what = models.CharField(max_length=200)
    about = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField(db_default=Now())
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_vnd__gt=0) & Q(paid_vnd__gte=0), name="payments_order_amounts"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "paid", "cancelled"]), name="payments_order_state"
            ),
            models.UniqueConstraint(
                fields=["about"],
                condition=~Q(state="cancelled"),
                name="payments_order_once_for_each",
            ),
        ]


class Notice(models.Model):
    """One transaction that a provider or a bank statement told us of (báo có), as it came.

    `reference` is the bank's own number of the transaction; one transaction is one row, however
    often and by whomever it is told. Of its amount the order keeps `used_vnd`; the rest has to go
    back, and `refunded_vnd` of it went.
    """

    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT)
    event = models.CharField(max_length=100)
    reference = models.CharField(max_length=100)
    amount_vnd = models.BigIntegerField()
    purpose = models.CharField(max_length=500)
    happened_at = models.DateTimeField()
    raw = models.BinaryField()
    state = models.CharField(max_length=12)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="notices")
    used_vnd = models.BigIntegerField(default=0)
    refunded_vnd = models.BigIntegerField(default=0)
    receipt = models.CharField(max_length=30, blank=True)
    told_at = models.DateTimeField(db_default=Now())
    on_statement = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receiver", "event"], name="payments_notice_event"),
            models.UniqueConstraint(
                fields=["receiver", "reference"], name="payments_notice_transaction"
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="payments_notice_amount"),
            models.CheckConstraint(
                condition=Q(amount_vnd__gte=models.F("used_vnd") + models.F("refunded_vnd")),
                name="payments_notice_rest",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "happened_at"], name="payments_notice_day"),
            models.Index(fields=["state"], name="payments_notice_state"),
        ]


class Entry(models.Model):
    """One event of the double-entry book (bút toán); its lines add up to zero."""

    at = models.DateTimeField(db_default=Now())
    why = models.CharField(max_length=30)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True)

    class Meta:
        triggers = [
            pgtrigger.Protect(name="entry_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Line(models.Model):
    """One side of an entry: debit above zero, credit below."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT)
    account = models.CharField(max_length=20)
    amount_vnd = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["receiver", "account"], name="payments_line_account")]
        triggers = [
            pgtrigger.Protect(name="line_stays", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="entry_balances",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("total", "bigint")],
                func="""
                    SELECT sum(amount_vnd) INTO total FROM payments_line WHERE entry_id = NEW.entry_id;
                    IF total <> 0 THEN
                        RAISE EXCEPTION 'payments: entry % does not balance', NEW.entry_id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]


class Statement(models.Model):
    """One day of one account as the bank states it, and how it agreed with our book."""

    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT)
    on = models.DateField()
    sha256 = models.CharField(max_length=64)
    lines = models.IntegerField()
    agreed = models.IntegerField()
    untold = models.JSONField(default=list)
    unstated = models.JSONField(default=list)
    differing = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "on", "sha256"], name="payments_statement_once"
            )
        ]
