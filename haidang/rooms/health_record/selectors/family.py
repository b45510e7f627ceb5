"""What a person sees of their own and their family's records, in plain words."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.rooms.health_record.domain import results as rules
from haidang.rooms.health_record.domain import summaries
from haidang.rooms.health_record.selectors import pages, words
from haidang.ui import charts, wording


@dataclass(frozen=True)
class Member:
    """One card of the family (người trong gia đình)."""

    id: str
    name: str
    text: str
    signs: list


def members(by):
    """The records that a person may open: the own one first, then the family, youngest first."""
    own = f"Patient/{by.patient}" if by.patient else None
    refs = {f"Patient/{one}" for one in access.family_of(by.account)} | ({own} - {None})
    found = [one for one in people.persons(refs).values() if not one.merged_into]
    found.sort(key=lambda one: one.birth_date or "", reverse=True)
    found.sort(key=lambda one: one.ref != own)
    return [
        Member(
            one.id,
            one.name,
            ", ".join(
                filter(None, (_("Bạn") if one.ref == own else "", wording.age_text(one.birth_date)))
            ),
            [],
        )
        for one in found
    ]


CHAPTERS = 12


def story(record, *, is_own, start=0):
    """Visits as sentences, the newest first: when, where, what for, what was given."""
    visits = sorted(record.of("Encounter"), key=lambda v: v.at or "", reverse=True)
    visits = visits[start : start + CHAPTERS]
    medicines = {}
    for one in record.of("MedicationRequest"):
        medicines.setdefault(one.visit, []).append(one.name)
    who = _("Bạn") if is_own else record.who.name
    return [_chapter(record, who, visit, medicines.get(visit.ref, ())) for visit in visits]


def _chapter(record, who, visit, medicines):
    stayed = visit.kind == "IMP"
    when = words.when(visit) if stayed else words.day(visit.at)
    told = {"who": who, "when": when, "place": record.place(visit)}
    if stayed:
        title = _("%(who)s nằm viện %(when)s tại %(place)s") % told
    else:
        title = _("%(who)s được khám ngày %(when)s tại %(place)s") % told
    found = ", ".join(visit.diagnoses) or visit.conclusion
    several = {"names": ", ".join(dict.fromkeys(medicines))}
    lines = [
        _("Lý do: %(reason)s.") % {"reason": visit.reason.rstrip(".")} if visit.reason else "",
        _("Bác sĩ ghi nhận: %(found)s.") % {"found": found} if found else "",
        _("Thuốc được kê: %(names)s.") % several if medicines else "",
    ]
    return {"title": title, "lines": [line for line in lines if line], "emergency": visit.emergency}


def medicines(record):
    """Medicines that may still be taken, then earlier ones, with how to take them."""
    today = timezone.localdate()
    groups = summaries.medicines(record.of("MedicationRequest", "MedicationStatement"))
    lines = [(_medicine(group), summaries.is_current(group.last, today)) for group in groups]
    return [line for line, now in lines if now], [line for line, now in lines if not now]


def _medicine(group):
    last = group.last
    how = ", ".join(dict.fromkeys(one for one in (last.dose, last.how) if one))
    return pages.Line(
        title=words.medicine(last),
        text=_("Cách dùng: %(how)s") % {"how": how} if how else _("Dùng theo lời dặn của bác sĩ"),
        when=words.day(last.at),
        count=last.quantity,
    )


def results(record):
    """The newest result of each test with what it means, and a trend where numbers repeat."""
    return [_result(series) for series in rules.series(record.measurements)]


def _result(series):
    last, reference = series.last, series.range
    points = series.points[-12:]
    kind, label = words.level(last)
    return {
        "line": pages.Line(
            title=series.name,
            value=last.text,
            when=words.day(last.at),
            range=words.range_text(reference, series.unit),
            text=words.word(words.MEANINGS, last.level) if last.level else "",
            badge_kind=kind or ("ok" if last.level else ""),
            badge_label=label or (words.word(words.LEVELS, last.level) if last.level else ""),
        ),
        "spark": charts.spark(values=[float(n) for _at, n in points], label=series.name)
        if len(points) > 1
        else None,
    }
