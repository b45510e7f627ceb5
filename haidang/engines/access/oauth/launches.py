"""Opening an app from our own pages for one person (EHR launch)."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from haidang.engines.access.oauth.models import Launch

_LIVES = timedelta(minutes=5)


def begin_launch(app, *, account, patient=None, patient_rid=None, encounter=None):
    """Return the `launch` text that the app has to hand back within five minutes.

    Asked of the caller: the account may open the record of `patient` (id) now, and `encounter`
    (id) is a visit of theirs.
    """
    text = secrets.token_urlsafe(24)
    Launch.objects.create(
        checksum=_hash(text),
        app=app,
        account_id=account,
        patient=patient or "",
        patient_rid=patient_rid,
        encounter=encounter or "",
        expires_at=timezone.now() + _LIVES,
    )
    return text


def launch_of(text, *, app, account):
    """The Launch of a text when it was begun for this app by this account, or None."""
    found = Launch.objects.filter(
        checksum=_hash(text), app=app, account_id=account, expires_at__gt=timezone.now()
    )
    return found.first()


def end_launch(launch):
    """Spend a launch: it works once; True for the one who was first."""
    deleted, _ = Launch.objects.filter(pk=launch.pk).delete()
    return bool(deleted)


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()
