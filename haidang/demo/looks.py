"""Who looked at the family's records: so that the access book and the emergency review have pages."""

from contextlib import suppress

from haidang.engines.access import api as access
from haidang.kernel import errors

#: Accounts that look at every member; who has no care relationship is refused, and that shows too.
VISITORS = ("dieuduong.demo", "bacsi.demo")
HURRIED = "phongkham.demo"
REASON = "Người bệnh khó thở, cần xem thuốc đang dùng (tình huống mô phỏng)."


def build(members, tell):
    """Open the records of `members` (hits of the person index) as staff do, and one in an emergency."""
    for number, member in enumerate(members, start=1):
        for username in VISITORS:
            _look(_actor(username), member)
        tell(number, len(members))
    by = _actor(HURRIED)
    access.break_glass(by, members[-1].ref, reason=REASON)
    _look(by, members[-1])


def _look(by, member):
    opened = access.open_person(by, member.ref, patient_rid=member.rid, what="Hồ sơ sức khoẻ")
    with suppress(errors.NotAllowed), opened:
        pass


def _actor(username):
    return access.actor_of(access.Account.objects.get(username=username))
