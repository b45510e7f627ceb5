"""The tables of the authorisation server: those of django-oauth-toolkit, with what SMART adds."""

# ruff: noqa: DJ008 (rows are shown through dataclasses, never as text)

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from oauth2_provider import models as toolkit

from haidang.engines.access.oauth import keys
from haidang.kernel import ids


class App(toolkit.AbstractApplication):
    """An app or service that other people wrote and an administrator registered (ứng dụng).

    An app with the grant `authorization-code` acts for people; one with `client-credentials` for
    itself. It proves who it is by a secret, by a signed assertion (`jwks`, `jwks_uri`), or, when
    it is public, only by its redirect address and PKCE.

    org       facility for which a service speaks; empty for the city
    scopes    the most that it may ever be given
    ceiling   highest confidentiality: `N`, `R`, or empty for all
    """

    client_id = models.CharField(max_length=255, unique=True, default=ids.new_id)
    algorithm = models.CharField(max_length=5, default=toolkit.AbstractApplication.RS256_ALGORITHM)
    publisher = models.CharField(max_length=200, blank=True)
    org = models.CharField(max_length=20, blank=True)
    scopes = ArrayField(models.TextField(), default=list)
    ceiling = models.CharField(max_length=1, blank=True)
    jwks = models.JSONField(null=True)
    jwks_uri = models.URLField(blank=True)
    launch_uri = models.URLField(blank=True)
    created_by = models.CharField(max_length=80)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    @property
    def ref(self):
        return f"Device/{self.client_id}"

    @property
    def is_service(self):
        return self.authorization_grant_type == self.GRANT_CLIENT_CREDENTIALS

    @property
    def is_public(self):
        return self.client_type == self.CLIENT_PUBLIC

    @property
    def signs(self):
        """True when it proves itself by a signed assertion and by nothing else."""
        return bool(self.jwks or self.jwks_uri)

    @property
    def jwk_key(self):
        return keys.signing_key()

    def is_usable(self, request):
        return self.ended_at is None

    def redirect_uri_allowed(self, uri):
        """Only an address that was registered, to the letter (RFC 9700, 4.1.3)."""
        return uri in self.redirect_uris.split()

    class Meta(toolkit.AbstractApplication.Meta):
        pass


class Permit(models.Model):
    """What one person lets one app do (cho phép); ended, every token that came of it is dead.

    patient   id of the Patient whom the app was opened for, empty when for none; of the one that
              stands today, when it was merged since (`permits.follow_merge`)
    former    record numbers under which that person was known before, as long as the merges stand
    encounter id of the visit that it was opened for, empty when for none
    org       organisation for which the person was acting
    ceiling   highest confidentiality that the app sees
    """

    app = models.ForeignKey(App, on_delete=models.CASCADE)
    account = models.ForeignKey("access.Account", on_delete=models.CASCADE)
    scopes = ArrayField(models.TextField())
    patient = models.CharField(max_length=64, blank=True)
    patient_rid = models.BigIntegerField(null=True)
    former = ArrayField(models.BigIntegerField(), default=list)
    encounter = models.CharField(max_length=64, blank=True, default="")
    org = models.CharField(max_length=20, blank=True)
    ceiling = models.CharField(max_length=1, default="N")
    given_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "app"], name="access_permit_of"),
            models.Index(fields=["patient_rid"], name="access_permit_patient"),
        ]


class Grant(toolkit.AbstractGrant):
    """A code on its way from the consent page to the app; lives for a minute, works once."""

    permit = models.ForeignKey(Permit, on_delete=models.CASCADE)

    class Meta(toolkit.AbstractGrant.Meta):
        pass


class IDToken(toolkit.AbstractIDToken):
    """Who signed in, told to an app (OpenID Connect)."""

    class Meta(toolkit.AbstractIDToken.Meta):
        pass


class AccessToken(toolkit.AbstractAccessToken):
    """What an app shows at the FHIR door; only its hash is kept."""

    permit = models.ForeignKey(Permit, on_delete=models.CASCADE, null=True)

    class Meta(toolkit.AbstractAccessToken.Meta):
        pass


class RefreshToken(toolkit.AbstractRefreshToken):
    """What an app shows for the next access token; works once, and twice ends the family."""

    permit = models.ForeignKey(Permit, on_delete=models.CASCADE, null=True)

    class Meta(toolkit.AbstractRefreshToken.Meta):
        pass


class SpentCode(models.Model):
    """A code that was exchanged, so that its second use ends what came of the first."""

    checksum = models.CharField(max_length=64, primary_key=True)
    permit = models.ForeignKey(Permit, on_delete=models.CASCADE)
    at = models.DateTimeField(default=timezone.now)


class Launch(models.Model):
    """An app that is being opened from our pages for one person, perhaps for a visit (EHR launch)."""

    checksum = models.CharField(max_length=64, primary_key=True)
    app = models.ForeignKey(App, on_delete=models.CASCADE)
    account = models.ForeignKey("access.Account", on_delete=models.CASCADE)
    patient = models.CharField(max_length=64, blank=True)
    patient_rid = models.BigIntegerField(null=True)
    encounter = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField()


class Assertion(models.Model):
    """The `jti` of a client's assertion that was taken, until it would have expired anyway."""

    pk = models.CompositePrimaryKey("client_id", "jti")
    client_id = models.CharField(max_length=255)
    jti = models.CharField(max_length=255)
    expires_at = models.DateTimeField()
