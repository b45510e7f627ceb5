"""Open data of the demo city: first releases, and what a citizen contributed."""

from django.utils import timezone

from haidang.demo import plan
from haidang.engines.access import api as access
from haidang.rooms.open_data import demo as open_data


def build(tell):
    """Release the first data sets, and let contributions come to different stages."""
    open_data.live(
        _actor(plan.city()["citizen"]["username"]), _actor("motcua.demo"), now=timezone.now()
    )
    tell(1, 1)


def _actor(username):
    return access.actor_of(access.Account.objects.get(username=username))
