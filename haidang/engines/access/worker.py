"""What the worker does for access, again and again."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import clear_expired

from haidang.engines.access import limits
from haidang.engines.access.oauth.models import Assertion, Grant, Launch, SpentCode
from haidang.kernel.room import Loop

_ATTEMPTS_KEPT_FOR = timedelta(days=1)
_CODES_KEPT_FOR = timedelta(days=1)


def tidy():
    """Forget what has passed: rate-limit windows, wrong tries, sessions that have ended."""
    now = timezone.now()
    limits.forget_old()
    AccessAttempt.objects.filter(attempt_time__lt=now - _ATTEMPTS_KEPT_FOR).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    for model in (Assertion, Launch):
        model.objects.filter(expires_at__lt=now).delete()
    Grant.objects.filter(expires__lt=now).delete()
    SpentCode.objects.filter(at__lt=now - _CODES_KEPT_FOR).delete()
    clear_expired()
    return 0


LOOPS = [Loop("access.tidy", tidy, every_s=3600.0)]
