"""When the portal last answered us, or did not."""

from haidang.rooms.national_portal import models

NAME = "mailbox"


def answered(*, at):
    """The portal answered."""
    _place().update(answered_at=at, error="")


def failed(why, *, at):
    """The portal was not reached."""
    _place().update(failed_at=at, error=why[:300])


def _place():
    models.Place.objects.get_or_create(name=NAME)
    return models.Place.objects.filter(name=NAME)
