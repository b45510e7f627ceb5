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
    `live` is false for those and for deleted ones, and they have no `lead` (see `index/leading`).
    """

    rid = models.BigIntegerField(primary_key=True)
    h = ArrayField(models.BigIntegerField())
    id_bytes = models.BinaryField(db_column="id")
    type = models.SmallIntegerField()
    live = models.BooleanField()
    lead = models.BinaryField(null=True)

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


class Led(models.Model):
    """A type of which every living record has its `lead`, as far as it has such a code."""

    type = models.SmallIntegerField(primary_key=True)

    class Meta:
        db_table = "records_led"


class Attached(models.Model):
    """One file (Binary) and one resource that holds it; see `attachments`.

    rid      record number of the file
    holder   that of the resource; `patient` the person in whose record that is
    """

    rid = models.BigIntegerField()
    holder = models.BigIntegerField()
    patient = models.BigIntegerField(null=True)

    class Meta:
        db_table = "records_attached"
        constraints = [
            models.UniqueConstraint(fields=["rid", "holder"], name="records_attached_once")
        ]
        indexes = [
            models.Index(fields=["holder"], name="records_attached_holder"),
            models.Index(fields=["patient"], name="records_attached_patient"),
        ]


class Common(models.Model):
    """How common a number of `Key.h` is, for the choice between two ways to search."""

    number = models.BigIntegerField(primary_key=True)
    share = models.FloatField()

    class Meta:
        managed = False
        db_table = "records_common"


class BulkJob(models.Model):
    """Work over many records that somebody has asked for: an export, an import, a reindex.

    owner    the actor's reference: only they see the job and fetch its files
    actor    the whole actor, as the worker needs it to open the same reach (see `bulk.jobs`)
    asked    what was asked for, checked when it was asked
    moment   `transactionTime`: what was written before it is in, later changes have a later one
    done     resources dealt with so far; `total` is counted at the start, when it can be
    starts   how often a worker began it since it last got on; a job that kills workers is given up
    stage    where a reindex stands
    why      `code`, `message` and `facts` of the error that ended it
    held     numbers of the denials that an export has left out; see `bulk.standing`
    """

    number = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True)
    kind = models.TextField()
    owner = models.TextField()
    actor = models.JSONField()
    asked = models.JSONField()
    state = models.TextField(default="waiting")
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    moment = models.DateTimeField(null=True)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    starts = models.SmallIntegerField(default=0)
    stage = models.JSONField(default=dict)
    why = models.JSONField(null=True)
    held = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        db_table = "records_bulk_job"
        indexes = [
            models.Index(
                fields=["owner", "number"],
                name="records_bulk_job_open",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]


class BulkPeople(models.Model):
    """Some of the people of whom something is in the files of an export: their record numbers, in order.

    low, high   the first and the last, so that one person is looked for in one row of many
    """

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="people")
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    rids = ArrayField(models.BigIntegerField())

    class Meta:
        db_table = "records_bulk_people"


class BulkFile(models.Model):
    """One file of a job, read or made: `bytes` and `lines` of it are dealt with.

    role   `input`, `output`, `deleted` or `error`
    name   an address for what is read, a file name for what was made
    mark   what tells the same content again (ETag, or size and moment of change), for input
    """

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="files")
    number = models.IntegerField()
    role = models.TextField()
    type = models.TextField(blank=True, default="")
    name = models.TextField()
    mark = models.TextField(blank=True, default="")
    bytes = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    faults = models.BigIntegerField(default=0)
    ended = models.BooleanField(default=False)

    class Meta:
        db_table = "records_bulk_file"
        constraints = [
            models.UniqueConstraint(fields=["job", "role", "number"], name="records_bulk_file_once")
        ]


class BulkFault(models.Model):
    """A line of an input file that could not be taken in, and the OperationOutcome that says why."""

    file = models.ForeignKey(BulkFile, on_delete=models.CASCADE, related_name="refused")
    line = models.BigIntegerField()
    outcome = models.BinaryField()

    class Meta:
        db_table = "records_bulk_fault"


class Indexed(models.Model):
    """A search parameter of one's own whose values every record has been read for.

    seq    change number of the SearchParameter as it was then; a later one needs a reindex anew
    """

    rid = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "records_indexed"


class Stream(models.Model):
    """How far the sequence of changes has been looked at, for the subscriptions that follow it.

    Number 1 is the one that everybody follows; a subscription that comes back after a silence has
    one of its own until it has caught up.
    """

    number = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField()

    class Meta:
        db_table = "records_stream"


class Subscription(models.Model):
    """A subscription as it stands: what was asked for, how far it is, and how its sending goes.

    uid       the id of the R4 resource; `resource` is that resource without the secret headers
    owner     the actor's reference: only they see it; `actor` opens the same reach when it is sent
    headers   what goes along with each notification, sealed
    since     changes up to this number are not told
    stream    the stream it follows; none while it is off or ended
    events    number of the last event; `sent` is the last that was delivered
    shaken    the receiver has answered a handshake
    failures  attempts in a row that failed, and `why` the last one did
    try_at    when to try next, if anything waits; `beat_at` when the next heartbeat is due
    leased_until  a worker is sending until then at the latest
    """

    number = models.BigAutoField(primary_key=True)
    uid = models.TextField(unique=True)
    version = models.IntegerField(default=1)
    owner = models.TextField()
    actor = models.JSONField()
    resource = models.JSONField()
    headers = models.BinaryField(default=b"")
    wish = models.JSONField()
    topic = models.TextField()
    state = models.TextField(default="requested")
    stream = models.ForeignKey(
        Stream, null=True, on_delete=models.PROTECT, related_name="followers"
    )
    since = models.BigIntegerField()
    events = models.BigIntegerField(default=0)
    sent = models.BigIntegerField(default=0)
    shaken = models.BooleanField(default=False)
    failures = models.IntegerField(default=0)
    why = models.TextField(blank=True, default="")
    try_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        db_table = "records_subscription"
        indexes = [
            models.Index(fields=["owner"], name="records_subscription_owner"),
            models.Index(
                fields=["try_at"],
                name="records_subscription_due",
                condition=models.Q(state__in=["requested", "active", "error"]),
            ),
        ]


class SubscriptionEvent(models.Model):
    """One event of one subscription: which version of which resource it tells."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="log", db_index=False
    )
    number = models.BigIntegerField()
    ref = models.TextField()
    version = models.IntegerField()
    deleted = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "records_subscription_event"
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "number"], name="records_subscription_event_once"
            )
        ]
