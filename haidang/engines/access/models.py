"""The tables of access."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from haidang.kernel import ids


class Accounts(BaseUserManager):
    """Finds an account by its name, whatever the capitals."""

    def get_by_natural_key(self, username):
        return self.get(username=username.strip().lower())


class Account(AbstractBaseUser):
    """One who can sign in (tài khoản): staff, civil servant or citizen.

    `ref` is what stands in the ledger and as author of records: `Practitioner/<id>` for staff,
    `Patient/<id>` for a citizen. `patient` is the id of the own Patient of a citizen, or of a
    member of staff who is also a patient here.
    """

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    ref = models.CharField(max_length=80, unique=True)
    patient = models.CharField(max_length=64, null=True, unique=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = Accounts()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def get_full_name(self):
        return self.name

    def __str__(self):
        return self.name


class RoleGrant(models.Model):
    """A role that an account holds in one organisation (vai trò), or in the whole city.

    `org` is a facility code, a commune code or empty for the whole city. A grant is ended, never
    deleted, so that the past stays explainable.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    org = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)
    by_ref = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "org"],
                condition=Q(until__isnull=True),
                name="access_grant_once",
            )
        ]


class CareRelation(models.Model):
    """Why an organisation may open a person's record (quan hệ chăm sóc).

    `patient` is the record number (rid) of the Patient, not its id: row-level security compares it
    with every row read. `basis` is `encounter`, `household`, `referral` or `consent:<number>`.
    """

    patient = models.BigIntegerField()
    org = models.TextField()
    basis = models.TextField()
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_care_relation"
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "org", "basis"], name="access_care_relation_once"
            )
        ]
        indexes = [models.Index(fields=["org", "patient"], name="access_care_relation_org")]


class BrokenGlass(models.Model):
    """One emergency opening of a record without a relationship (mở khẩn cấp).

    The person sees it among the looks at the own record; the privacy officer reviews it.
    """

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", _("Có lý do chính đáng")
        UNJUSTIFIED = "unjustified", _("Không có lý do chính đáng")

    by_ref = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    org = models.CharField(max_length=20, blank=True)
    patient = models.CharField(max_length=80)
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    verdict = models.CharField(max_length=20, blank=True, choices=Verdict.choices)
    note = models.TextField(blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["by_ref", "patient", "until"], name="access_glass_open"),
            models.Index(fields=["verdict", "at"], name="access_glass_review"),
        ]


class Consent(models.Model):
    """A person's leave for one organisation to open the record (đồng ý chia sẻ hồ sơ).

    Source    Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: consent is given for a purpose, may be
              limited in time and may be withdrawn at any moment.
    """

    patient = models.CharField(max_length=80)
    patient_rid = models.BigIntegerField()
    org = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "given_at"], name="access_consent_of")]


class Denial(models.Model):
    """What a person forbids an organisation (từ chối chia sẻ), as a Consent resource says it.

    `patient` is the record number of the Patient; row-level security of the records reads these
    rows. `org` is a facility code or `*`; `types` and `labels` are numbers of the records' index,
    null for all. Rows follow their Consent and are never written by themselves.
    """

    consent = models.CharField(max_length=80)
    patient = models.BigIntegerField()
    org = models.TextField()
    but = ArrayField(models.TextField(), default=list)
    types = ArrayField(models.SmallIntegerField(), null=True)
    labels = ArrayField(models.BigIntegerField(), null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_denial"
        indexes = [
            models.Index(fields=["org", "patient"], name="access_denial_org"),
            models.Index(fields=["consent"], name="access_denial_consent"),
        ]


class Client(models.Model):
    """A system that connects to us (hệ thống kết nối), for one organisation, with its scopes.

    Of its token only a hash is kept; a lost token is replaced, not recovered.
    """

    uid = models.CharField(max_length=40, unique=True, default=ids.new_id)
    name = models.CharField(max_length=200)
    org = models.CharField(max_length=20, blank=True)
    scopes = ArrayField(models.TextField())
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Window(models.Model):
    """How often something was tried within one window of time, for rate limits in every process."""

    pk = models.CompositePrimaryKey("key", "starts_at")
    key = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    count = models.IntegerField(default=0)


# The authorisation server's tables belong to this engine too.
from haidang.engines.access.oauth.models import (  # noqa: E402, F401
    AccessToken,
    App,
    Assertion,
    Grant,
    IDToken,
    Launch,
    Permit,
    RefreshToken,
    SpentCode,
)
