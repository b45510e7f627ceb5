"""The plan of digital transformation at work: a signed quarter, and one that units report on."""

from django.utils import timezone

from haidang.engines.access import api as access
from haidang.rooms.plan import demo as plan

STAFF = {
    "officer": "motcua.demo",
    "director": "giamdocso.demo",
    plan.HOSPITAL: "truongkhoa.demo",
    plan.STATION: "tramtruong.demo",
}


def build(tell):
    """Publish the plan, and let reports of two quarters come to different stages."""
    plan.live({who: _actor(name) for who, name in STAFF.items()}, now=timezone.now())
    tell(1, 1)


def _actor(username):
    return access.actor_of(access.Account.objects.get(username=username))
