"""Rate limits that hold across all web processes, because they live in the database."""

import hashlib
import ipaddress
import math
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access.models import Window
from haidang.kernel import errors


def check(what, who, *, limit, per):
    """Refuse when the tries already counted by `spend` have reached the limit; count nothing.

    Raises    TooMany `access.too_many` (facts: minutes)
    """
    start = _window(per)
    row = Window.objects.filter(key=_key(what, who), starts_at=start).first()
    if row and row.count >= limit:
        raise _too_many(start + per)


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
        raise _too_many(start + per)


def _too_many(until):
    minutes = max(1, math.ceil((until - timezone.now()) / timedelta(minutes=1)))
    return errors.TooMany(
        "access.too_many",
        _("Bạn đã thử quá nhiều lần. Hãy đợi %(minutes)d phút rồi thử lại.") % {"minutes": minutes},
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
    """Return the address a request comes from.

    `X-Forwarded-For` is believed only as far as our own proxies wrote it: read from its end, the
    first address that is not one of HAIDANG_TRUSTED_PROXIES. Anybody can write the rest.
    """
    address = _valid(request.META.get("REMOTE_ADDR", ""))
    if address not in settings.HAIDANG_TRUSTED_PROXIES:
        return address
    for part in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        address = _valid(part.strip())
        if address not in settings.HAIDANG_TRUSTED_PROXIES:
            return address
    return address


def _valid(text):
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return "0.0.0.0"  # noqa: S104, not bound to: a unix socket has no address


def _window(per):
    seconds = per.total_seconds()
    now = timezone.now()
    return now - timedelta(seconds=now.timestamp() % seconds)


def _key(what, who):
    return f"{what}:{hashlib.sha256(str(who).encode()).hexdigest()[:32]}"
