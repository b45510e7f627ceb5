"""What the room comes with in every house: the plans of the health department."""

from haidang.kernel import actor
from haidang.rooms.plan import services


def load():
    """Bring it in, unless it is there; return how many were new or changed."""
    return services.load_files(by=actor.SYSTEM)
