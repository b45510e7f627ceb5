"""The parts of a person's page: problems, medicines, results, papers, visits, who looked."""

from dataclasses import dataclass, replace

import nh3
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.places import api as places
from haidang.kernel import errors, money
from haidang.rooms.health_record.domain import results as rules
from haidang.rooms.health_record.domain import summaries
from haidang.rooms.health_record.selectors import words
from haidang.ui import charts

_TEXT = {"p", "br", "b", "i", "strong", "em", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "div", "span"}  # fmt: skip


def doubts(person, *, by, url_of):
    """Addresses of the pairs in which this person stands, for who may look at them."""
    if not by.can("identity_review.see_duplicates"):
        return []
    return [url for pair in people.duplicates_of(person.rid) if (url := url_of(pair.id))]


NUMBERS = {
    "citizen": gettext_noop("Số định danh"),
    "social": gettext_noop("Mã số BHXH"),
    "card": gettext_noop("Thẻ BHYT"),
    "old_id": gettext_noop("CMND cũ"),
    "passport": gettext_noop("Hộ chiếu"),
}


@dataclass(frozen=True)
class Line:
    """One line of a list of the record, ready to be shown."""

    title: str
    text: str = ""
    when: str = ""
    place: str = ""
    url: str = ""
    badge_kind: str = ""
    badge_label: str = ""
    count: str = ""
    value: str = ""
    unit: str = ""
    range: str = ""
    spark: tuple = ()
    ref: str = ""


def problems(record):
    """Problems, each once, with how often and how long it was told."""
    visits = _visits(record)
    return [
        Line(
            title=group.name,
            text=group.last.code,
            when=words.day(group.last.at),
            place=_place(record, visits, group.last),
            count=words.times(group.times),
            value=words.day(group.first_at),
        )
        for group in summaries.problems(record.of("Condition"))
    ]


def medicines(record):
    """(perhaps still taken, earlier) medicines, each substance and strength once."""
    visits, today = _visits(record), timezone.localdate()
    now, earlier = [], []
    for group in summaries.medicines(record.of("MedicationRequest", "MedicationStatement")):
        last = group.last
        told = (last.dose, last.how, last.quantity)
        line = Line(
            title=words.medicine(last),
            text=", ".join(dict.fromkeys(one for one in told if one)),
            when=words.day(last.at),
            place=_place(record, visits, last),
            count=words.times(group.times),
        )
        (now if summaries.is_current(last, today) else earlier).append(line)
    return now, earlier


def results(record, url_of):
    """One line a test: the newest value, its range, and a spark line where numbers repeat.

    url_of    address of one series by its key
    """
    return [_series_line(series, url_of) for series in rules.series(record.measurements)]


def _series_line(series, url_of):
    last = series.last
    kind, label = words.level(last)
    numbers = tuple(float(number) for _at, number in series.points[-24:])
    return Line(
        title=series.name,
        value=last.text,
        range=words.range_text(series.range, series.unit),
        when=words.day(last.at),
        badge_kind=kind,
        badge_label=label,
        count=words.times(len(series.results)) if len(series.results) > 1 else "",
        spark=numbers if len(numbers) > 1 else (),
        url=url_of(series.key),
    )


def one_series(record, key):
    """One test over time: its trend chart and every value, newest first.

    Raises    NotFound `health_record.no_series`
    """
    found = next((s for s in rules.series(record.measurements) if s.key == key), None)
    if found is None:
        raise errors.NotFound("health_record.no_series", _("Hồ sơ này không có xét nghiệm đó."))
    reference, visits = found.range, _visits(record)
    chart = None
    if len(found.points) > 1:
        chart = charts.trend(
            label=found.name,
            points=found.points,
            unit=found.unit,
            low=_float(reference.low),
            high=_float(reference.high),
        )
    lines = [_value_line(record, visits, one) for one in reversed(found.results)]
    return {"name": found.name, "unit": found.unit, "chart": chart, "lines": lines,
            "general": reference.general, "range": words.range_text(reference, found.unit)}  # fmt: skip


def _value_line(record, visits, result):
    kind, label = words.level(result)
    return Line(
        title=words.day(result.at),
        value=result.text,
        range=words.range_text(result.range, result.unit),
        place=_place(record, visits, result),
        badge_kind=kind,
        badge_label=label,
        text=words.word(words.MEANINGS, result.level) if result.level else "",
    )


def _float(value):
    return None if value is None else float(value)


def papers_of(record):
    """How many papers there are."""
    return len(summaries.papers(record.of("Composition", "DocumentReference")))


def papers(record, url_of):
    """Papers and documents, newest first."""
    visits = _visits(record)
    found = record.of("Composition", "DocumentReference")
    return [
        Line(
            title=paper.title or _("Giấy tờ"),
            text=paper.number,
            when=words.day(paper.at),
            place=_place(record, visits, paper),
            url=url_of(paper.ref),
        )
        for paper in summaries.papers(found)
    ]


def paper(record, ref):
    """One paper, its text cleaned for showing.

    Raises    NotFound `health_record.no_paper`
    """
    found = next((p for p in record.of("Composition", "DocumentReference") if p.ref == ref), None)
    if found is None:
        raise errors.NotFound("health_record.no_paper", _("Hồ sơ này không có giấy tờ đó."))
    sections = tuple(replace(one, html=clean(one.html)) for one in found.sections)
    return {
        "paper": replace(found, sections=sections),
        "facts": [*_paper_facts(record, found)],
        "person_facts": _paper_person(record),
    }


def clean(html):
    """Narrative as safe HTML: text, lists and tables, nothing that runs or loads."""
    # Cleaned by nh3 against a closed list of tags without attributes.
    return mark_safe(nh3.clean(html, tags=_TEXT, attributes={}))  # noqa: S308


def _paper_facts(record, found):
    yield _("Nơi cấp"), _place(record, _visits(record), found)
    yield _("Ngày"), words.day(found.at)
    yield _("Số"), found.number
    yield _("Người ký"), found.signer
    yield _("Người lập"), found.author
    for name, value in found.facts:
        shown = (
            " – ".join(words.day(part) for part in value.split("/")) if name == "leave" else value
        )
        yield words.word(words.FACTS, name), shown


def _paper_person(record):
    who = record.who
    return [
        (_("Họ và tên"), who.name),
        (_("Ngày sinh"), words.day(who.birth_date)),
        (_("Giới tính"), words.sex(who.sex)),
        (_("Địa chỉ"), who.address),
    ]


def visits(record, url_of):
    """Visits, newest first, with what each cost."""
    costs = {cost.ref: cost for cost in record.of("Invoice")}
    found = sorted(record.of("Encounter"), key=lambda v: v.at or "", reverse=True)
    return [
        Line(
            title=words.visit_title(visit),
            text=words.short(visit.outcome or visit.reason),
            when=words.when(visit),
            place=record.place(visit),
            value=_total(costs.get(visit.account)),
            url=url_of(visit.ref),
        )
        for visit in found
    ]


def _total(cost):
    return money.show(cost.total) if cost and cost.total is not None else ""


def facts(record):
    """The administrative facts of a person, for the side of the page."""
    who = record.who
    return [
        (_("Điện thoại"), who.phone),
        (_("Địa chỉ"), who.address),
        *(
            (words.word(NUMBERS, kind), shown)
            for kind, shown in record.person.masked.items()
            if kind in NUMBERS
        ),
        (_("Hồ sơ đầy đủ"), f"{record.person.completeness.percent} %"),
        *([(_("Gộp từ"), words.records(len(record.person.faces)))] if record.person.faces else []),
    ]


def looks(person, *, before=None, limit=50):
    """Who looked at a person, newest first; the records merged into it count as well."""
    found = []
    for ref in (person.ref, *person.faces):
        found += ledger.looks_at(ref, before=before, limit=limit)
    found = sorted(found, key=lambda look: look.seq, reverse=True)[:limit]
    names = places.find_facilities({look.org for look in found if look.org})
    lines = [_look_line(look, names) for look in found]
    return lines, (found[-1].seq if len(found) == limit else None)


def _look_line(look, names):
    place = names[look.org].name if look.org in names else look.org or ""
    kind = "bad" if not look.allowed else "warn" if look.purpose == "emergency" else ""
    label = _("Bị từ chối") if not look.allowed else _("Khẩn cấp") if kind else ""
    told = look.reason if look.purpose == "emergency" else ""
    return Line(
        title=look.by_name or _("Không rõ"),
        when=look.at,
        place=place,
        text=words.look(look.what or ""),
        value=words.word(words.PURPOSES, look.purpose),
        badge_kind=kind,
        badge_label=label,
        range=told if told not in ("emergency", None) else "",
    )


def _visits(record):
    return {visit.ref: visit for visit in record.of("Encounter")}


def _place(record, visits_, part):
    visit = visits_.get(part.visit)
    return record.place(visit) if visit else ""
