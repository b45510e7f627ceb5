"""What the worker does for access, again and again."""

from django.contrib.sessions.backends.db import SessionStore

from haidang.engines.access import limits
from haidang.kernel.room import Loop


def tidy():
    """Forget rate-limit windows that have passed and sessions that have ended."""
    limits.forget_old()
    SessionStore.clear_expired()
    return 0


LOOPS = [Loop("access.tidy", tidy, every_s=3600.0)]
