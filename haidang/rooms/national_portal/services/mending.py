"""What people do about the exchange: tell again, take again, compare a day."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.national_portal import domain, models
from haidang.rooms.national_portal.services import client
from haidang.rooms.procedures import api as procedures

_WAYS = {"gui": (models.Outgoing, "refused"), "nhan": (models.Incoming, "parked")}


@transaction.atomic
def replay(way, ids, *, by, at):
    """Let messages that were refused or parked go again (cho chạy lại); return how many.

    way    gui (out) or nhan (in)
    ids    of the messages; empty for all of that way

    Raises    NotAllowed `access.not_permitted`; NotFound `national_portal.way_unknown`
    Records   event `national_portal.message.replayed` (facts: way, count)
    """
    access.require(by, "national_portal.replay")
    if way not in _WAYS:
        raise errors.NotFound("national_portal.way_unknown", _("Không có hàng đợi này."))
    model, stopped = _WAYS[way]
    # What has no place among the messages of a dossier could only wait for ever.
    rows = model.objects.filter(state=stopped).exclude(code="")
    if ids:
        rows = rows.filter(pk__in=ids)
    # An outgoing body is made anew: what it was refused for may be what it said.
    more = {"body": None} if model is models.Outgoing else {}
    count = rows.update(state="waiting", next_try_at=at, tries=0, **more)
    if count:
        facts = {"way": way, "count": count}
        ledger.record("national_portal.message.replayed", by=by, facts=facts)
    return count


def compare(on, *, at, by=actors.SYSTEM):
    """Compare a day's dossiers with the portal (đối soát) and keep what differs.

    Raises    NotAllowed `access.not_permitted`; Unavailable `national_portal.not_reached`
    Records   event `national_portal.day.reconciled` (facts: on, differing)
    """
    if by is not actors.SYSTEM:
        access.require(by, "national_portal.replay")
    try:
        counts, theirs = client.day(on)
    except (client.NotReached, client.NotTaken) as why:
        raise errors.Unavailable(
            "national_portal.not_reached", _("Cổng quốc gia chưa trả lời; hãy thử lại sau.")
        ) from why
    ours = _turned_down(theirs) | procedures.states_of_day(on)
    differing = [
        _difference(c, ours, theirs) for c in sorted({*ours, *theirs}) if _differs(c, ours, theirs)
    ]
    with transaction.atomic():
        values = {
            "compared_at": at,
            "ours": _counts(ours),
            "theirs": {str(state): count for state, count in counts.items()},
            "differing": differing,
        }
        models.Day.objects.update_or_create(on=on, defaults=values)
        facts = {"on": on.isoformat(), "differing": len(differing)}
        ledger.record("national_portal.day.reconciled", by=by, facts=facts)
    return differing


def _turned_down(codes):
    """{code: state} of filings that were answered and never became a dossier here."""
    rows = models.Incoming.objects.filter(code__in=list(codes), kind="ho-so").order_by("turn")
    last = dict(rows.values_list("code", "state"))
    return {code: domain.NOT_RECEIVED for code, state in last.items() if state == "refused"}


def _differs(code, ours, theirs):
    return ours.get(code) != theirs.get(code)


def _difference(code, ours, theirs):
    waiting = models.Outgoing.objects.filter(code=code).exclude(state="sent").count()
    waiting += models.Incoming.objects.filter(code=code, state__in=["waiting", "parked"]).count()
    return {"code": code, "ours": ours.get(code), "theirs": theirs.get(code), "waiting": waiting}


def _counts(states):
    found = {}
    for state in states.values():
        found[str(state)] = found.get(str(state), 0) + 1
    return found


def compare_yesterday(now=None):
    """The worker's turn: yesterday once, and days of the last week that differed, each hour again.

    Returns   0, so that the worker waits
    """
    at = now or timezone.now()
    for on in _to_compare(at) if client.is_on() else ():
        try:
            compare(on, at=at)
        except errors.Unavailable:
            break
    return 0


def _to_compare(at):
    yesterday = at.astimezone(dates.HANOI).date() - timedelta(days=1)
    if not models.Day.objects.filter(on=yesterday).exists():
        yield yesterday
    again = models.Day.objects.filter(on__gt=yesterday - timedelta(days=7)).exclude(differing=[])
    again = again.filter(compared_at__lt=at - timedelta(hours=1))
    yield from again.order_by("on").values_list("on", flat=True)
