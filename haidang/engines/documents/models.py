"""The tables of documents."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class File(models.Model):
    """One content that was kept (tệp), under the hash of its bytes.

    `scan` is clean, infected, or waiting: then the scanner was not there, and the file is not
    given out to others than whoever sent it. The row outlives its content, which goes when its
    destruction is on record. `unfiled`: somebody keeps it without filing it under a matter; then no
    rule can tell that it may go, whoever else has filed it.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    type = models.CharField(max_length=100)
    scan = models.CharField(max_length=10)
    virus = models.CharField(max_length=200, blank=True)
    kept_at = models.DateTimeField(db_default=Now())
    by_ref = models.CharField(max_length=200)
    destroyed_at = models.DateTimeField(null=True)
    content_gone = models.BooleanField(default=False)
    unfiled = models.BooleanField(default=False)

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


class Issued(models.Model):
    """One paper that was given out (văn bản đã phát hành), found again by its code, number or bytes.

    `state` is signed; waiting: it has its number but not its signatures, because a service was
    away, and is tried again; or unsigned: this house has no signer for its unit. `plain` is the
    paper before signatures, `file` what was given out; `wanted` are the names of the signers in
    their order, `places` where they are seen.
    """

    code = models.CharField(max_length=20, unique=True)
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    org = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    state = models.CharField(max_length=10)
    plain = models.CharField(max_length=64)
    file = models.CharField(max_length=64, blank=True)
    places = models.JSONField(default=dict)
    wanted = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["signed", "waiting", "unsigned"]),
                name="documents_issued_state",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | ~Q(file=""), name="documents_issued_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="documents_issued_number"),
            models.Index(fields=["about"], name="documents_issued_about"),
            models.Index(fields=["file"], name="documents_issued_file"),
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="documents_issued_wait"
            ),
        ]


class Seal(models.Model):
    """One timestamp over a whole signed paper (dấu thời gian lưu trữ), and when it is followed by another.

    `until` is the end of the certificate behind it. `next_try_at` is empty once another follows, and
    when it ended before that: `problem` then says why, and a person has to look.
    """

    issued = models.ForeignKey(Issued, on_delete=models.PROTECT, related_name="seals")
    file = models.CharField(max_length=64)
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    superseded = models.BooleanField(default=False)
    tries = models.IntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issued"], condition=Q(superseded=False), name="documents_seal_one_newest"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(superseded=False), name="documents_seal_due"
            ),
            models.Index(fields=["file"], name="documents_seal_file"),
        ]


class RemoteSignature(models.Model):
    """One signature asked of a provider far away (lượt ký từ xa): its document, hash, state and end.

    `document` is the file with the room for the signature, `digest` the hash that the person
    confirms. `sad` proves that it was confirmed; it is good once, for this hash, and goes when used.
    """

    document = models.CharField(max_length=64)
    region = models.JSONField()
    document_digest = models.CharField(max_length=64)
    attributes = models.TextField()
    chain = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10)
    sad = models.CharField(max_length=500, blank=True)
    signature = models.TextField(blank=True)
    file = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    by_ref = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "authorised", "signed", "failed", "expired"]),
                name="documents_remote_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | ~Q(file=""), name="documents_remote_whole"
            ),
        ]


class Recognition(models.Model):
    """One scan that is read, or was (nhận dạng chữ), and the searchable file that came of it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    state = models.CharField(max_length=10, default="waiting")
    made = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    search = models.TextField(blank=True)
    why = models.CharField(max_length=20, blank=True)
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "nothing", "failed"]),
                name="documents_recognition_state",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state="waiting"), name="documents_recognition_wait"
            )
        ]


class Holding(models.Model):
    """One file filed under one matter: how long that matter keeps it, once it has ended."""

    file = models.ForeignKey(File, on_delete=models.PROTECT)
    about = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    ended_on = models.DateField(null=True)
    until = models.DateField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "about"], name="documents_holding_once")
        ]
        indexes = [
            models.Index(fields=["about"], name="documents_holding_about"),
            models.Index(
                fields=["until"], condition=Q(destroyed_at=None), name="documents_holding_due"
            ),
        ]


class LegalHold(models.Model):
    """An order that nothing filed under a matter may be destroyed (lệnh giữ tài liệu)."""

    about = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000)
    by_ref = models.CharField(max_length=200)
    since = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)


class Disposal(models.Model):
    """One list of what is to be destroyed (danh mục huỷ): who proposed, who reviewed, who approved it.

    Three different people, whatever they may do otherwise.
    """

    org = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.CharField(max_length=200)
    proposed_name = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=200, blank=True)
    reviewed_name = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    number = models.CharField(max_length=60, blank=True)
    minute = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decided_by=models.F("proposed_by")),
                name="documents_disposal_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by="")
                | ~Q(reviewed_by=models.F("proposed_by")) & ~Q(reviewed_by=models.F("decided_by")),
                name="documents_disposal_six_eyes",
            ),
        ]


class DisposalLine(models.Model):
    """One holding on a list; `kept_because` says why it was left alone after all."""

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="lines")
    holding = models.ForeignKey(Holding, on_delete=models.PROTECT)
    kept_because = models.CharField(max_length=200, blank=True)
