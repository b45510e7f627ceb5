"""What of a record is closed to whom, in plain words for the person."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import dates, errors
from haidang.rooms.health_record.domain import denials as rules
from haidang.rooms.health_record.fhir import denials as fhir
from haidang.rooms.health_record.selectors import words

PARTS = {
    "diagnoses": gettext_noop("Chẩn đoán và diễn biến bệnh"),
    "medicines": gettext_noop("Thuốc"),
    "results": gettext_noop("Kết quả xét nghiệm, đo và chụp chiếu"),
    "allergies": gettext_noop("Dị ứng"),
    "immunizations": gettext_noop("Tiêm chủng"),
    "visits": gettext_noop("Lượt khám, thủ thuật và lịch hẹn"),
    "papers": gettext_noop("Giấy tờ và tệp kèm theo"),
    "costs": gettext_noop("Chi phí và thanh toán"),
}


@dataclass(frozen=True)
class Closed:
    """One thing that is closed (một điều từ chối).

    id       of the Consent that says it
    whom     who does not see it; `but` who does all the same
    what     which parts, one line each
    since, until   dates as people read them, or ""
    note     what the person must know about it, or ""
    """

    id: str
    whom: str
    but: str
    what: tuple[str, ...]
    since: str
    until: str
    note: str = ""


def of(record, *, by):
    """Everything that is closed of an opened record now or later, the newest first."""
    consents = sorted(in_force(record, by=by), key=lambda one: one[0].at, reverse=True)
    named = {code for _stored, found in consents for each in found or () for code in (each.org, *each.but)}  # fmt: skip
    names = {code: one.name for code, one in places.find_facilities(named).items()}
    return [line for stored, found in consents for line in _lines(stored, found, names)]


def in_force(record, *, by):
    """(`Stored` Consent, its `access.Forbidden`) of those that close something and are not over.

    What a Consent from before cannot be held to is told as None.
    """
    with record.reopened(by):
        stored = records.compartment(record.person.rid, types=["Consent"])
    now, found = timezone.now(), []
    for one in stored:
        try:
            said = records.consents.forbidden(one.resource)
        except errors.HaidangError:
            found.append((one, None))
            continue
        if standing := [each for each in said if each.until is None or each.until > now]:
            found.append((one, standing))
    return found


def _lines(stored, found, names):
    said = fhir.said_at(stored.resource)[:10]
    if found is None:
        note = _("Điều từ chối này viết theo cách hệ thống không giữ được; hãy mở lại rồi viết lại ở đây.")  # fmt: skip
        return [Closed(stored.id, _("Không rõ"), "", (), dates.show(said), "", note)]
    scopes = {}
    for each in found:
        scopes.setdefault((each.but, each.types, each.labels, each.since, each.until), []).append(each.org)  # fmt: skip
    return [_line(stored.id, orgs, scope, said, names) for scope, orgs in scopes.items()]


def _line(id, orgs, scope, said, names):
    but, types, labels, since, until = scope
    return Closed(
        id=id,
        whom=", ".join(_("Mọi cơ sở") if org == access.EVERYBODY else names.get(org, org) for org in orgs),
        but=", ".join(names.get(org, org) for org in but),
        what=_what(types, labels),
        since=_day(since) or dates.show(said),
        until=_day(until and until - timedelta(microseconds=1)),
    )  # fmt: skip


def _day(moment):
    """The day of a moment here; an end is half-open, so the moment before it is meant."""
    return dates.show(timezone.localtime(moment).date().isoformat()) if moment else ""


def _what(types, labels):
    lines = []
    if types is not None:
        parts, left = rules.parts_of(records.TYPES[number - 1] for number in types)
        lines = [_(PARTS[part]) for part in parts]
        lines += [words.word(words.TYPES, kind) for kind in left]
    if labels is not None:
        label = _("Phần nhạy cảm: HIV, tâm thần, tình dục, chất gây nghiện, bạo lực và phần được đánh dấu kín")  # fmt: skip
        lines = [label, *lines]
    return tuple(lines) or (_("Toàn bộ hồ sơ"),)


def choices(record):
    """(facilities that the record names, all others), as pairs of code and name."""
    known = dict(sorted(record.places.items(), key=lambda pair: pair[1]))
    others = [(one.code, one.name) for one in places.facilities() if one.code not in known]
    return list(known.items()), others
