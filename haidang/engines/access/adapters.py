"""What allauth asks of us: second factors encrypted at rest, and no doors of its own."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from haidang.engines.access import limits, vault


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators or by proof of identity, never by a sign-up form."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return limits.address_of(request)


class MfaAdapter(DefaultMFAAdapter):
    """Keeps second factors encrypted with a key that the database does not hold."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("Mã không đúng.")}

    def encrypt(self, text):
        return vault.seal(text)

    def decrypt(self, encrypted_text):
        return vault.open_sealed(encrypted_text)

    def get_totp_issuer(self):
        return settings.MFA_TOTP_ISSUER

    def get_totp_label(self, user):
        return user.username

    def _get_site_name(self):
        return settings.MFA_TOTP_ISSUER

    def send_notification_mail(self, *args, **kwargs):
        """Send nothing: the security page and the ledger tell."""
