"""The health department at work: procedures, the simulated bank's secret, dossiers on their way."""

import secrets
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from haidang.demo import plan
from haidang.engines.access import api as access
from haidang.rooms.procedures import demo as procedures
from haidang.rooms.procedures import domain

STAFF = {"officer": "motcua.demo", "unit_head": "truongphong.demo", "director": "giamdocso.demo"}


def build(tell):
    """Open the office, and let the citizen's dossiers come to different stages."""
    _keep_secret()
    procedures.open_office()
    tell(1, 2)
    staff = {role: _actor(username) for role, username in STAFF.items()}
    citizen = _actor(plan.city()["citizen"]["username"])
    procedures.live(citizen, staff, now=timezone.now())
    procedures.live_at_the_counter(staff, now=timezone.now())
    procedures.live_before(citizen, staff, now=timezone.now())
    procedures.act_for_others(citizen, now=timezone.now())
    tell(2, 2)


def _keep_secret():
    """What the simulated bank signs with; made once for each house."""
    folder = Path(settings.HAIDANG_PAYMENTS_SECRETS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / domain.RECEIVER
    if not file.exists():
        file.write_text(secrets.token_urlsafe(32), encoding="utf-8")
        file.chmod(0o600)


def _actor(username):
    return access.actor_of(access.Account.objects.get(username=username))
