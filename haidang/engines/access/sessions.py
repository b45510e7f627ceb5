"""Where an account is signed in, and how to end it there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import accounts, devices, limits
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors

_SEEN = "haidang.seen"
_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """One place where an account is signed in (phiên đăng nhập)."""

    id: int
    device: str
    address: str
    since: datetime
    seen_at: datetime
    current: bool


def start(request):
    """Put the session just opened on its account's list."""
    UserSession.objects.purge_and_list(request.user)
    UserSession.objects.create_from_request(request)
    request.session[_SEEN] = timezone.now().timestamp()


def touch(request):
    """Note, every five minutes at most, that the session is still used and from where."""
    now = timezone.now()
    if now.timestamp() - request.session.get(_SEEN, 0) < _EVERY.total_seconds():
        return
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    rows.update(last_seen_at=now, ip=limits.address_of(request))
    request.session[_SEEN] = now.timestamp()


def is_idle(request):
    """Return whether the session was left alone for too long."""
    seen = request.session.get(_SEEN)
    allowed = timedelta(minutes=settings.HAIDANG_IDLE_MINUTES) + _EVERY
    return seen is not None and timezone.now().timestamp() - seen > allowed.total_seconds()


def stop(request):
    """Take the session of this request off the list."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def move(before, after):
    """Follow a session whose key was changed."""
    UserSession.objects.filter(session_key=before).update(session_key=after)


def sessions_of(account, *, current_key=None):
    """Return where an account is signed in, the present session first."""
    rows = UserSession.objects.purge_and_list(account)
    found = [_session(row, current_key) for row in rows]
    return sorted(found, key=lambda s: (not s.current, -s.seen_at.timestamp()))


@transaction.atomic
def end_session(account, session_id):
    """End one session at once, wherever it is (thu hồi phiên).

    Raises    NotFound `access.no_session`
    Records   event `access.session.revoked`
    """
    row = UserSession.objects.filter(user=account, pk=session_id).first()
    if row is None:
        raise errors.NotFound("access.no_session", _("Phiên đăng nhập này đã kết thúc."))
    row.end()
    ledger.record("access.session.revoked", by=accounts.actor_of(account), facts={"ended": 1})


@transaction.atomic
def end_sessions(account, *, by, keep_key=None):
    """End every session of an account but the one kept; return how many ended.

    Records   event `access.session.revoked`
    """
    rows = [r for r in UserSession.objects.filter(user=account) if r.session_key != keep_key]
    for row in rows:
        row.end()
    if rows:
        facts = {"account": account.pk, "ended": len(rows)}
        ledger.record("access.session.revoked", by=by, facts=facts)
    return len(rows)


def _session(row, current_key):
    return Session(
        id=row.pk,
        device=devices.name_of(row.user_agent),
        address=row.ip,
        since=row.created_at,
        seen_at=row.last_seen_at,
        current=row.session_key == current_key,
    )
