"""The tables of the records engine, for migrations and for readers; no code goes through the ORM.

What search compares stands apart from what it finds. PostgreSQL uses no index for a condition
on a table with row-level security unless the operator is marked leakproof, and none of the array
operators is. So `records_key` and the `records_<kind>` tables hold numbers and folded words by
record number, and `records_resource`, where the records themselves are, is behind the policies.
"""

# No row of these is ever shown as an object, so none has a `__str__`.
# ruff: noqa: DJ008

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Key(models.Model):
    """One id that was ever used or pointed at: its record number and what search finds it by.

    A row without a resource is an id that something refers to and nobody has written yet;
    `live` is false for those and for deleted ones.
    """

    rid = models.BigIntegerField(primary_key=True)
    h = ArrayField(models.BigIntegerField())
    id_bytes = models.BinaryField(db_column="id")
    type = models.SmallIntegerField()
    live = models.BooleanField()

    class Meta:
        managed = False
        db_table = "records_key"


class Resource(models.Model):
    """The current version of one resource; its body is compressed JSON (see `compression`).

    `rid` and `seq` come from one sequence: `rid` when the id was first seen, `seq` at each change.
    `patient` is the rid of the Patient whose record this is part of; a Patient is its own.
    """

    rid = models.BigIntegerField(primary_key=True)
    patient = models.BigIntegerField(null=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    version = models.IntegerField()
    type = models.SmallIntegerField()
    deleted = models.BooleanField()
    id_bytes = models.BinaryField(db_column="id")
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "records_resource"


class History(models.Model):
    """A version that has been replaced: the row of `Resource` as it was. Append-only."""

    rid = models.BigIntegerField(primary_key=True)
    patient = models.BigIntegerField(null=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    version = models.IntegerField()
    type = models.SmallIntegerField()
    deleted = models.BooleanField()
    id_bytes = models.BinaryField(db_column="id")
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "records_history"


class DateRow(models.Model):
    """A half-open period of one path of one resource; `p` is odd for more than 32 days."""

    p = models.BigIntegerField()
    lo = models.DateTimeField()
    hi = models.DateTimeField()
    rid = models.BigIntegerField(primary_key=True)

    class Meta:
        managed = False
        db_table = "records_date"


class QuantityRow(models.Model):
    """A number or quantity of one path; `unit` and `code` are hashes, 0 for none."""

    p = models.BigIntegerField()
    lo = models.FloatField()
    hi = models.FloatField()
    unit = models.BigIntegerField()
    code = models.BigIntegerField()
    rid = models.BigIntegerField(primary_key=True)

    class Meta:
        managed = False
        db_table = "records_quantity"


class StringRow(models.Model):
    """A folded text of one path, for search by its beginning; `p` is odd for parts of a whole."""

    p = models.BigIntegerField()
    rid = models.BigIntegerField(primary_key=True)
    s = models.TextField()

    class Meta:
        managed = False
        db_table = "records_string"


class Text(models.Model):
    """A text that some resource holds, for search inside texts; seldom twice (see the SQL)."""

    key = models.BigIntegerField(primary_key=True)
    s = models.TextField()

    class Meta:
        managed = False
        db_table = "records_text"


class Dictionary(models.Model):
    """A zstd dictionary for the bodies of one resource type; never changed, never removed."""

    type = models.SmallIntegerField(primary_key=True)
    number = models.SmallIntegerField()
    content = models.BinaryField()

    class Meta:
        managed = False
        db_table = "records_dictionary"


class Common(models.Model):
    """How common a number of `Key.h` is, for the choice between two ways to search."""

    number = models.BigIntegerField(primary_key=True)
    share = models.FloatField()

    class Meta:
        managed = False
        db_table = "records_common"
