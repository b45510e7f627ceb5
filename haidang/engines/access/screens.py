"""The decorator that every view wears: which permission, which portal, which methods."""

import functools
import re

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from haidang.engines.access import factors, permissions
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

PORTALS = ("citizen", "staff", "office", "gateway", "public")
_WORD = re.compile(r"public|signed_in|[a-z_]+\.[a-z_]+")
_SAFE = {"GET", "HEAD", "OPTIONS"}
PASSWORD_VIEW = "accounts:change_password"  # noqa: S105, the name of an address
SECURITY_VIEW, SIGN_OUT_VIEW = "security", "account_logout"
# What stays open while a second factor is missing: where it is added, and the way out.
_OPEN_WITHOUT_FACTOR = {
    SECURITY_VIEW, SIGN_OUT_VIEW, PASSWORD_VIEW, "accounts:confirm", "accounts:add_totp",
    "accounts:add_passkey", "accounts:passkey_begin", "accounts:passkey_keep",
}  # fmt: skip
_PROTECTED = "haidang.protected"


class NotSignedIn(errors.NotAllowed):
    """The asker has not said who it is (401)."""

    status = 401


def screen(permission, *, portal="staff", methods=("GET",)):
    """Make a view answer only those who hold `permission`.

    permission  `room.name`, `signed_in`, or `public`
    portal      `citizen`, `staff`, `office`, `public`, or `gateway` for machines: no CSRF token,
                and a session cannot change anything through it
    methods     HTTP methods answered; HEAD comes with GET

    Nobody signed in: to the sign-in page, and back afterwards (401 at the gateway). Signed in
    without the permission: the refusal is noted in the access book, then NotAllowed (403).
    The view keeps `permission`, `portal` and `methods` for the guard test that walks every URL.
    """
    if not _WORD.fullmatch(permission) or portal not in PORTALS:
        raise ValueError(f"not a permission and a portal: {permission!r}, {portal!r}")
    allowed = {*methods, *(["HEAD"] if "GET" in methods else [])}

    def decorate(view):
        @functools.wraps(view)
        def guarded(request, *args, **kwargs):
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            refused = _refusal(request, permission, portal)
            if refused is not None:
                return refused
            return _private(request, view(request, *args, **kwargs))

        guarded.permission, guarded.portal, guarded.methods = permission, portal, tuple(methods)
        guarded.csrf_exempt = portal == "gateway"
        return guarded

    return decorate


def _refusal(request, permission, portal):
    by = request.actor
    if portal == "gateway" and _session_would_write(request, by):
        raise errors.NotAllowed(
            "access.token_needed", _("Cổng kết nối chỉ nhận thay đổi từ hệ thống có mã truy cập.")
        )
    if permissions.may(by, permission):
        return _own_security_first(request, permission)
    if by is None:
        return _ask_to_sign_in(request, portal)
    ledger.looked(
        by=by, about=None, what=permission, purpose="screen", allowed=False, reason="permission"
    )
    permissions.require(by, permission)
    return None


def _session_would_write(request, by):
    people = (actors.STAFF, actors.CITIZEN)
    return request.method not in _SAFE and by is not None and by.kind in people


def _ask_to_sign_in(request, portal):
    if portal == "gateway":
        raise _no_token(request)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def _no_token(request):
    """The refusal of a machine: it showed nothing, or a token that opens nothing (any more)."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    if scheme.lower() == "bearer":
        return NotSignedIn(
            "access.token_unknown",
            _("Mã truy cập này sai, đã hết hạn hoặc đã bị thu hồi; hãy xin mã mới."),
        )
    return NotSignedIn("access.token_missing", _("Cần mã truy cập (Authorization: Bearer)."))


def _own_security_first(request, permission):
    """Send a temporary password, or a role without its second factor, to be put right first."""
    user = request.user
    if permission == permissions.PUBLIC or not getattr(user, "is_authenticated", False):
        return None
    here = request.resolver_match.view_name if request.resolver_match else ""
    if user.must_change_password and here not in (PASSWORD_VIEW, SIGN_OUT_VIEW):
        return HttpResponseRedirect(reverse(PASSWORD_VIEW))
    if here not in _OPEN_WITHOUT_FACTOR and _lacks_factor(request):
        return HttpResponseRedirect(reverse(SECURITY_VIEW))
    return None


def _lacks_factor(request):
    """Return whether a role asks for a second factor that the account has not; asked once."""
    if not request.actor.roles & settings.HAIDANG_SECOND_FACTOR_FOR:
        return False
    if not request.session.get(_PROTECTED):
        request.session[_PROTECTED] = factors.has_second(request.user)
    return not request.session[_PROTECTED]


def _private(request, response):
    """Keep pages about people out of shared caches and of the browser's back button."""
    if request.actor is not None and not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_store=True)
    return response
