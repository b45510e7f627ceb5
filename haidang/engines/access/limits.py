"""Rate limits that hold across all web processes, because they live in the database."""

import hashlib
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.kernel import errors


def spend(what, who, *, limit, per):
    """Count one try of `what` by `who`; refuse it when `limit` within `per` is passed.

    who     an address or a reference; only a hash of it is kept
    per     timedelta, the window

    Raises    TooMany `access.too_many` (facts: minutes)
    """
    start = _window(per)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_window (key, starts_at, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (key, starts_at) DO UPDATE SET count = access_window.count + 1"
            " RETURNING count",
            [_key(what, who), start],
        )
        tried = cursor.fetchone()[0]
    if tried > limit:
        minutes = max(1, round((start + per - timezone.now()) / timedelta(minutes=1)))
        raise errors.TooMany(
            "access.too_many",
            _("Bạn đã thử quá nhiều lần. Hãy đợi %(minutes)d phút rồi thử lại.")
            % {"minutes": minutes},
            minutes=minutes,
        )


def forget_old(older_than=timedelta(days=1)):
    """Delete windows that have passed; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM access_window WHERE starts_at < %s", [timezone.now() - older_than]
        )
        return cursor.rowcount


def address_of(request):
    """Return the address a request comes from, as the server sees it.

    Forwarded headers are not believed: anybody can write them. Behind a proxy the server is told
    the real address (PROXY protocol or a trusted-proxy setting of the server).
    """
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104, not bound to


def _window(per):
    seconds = per.total_seconds()
    now = timezone.now()
    return now - timedelta(seconds=now.timestamp() % seconds)


def _key(what, who):
    return f"{what}:{hashlib.sha256(str(who).encode()).hexdigest()[:32]}"
