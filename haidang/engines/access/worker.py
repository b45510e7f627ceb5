"""What the worker does for access, again and again."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from haidang.engines.access import limits
from haidang.kernel.room import Loop

_ATTEMPTS_KEPT_FOR = timedelta(days=1)


def tidy():
    """Forget what has passed: rate-limit windows, wrong tries, sessions that have ended."""
    now = timezone.now()
    limits.forget_old()
    AccessAttempt.objects.filter(attempt_time__lt=now - _ATTEMPTS_KEPT_FOR).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return 0


LOOPS = [Loop("access.tidy", tidy, every_s=3600.0)]
