"""Tables of the person index. Facts about a person live in the Patient; these are how we find it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Person(models.Model):
    """One Patient as search and matching see it (chỉ mục người); rebuilt by `people.reindex`.

    `rid` is the record number of the Patient. A merged person stays, pointing by `merged_into` at
    the record number of the one kept, so that the old numbers still find the way.
    A retired one was made for a mistake that its sender corrected (see `retiring`).
    `said` remembers which source gave each element and when (see `patient.merge`).
    """

    rid = models.BigIntegerField(primary_key=True)
    id = models.TextField(unique=True)
    name = models.TextField()
    folded = models.TextField()
    words = ArrayField(models.TextField())
    birth_date = models.TextField(null=True)
    birth_year = models.SmallIntegerField(null=True)
    sex = models.TextField(null=True)
    phone = models.TextField(null=True)
    address = models.TextField(blank=True, default="")
    commune = models.TextField(null=True)
    deceased = models.BooleanField(default=False)
    retired = models.BooleanField(db_default=False)
    merged_into = models.BigIntegerField(null=True)
    version = models.IntegerField()
    said = models.JSONField(default=dict)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                OpClass(F("folded"), "text_pattern_ops"), F("birth_year"), name="people_person_name"
            ),
            GinIndex(F("words"), name="people_person_words", fastupdate=False),
            models.Index(fields=["birth_date"], name="people_person_birth"),
            models.Index(
                fields=["phone"], name="people_person_phone", condition=Q(phone__isnull=False)
            ),
            models.Index(
                fields=["merged_into"],
                name="people_person_faces",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(fields=["rid"], name="people_person_retired", condition=Q(retired=True)),
        ]


class Number(models.Model):
    """One identifier of one person: a hash to find it by, four characters to show (định danh).

    Two people may hold one number (a lent card, a typing fault): that is what reviews are for.
    """

    pk = models.CompositePrimaryKey("value", "rid")
    value = models.UUIDField()
    rid = models.BigIntegerField()
    kind = models.TextField()
    tail = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["rid"], name="people_number_rid")]


class Review(models.Model):
    """Two records that may be one person, for somebody to decide (cặp nghi trùng).

    `low` and `high` are record numbers in order, so that a pair is asked about once; a pair told
    apart stays told apart.
    """

    class State(models.TextChoices):
        OPEN = "open", "Chờ xem"
        MERGED = "merged", "Đã gộp"
        DIFFERENT = "different", "Hai người khác nhau"

    low = models.BigIntegerField()
    high = models.BigIntegerField()
    rule = models.TextField()
    score = models.SmallIntegerField()
    evidence = models.JSONField(default=list)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.TextField()
    org = models.TextField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(blank=True, default="")
    closed_name = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="people_review_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="people_review_ordered"),
        ]
        indexes = [
            models.Index(
                F("score").desc(), F("id"), name="people_review_open", condition=Q(state="open")
            )
        ]


class Merge(models.Model):
    """One merging of two records, with what is needed to undo it exactly (lượt gộp).

    `moved` lists every resource that was rewritten with its versions before and after, `faces` the
    people who had been merged into the dropped one before, `orgs` the care relationships added.
    """

    keep = models.BigIntegerField()
    drop = models.BigIntegerField()
    reason = models.TextField()
    review = models.BigIntegerField(null=True)
    moved = models.JSONField(default=list)
    faces = models.JSONField(default=list)
    orgs = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now())
    by_ref = models.TextField()
    by_name = models.TextField()
    org = models.TextField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(blank=True, default="")
    undone_name = models.TextField(blank=True, default="")
    undo_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(keep=F("drop")), name="people_merge_two"),
            models.UniqueConstraint(
                fields=["drop"], condition=Q(undone_at__isnull=True), name="people_merge_once"
            ),
        ]


class Household(models.Model):
    """One household of the residence register or the population book A0 (hộ)."""

    code = models.TextField(unique=True)
    kind = models.TextField(default="family")
    address = models.TextField(blank=True, default="")
    commune = models.TextField(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)


class Residence(models.Model):
    """One person's membership of one household (cư trú); ended, never deleted."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="residences")
    rid = models.BigIntegerField()
    relation = models.TextField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rid"], condition=Q(until__isnull=True), name="people_residence_once"
            )
        ]


class Guardian(models.Model):
    """Who may act for whom (giám hộ): a parent for a child, a carer for an adult who cannot.

    Source    Bộ luật Dân sự 91/2015/QH13, articles 21, 47 and 136: a person under 18 is
              represented by parents or a guardian; `until` is the eighteenth birthday.
    """

    rid = models.BigIntegerField()
    guardian = models.BigIntegerField()
    relation = models.TextField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    by_ref = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rid", "guardian"], name="people_guardian_once"),
            models.CheckConstraint(condition=~Q(rid=F("guardian")), name="people_guardian_other"),
        ]
        indexes = [models.Index(fields=["guardian"], name="people_guardian_of")]


class Position(models.Model):
    """How far the index has followed the changes of the record store (one row)."""

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField(default=0)
