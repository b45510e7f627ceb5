"""What the room comes with in every house: procedures and the processes that they follow."""

from haidang.kernel import actor
from haidang.rooms.procedures import services


def load():
    """Bring it in, unless it is there; return how many were new or changed."""
    return services.load_files(by=actor.SYSTEM)
