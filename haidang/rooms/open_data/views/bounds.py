"""How often one address may ask what needs no sign-in."""

from datetime import timedelta

from haidang.engines.access import api as access
from haidang.rooms.open_data.api import LIMITS

_MINUTE = timedelta(minutes=1)


def spend(request, what):
    """Count one look.

    Raises    TooMany `access.too_many`
    """
    whence = access.address_of(request)
    access.spend(f"open_data.{what}", whence, limit=LIMITS[what], per=_MINUTE)
