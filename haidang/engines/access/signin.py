"""Signing in, step by step: the password, the second factor, the session.

These functions take the request, unlike everything else here: the session is what they are about.
"""

from datetime import timedelta

from django.contrib import auth
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import accounts, factors, limits, lockout, sessions
from haidang.engines.access.models import Account
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors

BACKEND = "haidang.engines.access.backends.PasswordBackend"
PASSWORD, TOTP, RECOVERY, PASSKEY = "password", "totp", "recovery", "passkey"  # noqa: S105
_PENDING, _PROVEN = "haidang.pending", "haidang.proven"
_PENDING_FOR = timedelta(minutes=10)
_PROVEN_FOR = timedelta(minutes=15)
LOCKED_MINUTES = 15
# Only wrong passwords count: a whole hospital signs in from one address every morning.
_WRONG_PASSWORDS = {
    "sign-in-from": {"limit": 100, "per": timedelta(minutes=15)},
    "sign-in-as": {"limit": 200, "per": timedelta(hours=1)},
}


def check_password(request, username, password):
    """Return the account of a name and password.

    Raises    NotAllowed `access.wrong_password`; TooMany `access.locked` after five wrong ones
              for this name from this address, `access.too_many` when an address or a name is
              tried too often
    """
    name = lockout.username_of(request, {"username": username})
    tries = (("sign-in-from", limits.address_of(request)), ("sign-in-as", name))
    for what, who in tries:
        limits.check(what, who, **_WRONG_PASSWORDS[what])
    account = auth.authenticate(request, username=name, password=password)
    if account is not None:
        return account
    _note_refusal(name)
    for what, who in tries:
        limits.spend(what, who, **_WRONG_PASSWORDS[what])
    if getattr(request, "axes_locked_out", False):
        raise locked()
    raise errors.NotAllowed(
        "access.wrong_password",
        _("Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra lại, kể cả phím Caps Lock."),
    )


def locked():
    """Return the error of a locked name."""
    return errors.TooMany(
        "access.locked",
        _(
            "Đăng nhập tạm khoá %(minutes)d phút vì nhập sai nhiều lần. "
            "Hãy thử lại sau, hoặc liên hệ quản trị viên để đặt lại mật khẩu."
        )
        % {"minutes": LOCKED_MINUTES},
        minutes=LOCKED_MINUTES,
    )


def begin(request, account):
    """Go on after the password; return True when a second factor must follow, else sign in."""
    if factors.has_second(account):
        request.session.cycle_key()
        request.session[_PENDING] = [account.pk, timezone.now().timestamp()]
        return True
    complete(request, account, method=PASSWORD)
    return False


def pending(request):
    """Return the account whose password was right and whose second factor is awaited, or None."""
    pk, at = request.session.get(_PENDING, (None, 0))
    if pk is None or timezone.now().timestamp() - at > _PENDING_FOR.total_seconds():
        return None
    return Account.objects.filter(pk=pk, is_active=True).first()


def check_code(request, account, code):
    """Sign in with a code of the app or a recovery code, after the password.

    Raises    NotAllowed `access.wrong_code`; TooMany `access.too_many`
    """
    limits.spend("code", account.pk, limit=10, per=timedelta(minutes=15))
    method = factors.check_code(account, code)
    if method is None:
        _refused(account, "code")
        raise errors.NotAllowed(
            "access.wrong_code", _("Mã chưa đúng hoặc đã dùng. Hãy nhập mã mới nhất trên ứng dụng.")
        )
    complete(request, account, method=method)


def check_passkey(request, response):
    """Sign in with a passkey alone; `response` is what the browser's authenticator answered.

    Raises    NotAllowed `access.wrong_passkey`; TooMany `access.too_many`
    """
    address = limits.address_of(request)
    limits.spend("passkey", address, limit=50, per=timedelta(minutes=15))
    account = factors.passkey_account(response)
    complete(request, account, method=PASSKEY)
    return account


@transaction.atomic
def complete(request, account, *, method):
    """Open the session: a fresh key, the list of sessions, the ledger.

    Records   event `access.session.opened`
    """
    request.session.pop(_PENDING, None)
    auth.login(request, account, backend=BACKEND)
    prove(request)
    sessions.start(request)
    by = accounts.actor_of(account)
    ledger.record("access.session.opened", by=by, facts={"method": method})


def sign_out(request):
    """Close this session (đăng xuất)."""
    sessions.stop(request)
    auth.logout(request)


def renew_session(request):
    """Keep this session after a change of the password; every other one ends by itself."""
    before = request.session.session_key
    auth.update_session_auth_hash(request, request.user)
    sessions.move(before, request.session.session_key)


def prove(request):
    """Note that the person has just shown who it is."""
    request.session[_PROVEN] = timezone.now().timestamp()


def is_proven(request):
    """Return whether that was within a quarter of an hour: changes of security ask for it."""
    at = request.session.get(_PROVEN, 0)
    return timezone.now().timestamp() - at < _PROVEN_FOR.total_seconds()


def prove_with_password(request, password):
    """Ask again for the password before a change of security.

    Raises    NotAllowed `access.wrong_password`; TooMany `access.locked` or `access.too_many`
    """
    account = check_password(request, request.user.username, password)
    if account.pk != request.user.pk:
        raise errors.NotAllowed("access.wrong_password", _("Mật khẩu chưa đúng."))
    prove(request)


def _note_refusal(name):
    account = Account.objects.filter(username=name).first()
    if account is not None:
        _refused(account, "password")


def _refused(account, reason):
    """A wrong try stands in the access book, where its owner sees it."""
    by = accounts.actor_of(account)
    ledger.looked(
        by=by, about=None, what="Đăng nhập", purpose="sign_in", allowed=False, reason=reason
    )
