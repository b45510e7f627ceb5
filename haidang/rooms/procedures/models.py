"""The tables of the room: versions of procedures, and dossiers."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Version(models.Model):
    """One published version of a procedure: its definition, and from when on it applies."""

    key = models.CharField(max_length=60)
    number = models.IntegerField()
    definition = models.JSONField()
    search = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    published_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="procedures_version_once")
        ]


class Dossier(models.Model):
    """One application of one person (hồ sơ), under the version that applied when it was begun.

    `response`, `case` and `order` are keys of the engines that hold the answers, the way of the
    dossier and the money. `applicant` is whose matter it is (chủ hồ sơ), `submitter` who brings it
    (người nộp) when that is somebody else, and `basis` by which right. `due_at` is the day that
    was promised on the last slip; it stays what was promised when the calendar changes later.
    """

    code = models.CharField(max_length=40, unique=True, null=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    applicant = models.CharField(max_length=200)
    applicant_name = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    submitter = models.CharField(max_length=200, blank=True)
    submitter_name = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=14, default="own")
    authorisation = models.ForeignKey("Authorisation", on_delete=models.PROTECT, null=True)
    contact = models.JSONField(default=dict)
    channel = models.CharField(max_length=10, default="online")
    clerk = models.CharField(max_length=200, blank=True)
    clerk_name = models.CharField(max_length=200, blank=True)
    return_way = models.CharField(max_length=10, default="online")
    state = models.CharField(max_length=12, default="draft")
    response = models.CharField(max_length=40)
    case = models.CharField(max_length=40, blank=True)
    order = models.CharField(max_length=25, blank=True)
    begun_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_to = models.CharField(max_length=200, blank=True)
    supplements = models.JSONField(default=list)
    refusal = models.CharField(max_length=1000, blank=True)
    result_number = models.CharField(max_length=40, blank=True)
    result_file = models.CharField(max_length=64, blank=True)
    result_until = models.DateField(null=True)
    rating = models.CharField(max_length=20, blank=True)
    rating_words = models.CharField(max_length=1000, blank=True)
    rated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(code__isnull=False), name="procedures_dossier_coded"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "post"])
                & Q(return_way__in=["online", "counter", "post"]),
                name="procedures_dossier_channels",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["own", "guardian", "authorised", "representative"]),
                name="procedures_dossier_basis",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-begun_at"], name="procedures_dossier_mine"),
            models.Index(fields=["case"], name="procedures_dossier_case"),
            models.Index(fields=["order"], name="procedures_dossier_order"),
            models.Index(fields=["response"], name="procedures_dossier_response"),
            models.Index(fields=["state", "submitted_at"], name="procedures_dossier_state"),
            models.Index(
                fields=["submitter", "-begun_at"],
                condition=~Q(submitter=""),
                name="procedures_dossier_submitter",
            ),
            models.Index(
                fields=["submitted_at", "channel"],
                condition=Q(submitted_at__isnull=False),
                name="procedures_dossier_channel",
            ),
            models.Index(
                fields=["clerk", "-begun_at"],
                condition=~Q(clerk=""),
                name="procedures_dossier_clerk",
            ),
            models.Index(
                fields=["due_at"], condition=Q(state="processing"), name="procedures_dossier_due"
            ),
        ]


class Number(models.Model):
    """The last number given in one series of a day or a year."""

    series = models.CharField(max_length=60, primary_key=True)
    last = models.IntegerField()


class Authorisation(models.Model):
    """A right to act for somebody else (giấy uỷ quyền, người đại diện), with its evidence.

    `principal` is whose matters they are, a `Patient/<id>` or `Organisation/<tax code>`. A person's
    own authorisation holds at once; that somebody represents an organisation waits until the desk
    has confirmed it. `procedures` empty means every procedure; the last day counts.
    """

    principal = models.CharField(max_length=200)
    principal_name = models.CharField(max_length=200)
    agent = models.CharField(max_length=200)
    agent_name = models.CharField(max_length=200)
    basis = models.CharField(max_length=14)
    procedures = models.JSONField(default=list)
    may_receive = models.BooleanField(default=False)
    first_on = models.DateField()
    last_on = models.DateField()
    evidence = models.CharField(max_length=64)
    evidence_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="given")
    given_at = models.DateTimeField()
    by_ref = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "given", "refused", "revoked"]),
                name="procedures_authorisation_state",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["authorised", "representative"])
                & ~Q(principal=models.F("agent"))
                & Q(last_on__gte=models.F("first_on")),
                name="procedures_authorisation_sound",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "state"], name="procedures_auth_agent"),
            models.Index(fields=["principal", "state"], name="procedures_auth_principal"),
            models.Index(
                fields=["given_at"], condition=Q(state="waiting"), name="procedures_auth_waiting"
            ),
        ]


class Parcel(models.Model):
    """One thing that goes by post (bưu gửi): papers in, or a result out, with its number and price.

    The postage is paid to the post office; it is stated, and never among the agency's money.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="parcels")
    direction = models.CharField(max_length=3)
    tracking = models.CharField(max_length=40)
    fee_vnd = models.IntegerField(default=0)
    address = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "direction", "tracking"], name="procedures_parcel_once"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=["in", "out"]) & Q(fee_vnd__gte=0),
                name="procedures_parcel_sound",
            ),
        ]


class Slip(models.Model):
    """One slip that was given out (phiếu, mẫu 01 to 05): what it says is fixed when it is made.

    Its paper is drawn from `told` whenever somebody prints it; the worker signs it with the
    department's seal afterwards, and `file` is then the signed paper.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="slips")
    form = models.CharField(max_length=8)
    number = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=20, unique=True)
    told = models.JSONField()
    made_at = models.DateTimeField()
    by_ref = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200)
    issued_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dossier", "made_at"], name="procedures_slip_dossier"),
            models.Index(
                fields=["made_at"], condition=Q(issued_at=None), name="procedures_slip_unsigned"
            ),
        ]


class Entry(models.Model):
    """One line of a register (sổ đăng ký): made by a result, kept up by what happens to it.

    `values` holds the columns of the register as they stood on the result; which of them everybody
    may see is said by the register's file. `search` holds the public ones alone.
    """

    register = models.CharField(max_length=40)
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="entry")
    number = models.CharField(max_length=60)
    holder = models.CharField(max_length=200)
    holder_name = models.CharField(max_length=200)
    values = models.JSONField(default=dict)
    search = models.TextField()
    state = models.CharField(max_length=10, default="valid")
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    officer = models.CharField(max_length=200, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    decision = models.CharField(max_length=60, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    warned_days = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "number"], name="procedures_entry_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["valid", "changed", "expired", "revoked"]),
                name="procedures_entry_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(reason=""),
                name="procedures_entry_revoked_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["register", "-issued_on", "-id"], name="procedures_entry_list"),
            models.Index(fields=["holder", "register"], name="procedures_entry_holder"),
            models.Index(
                fields=["valid_until"], condition=Q(state="valid"), name="procedures_entry_until"
            ),
            GinIndex(
                OpClass(models.F("search"), name="gin_trgm_ops"), name="procedures_entry_search"
            ),
        ]


class Stored(models.Model):
    """One paper in the data store of a person or organisation (Kho dữ liệu), to be used again.

    `kind` is the code of a result (`KQ.SYT.01`) or the key of a paper (`diploma`); `source` says
    how it came: `result`, `upload`, or `scan` at the desk.
    """

    owner = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=60, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    file = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    type = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=10)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT)
    kept_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "file"], name="procedures_stored_once")
        ]
        indexes = [models.Index(fields=["owner", "kind"], name="procedures_stored_owner")]


class Feedback(models.Model):
    """What an applicant is not content with, for the head of the unit (phản ánh, kiến nghị).

    One that began with a rating has `origin` rating. `answers` keeps every answer that was given;
    who is not satisfied opens it once more. A legal complaint or denunciation has a way of its
    own: the head then ends it as `redirected` and says where to turn.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="feedback")
    unit = models.CharField(max_length=20)
    origin = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)
    words = models.CharField(max_length=2000)
    giver = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="open")
    given_at = models.DateTimeField()
    due_at = models.DateTimeField()
    late_told_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    unsatisfied = models.BooleanField(default=False)
    verdict = models.CharField(max_length=14, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "answered", "redirected"])
                & Q(kind__in=["reflection", "proposal"])
                & Q(origin__in=["applicant", "rating"]),
                name="procedures_feedback_sound",
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(state="open"), name="procedures_feedback_one_open"
            ),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(origin="rating"), name="procedures_feedback_rating"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="procedures_feedback_list"),
            models.Index(fields=["given_at"], name="procedures_feedback_given"),
        ]


class Score(models.Model):
    """The service-quality index of one unit in one month as it was last computed."""

    unit = models.CharField(max_length=20)
    month = models.DateField()
    edition = models.CharField(max_length=20)
    points = models.FloatField(null=True)
    scorable = models.FloatField()
    criteria = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="procedures_score_once")
        ]


class Shared(models.Model):
    """The last state of a dossier that the national portal is known to hold."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="shared")
    state = models.IntegerField()
    at = models.DateTimeField()


class Simulation(models.Model):
    """Last year's dossiers played on a changed process: what was played, by whom, what came out.

    `bpmn` is the process as it was played, `procedure` the only one whose dossiers were, and
    `figures` counts and office time as `services.processes` tells them; no case is named.
    """

    process = models.CharField(max_length=60)
    procedure = models.CharField(max_length=60, blank=True)
    bpmn = models.BinaryField()
    since = models.DateTimeField()
    at = models.DateTimeField()
    by_ref = models.CharField(max_length=200)
    by_name = models.CharField(max_length=200)
    figures = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["process", "-at"], name="procedures_simulation_latest")]
