"""Periodic reports at work: a locked quarter with the city's reports, and one at every stage."""

from django.utils import timezone

from haidang.engines.access import api as access
from haidang.rooms.reporting import demo as reporting

STAFF = {
    "officer": "motcua.demo",
    "head": "truongphong.demo",
    "director": "giamdocso.demo",
    reporting.HOSPITAL: "truongkhoa.demo",
    reporting.STATION: "tramtruong.demo",
}


def build(tell):
    """Open the forms of several periods, and let reports come to different stages."""
    reporting.live({who: _actor(name) for who, name in STAFF.items()}, now=timezone.now())
    tell(1, 1)


def _actor(username):
    return access.actor_of(access.Account.objects.get(username=username))
