"""The person banner: who this is, and what could harm them."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.kernel import dates
from haidang.rooms.health_record.selectors import words


@dataclass(frozen=True)
class Banner:
    """What `ui/components/person_banner.html` shows (dải thông tin)."""

    name: str
    age_text: str
    sex_text: str
    birth_date_text: str
    masked_id: str
    insurance_text: str
    insurance_kind: str
    allergies: list
    alerts: list


def of(record):
    """The banner of an opened record."""
    who = record.who
    insurance_text, insurance_kind = insurance(record)
    return Banner(
        name=who.name,
        age_text=words.age(who),
        sex_text=words.sex(who.sex),
        birth_date_text=dates.show(who.birth_date),
        masked_id=record.person.masked.get("citizen", ""),
        insurance_text=insurance_text,
        insurance_kind=insurance_kind,
        allergies=_allergies(record),
        alerts=_alerts(record),
    )


def _allergies(record):
    """What is to be kept away from the person: not what is over, was wrong, or says that there is none."""
    present = [one for one in record.of("AllergyIntolerance") if one.standing == "present"]
    return list(dict.fromkeys(one.name or _("chưa rõ tác nhân") for one in present))


def insurance(record):
    """State of the insurance in words, and the kind of its badge."""
    cards = sorted(record.of("Coverage"), key=lambda card: (card.end or "9999", card.at or ""))
    if not cards:
        return _("Chưa có thẻ BHYT"), "neutral"
    last = cards[-1]
    if last.end is None:
        return _("Có thẻ BHYT"), "ok"
    day = {"day": dates.show(last.end)}
    if last.end >= timezone.localdate().isoformat():
        return _("BHYT đến %(day)s") % day, "ok"
    return _("BHYT hết hạn %(day)s") % day, "bad"


def _alerts(record):
    alerts = []
    if record.who.deceased:
        day = dates.show(record.who.deceased) if record.who.deceased != "yes" else ""
        alerts.append({"kind": "neutral", "label": _("Đã mất %(day)s") % {"day": day}})
    if record.ground == "emergency":
        alerts.append({"kind": "bad", "label": _("Đang mở khẩn cấp")})
    if record.withheld:
        alerts.append({"kind": "warn", "label": _("Có phần người bệnh không chia sẻ")})
    return alerts
