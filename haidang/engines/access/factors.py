"""Second factors: one-time codes, recovery codes and passkeys, on allauth's authenticators."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import accounts, vault
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors

_TYPES = Authenticator.Type
MOST_PASSKEYS = 10


@dataclass(frozen=True)
class Passkey:
    """One passkey as its owner sees it (khoá truy cập)."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What protects an account beside the password (lớp bảo vệ thứ hai)."""

    totp: bool
    totp_since: datetime | None
    passkeys: list[Passkey]
    recovery_left: int


def factors_of(account):
    """Return the second factors of an account."""
    rows = list(Authenticator.objects.filter(user=account).order_by("created_at"))
    app = next((row for row in rows if row.type == _TYPES.TOTP), None)
    codes = next((row for row in rows if row.type == _TYPES.RECOVERY_CODES), None)
    return Factors(
        totp=app is not None,
        totp_since=app.created_at if app else None,
        passkeys=[_passkey(row) for row in rows if row.type == _TYPES.WEBAUTHN],
        recovery_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def has_second(account):
    """Return whether signing in with the password needs a second step."""
    wanted = (_TYPES.TOTP, _TYPES.WEBAUTHN)
    return Authenticator.objects.filter(user=account, type__in=wanted).exists()


def new_totp_secret():
    """Return a fresh secret for an authenticator app; nothing is kept until it is confirmed."""
    return totp.generate_totp_secret()


def totp_uri(account, secret):
    """Return the `otpauth://` address that the app reads from the QR code."""
    return get_adapter().build_totp_url(account, secret)


@transaction.atomic
def add_totp(account, secret, code):
    """Switch one-time codes on after a first right code; return fresh recovery codes.

    Raises    NotAllowed `access.wrong_code`; Conflict `access.totp_exists`
    Records   event `access.factor.added`
    """
    if Authenticator.objects.filter(user=account, type=_TYPES.TOTP).exists():
        raise errors.Conflict("access.totp_exists", _("Tài khoản đã bật mã xác thực."))
    if _counter(secret, code) is None:
        raise errors.NotAllowed(
            "access.wrong_code", _("Mã chưa đúng. Hãy kiểm tra giờ của điện thoại rồi nhập mã mới.")
        )
    totp.TOTP.activate(account, secret)
    _record("access.factor.added", account, "totp")
    return new_recovery_codes(account)


@transaction.atomic
def new_recovery_codes(account):
    """Return ten fresh recovery codes; earlier ones open nothing any more."""
    Authenticator.objects.filter(user=account, type=_TYPES.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(account).generate_codes()
    _record("access.factor.added", account, "recovery_codes")
    return codes


def check_code(account, code):
    """Return "totp" or "recovery" when the code is right and unused, else None."""
    code = "".join(code.split())
    if _check_totp(account, code):
        return "totp"
    row = Authenticator.objects.filter(user=account, type=_TYPES.RECOVERY_CODES).first()
    if row and row.wrap().validate_code(code):
        row.record_usage()
        return "recovery"
    return None


@transaction.atomic
def _check_totp(account, code):
    """Each code works once, across all web processes: the row remembers the last one used."""
    row = Authenticator.objects.select_for_update().filter(user=account, type=_TYPES.TOTP).first()
    if row is None:
        return False
    counter = _counter(vault.open_sealed(row.data["secret"]), code)
    if counter is None or counter <= row.data.get("last_counter", 0):
        return False
    row.data["last_counter"] = counter
    row.last_used_at = timezone.now()
    row.save()
    return True


def _counter(secret, code):
    """Return the time step whose code this is, or None."""
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if secrets.compare_digest(expected.encode(), code.encode()):
            return counter
    return None


def passkey_options_to_add(account):
    """Return what the browser needs to make a passkey; call within a request."""
    return webauthn.begin_registration(account, passwordless=True)


@transaction.atomic
def add_passkey(account, name, credential):
    """Keep a passkey that the browser has just made; return recovery codes when they are the first.

    Raises    NotAllowed `access.wrong_passkey`; Conflict `access.too_many_passkeys`
    Records   event `access.factor.added`
    """
    if len(factors_of(account).passkeys) >= MOST_PASSKEYS:
        raise errors.Conflict(
            "access.too_many_passkeys", _("Mỗi tài khoản có tối đa 10 khoá truy cập.")
        )
    with _passkey_errors():
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    webauthn.WebAuthn.add(account, name.strip()[:60] or "Khoá truy cập", credential)
    _record("access.factor.added", account, "passkey")
    has_codes = Authenticator.objects.filter(user=account, type=_TYPES.RECOVERY_CODES).exists()
    return [] if has_codes else new_recovery_codes(account)


def passkey_options(account=None):
    """Return what the browser needs to use a passkey; of `account` when a password came first."""
    return webauthn.begin_authentication(account)


def passkey_account(response):
    """Return the account whose passkey answered.

    Raises    NotAllowed `access.wrong_passkey`
    """
    with _passkey_errors():
        account = webauthn.extract_user_from_response(response)
        row = webauthn.complete_authentication(account, response)
    if not account.is_active:
        raise _wrong_passkey()
    row.record_usage()
    return account


@transaction.atomic
def remove_passkey(account, passkey_id):
    """Forget a passkey; the last factor takes the recovery codes with it.

    Records   event `access.factor.removed`
    """
    row = Authenticator.objects.filter(user=account, type=_TYPES.WEBAUTHN, pk=passkey_id)
    if row.delete()[0]:
        _record("access.factor.removed", account, "passkey")
    _drop_lonely_codes(account)


@transaction.atomic
def remove_totp(account):
    """Switch one-time codes off; the last factor takes the recovery codes with it.

    Records   event `access.factor.removed`
    """
    if Authenticator.objects.filter(user=account, type=_TYPES.TOTP).delete()[0]:
        _record("access.factor.removed", account, "totp")
    _drop_lonely_codes(account)


def _drop_lonely_codes(account):
    if not has_second(account):
        Authenticator.objects.filter(user=account).delete()


def _record(event, account, kind):
    ledger.record(event, by=accounts.actor_of(account), facts={"kind": kind})


def _passkey(row):
    return Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)


class _passkey_errors:  # noqa: N801, a context manager reads as a word
    """Turns every way in which a credential can be malformed into one refusal."""

    def __enter__(self):
        return self

    def __exit__(self, kind, why, trace):
        if kind and issubclass(
            kind, (ValidationError, ValueError, TypeError, KeyError, AttributeError)
        ):
            raise _wrong_passkey() from why


def _wrong_passkey():
    return errors.NotAllowed(
        "access.wrong_passkey", _("Khoá truy cập chưa dùng được. Hãy thử lại hoặc dùng mật khẩu.")
    )
