"""What the monitor of the exchange shows: counts, what waits for a person, days compared."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.rooms.national_portal import domain, models

PAGE = 100
KINDS = {
    "dossier": gettext_noop("Hồ sơ"),
    "state": gettext_noop("Trạng thái"),
    "payment": gettext_noop("Thanh toán"),
    "result": gettext_noop("Kết quả"),
    "ho-so": gettext_noop("Hồ sơ nộp trên Cổng"),
    "thanh-toan": gettext_noop("Thanh toán trên Cổng"),
    "bo-sung": gettext_noop("Bổ sung trên Cổng"),
    "rut": gettext_noop("Rút hồ sơ trên Cổng"),
    "danh-gia": gettext_noop("Đánh giá trên Cổng"),
}
NATIONAL = {
    1: gettext_noop("Mới đăng ký"),
    2: gettext_noop("Được tiếp nhận"),
    3: gettext_noop("Không được tiếp nhận"),
    4: gettext_noop("Đang xử lý"),
    5: gettext_noop("Yêu cầu bổ sung giấy tờ"),
    6: gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
    7: gettext_noop("Công dân yêu cầu rút hồ sơ"),
    8: gettext_noop("Dừng xử lý"),
    9: gettext_noop("Đã xử lý xong"),
    10: gettext_noop("Đã trả kết quả"),
}


@dataclass(frozen=True)
class Stopped:
    """One message that waits for a person."""

    id: int
    way: str
    code: str
    what: str
    at: datetime
    why: str
    behind: int


def monitor(*, by, at):
    """The exchange as it stands now.

    Raises    NotAllowed `access.not_permitted`
    """
    access.require(by, "national_portal.see_exchange")
    place = models.Place.objects.first()
    oldest = models.Outgoing.objects.filter(state="waiting").aggregate(at=Min("happened_at"))["at"]
    return {
        "is_on": bool(settings.HAIDANG_NATIONAL_PORTAL and settings.HAIDANG_NATIONAL_PORTAL_SECRET),
        "address": settings.HAIDANG_NATIONAL_PORTAL,
        "place": place,
        "is_silent": bool(place and place.error),
        "outgoing": _counts(models.Outgoing),
        "incoming": _counts(models.Incoming),
        "held": _held().count(),
        "oldest": oldest,
        "is_stuck": bool(oldest and at - oldest > timedelta(minutes=domain.MINUTES_UNTIL_STUCK)),
        "stopped": [*_refused(), *_parked()],
        "days": [_day(row) for row in models.Day.objects.order_by("-on")[:14]],
        "may_replay": access.may(by, "national_portal.replay"),
    }


def health():
    """How the exchange stands for `bin/haidang doctor`: (off, ok, warn or bad; found; what to do)."""
    if not settings.HAIDANG_NATIONAL_PORTAL:
        return "off", "off: HAIDANG_NATIONAL_PORTAL is not set", ""
    if not settings.HAIDANG_NATIONAL_PORTAL_SECRET:
        return "bad", "an address without a secret", "Set HAIDANG_NATIONAL_PORTAL_SECRET."
    stopped = models.Outgoing.objects.filter(state="refused").count()
    stopped += models.Incoming.objects.filter(state="parked").count()
    if stopped:
        return "warn", f"{stopped} messages wait for a person", "Open the monitor of the portal."
    place = models.Place.objects.first()
    if place and place.error:
        return "warn", f"does not answer: {place.error}", "Messages wait and are tried again."
    waiting = models.Outgoing.objects.filter(state="waiting").count()
    return "ok", f"{waiting} messages wait to be sent", ""


def _counts(model):
    return dict(model.objects.values_list("state").annotate(Count("pk")))


def _held():
    """Things that wait behind a refused one of the same dossier."""
    refused = models.Outgoing.objects.filter(
        code=OuterRef("code"), turn__lt=OuterRef("turn"), state="refused"
    )
    return models.Outgoing.objects.filter(Exists(refused), state="waiting")


def _refused():
    for row in models.Outgoing.objects.filter(state="refused").order_by("happened_at", "pk")[:PAGE]:
        behind = models.Outgoing.objects.filter(code=row.code, turn__gt=row.turn).count()
        what = _(KINDS[row.kind])
        if row.kind == "state":
            what = f"{what} {row.national_state} {_(NATIONAL[row.national_state])}"
        yield Stopped(row.pk, "gui", row.code, what, row.happened_at, row.error, behind)


def _parked():
    for row in models.Incoming.objects.filter(state="parked").order_by("number")[:PAGE]:
        behind = models.Incoming.objects.filter(code=row.code, turn__gt=row.turn).count()
        what = _(KINDS[row.kind]) if row.kind in KINDS else row.kind
        yield Stopped(row.pk, "nhan", row.code, what, row.came_at, row.error, behind)


def _day(row):
    states = sorted({*row.ours, *row.theirs}, key=int)
    return {
        "on": row.on,
        "compared_at": row.compared_at,
        "ours": sum(row.ours.values()),
        "theirs": sum(row.theirs.values()),
        "counts": [
            (_(NATIONAL.get(int(one), one)), row.ours.get(one, 0), row.theirs.get(one, 0))
            for one in states
        ],
        "differing": [
            one | {"ours": _state(one["ours"]), "theirs": _state(one["theirs"])}
            for one in row.differing
        ],
    }


def _state(state):
    return _("không có") if state is None else _(NATIONAL.get(state, str(state)))
