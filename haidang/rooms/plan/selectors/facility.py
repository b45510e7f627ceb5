"""One facility on one page: its visits, causes, beds, money, completeness and problems of dossiers."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.exchange import api as exchange
from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors, systems
from haidang.rooms.plan import domain
from haidang.rooms.plan.selectors import city, figures, words

_PROBLEMS = 8
_LISTED = 200
#: Kinds that treat people, so that there is something to show.
_TREATING = ("general-hospital", "specialised-hospital", "health-centre", "polyclinic", "clinic", "commune-station", "maternity-home")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One figure of the facility beside last year's."""

    code: str
    title: str
    now: str
    then: str
    change: str
    has_value: bool


def choices(by, *, query="", kind=""):
    """The facilities that somebody may open: (all that treat people or one's own, whether cut short)."""
    if _sees_all(by):
        found = places.facilities(kind or None, query=query, active=True)
        found = [one for one in found if one.kind in _TREATING]
    else:
        own = places.facilities(codes=sorted(access.reached(by.org or "-")))
        found = [one for one in own if _may(by, one.code)]
    return found[:_LISTED], len(found) > _LISTED


def kinds():
    """Kinds to filter by: (code, name)."""
    return [(code, places.FACILITY_KINDS[code]) for code in _TREATING]


def sees_facilities(by):
    """Whether somebody may open the page of any facility: for links to it."""
    return _sees_all(by)


def facility_page(code, *, by, today: date):
    """Everything of a facility's page, from figures that are already computed.

    Raises    NotFound `plan.facility_unknown`, also where the asker may not see it
    """
    facility = places.find_facilities([code]).get(code)
    if facility is None or not (_sees_all(by) or _may(by, code)):
        raise errors.NotFound("plan.facility_unknown", _("Không có cơ sở này, hoặc bạn không phụ trách cơ sở này."))  # fmt: skip
    quarter = city.quarter_of(today)
    now = {one.indicator.code: one for one in analytics.figures(city.FACILITY, quarter, breakdown="facility")}  # fmt: skip
    then = analytics.figures(city.FACILITY, quarter.a_year_ago(), breakdown="facility")
    lines = {a.indicator.code: _line(a, b, code) for a, b in zip(now.values(), then, strict=True)}
    return {
        "facility": facility,
        "commune": places.find_unit(facility.commune) if facility.commune else None,
        "quarter": quarter,
        "data_at": now["visits"].data_at,
        "tiles": [
            lines[each] for each in ("visits", "stay.bed_use", "readmission.30d", "insurance.share")
        ],  # fmt: skip
        "lines": [line for each, line in lines.items() if each not in ("T15.1", "T2.1")],
        "complete": [lines["T15.1"], lines["T2.1"]],
        "months": _months(code, today),
        "causes": city.bars(_parts("facility.causes", quarter, code), city.cause),
        "spending": city.bars(_parts("facility.spending", quarter, code), _cost_group),
        "problems": _problems(code),
    }


def _sees_all(by):
    return access.may(by, "plan.see_facility", org=domain.DEPARTMENT)


def _may(by, code):
    return access.may(by, "plan.see_facility", org=code)


def _line(now, then, code):
    unit = now.indicator.unit
    mine, before = (_of(one, code) for one in (now, then))
    return Line(
        now.indicator.code,
        _title(now.indicator),
        words.figure(mine, unit),
        words.figure(before, unit),
        city.change(mine.value, before.value, unit),
        mine.value is not None,
    )


def _of(found, code):
    """The facility's own cell; what no cell tells is said as it is, never as the city's."""
    return figures.own_cell(found, "facility", code)


def _title(indicator):
    return indicator.title if _vietnamese() else indicator.title_en


def _vietnamese():
    return (get_language() or "vi").startswith("vi")


def _months(code, today):
    """Visits of the last twelve months, and of the twelve before laid over them; [] when unknown."""
    found = analytics.cell_series("visits", city.months(today, city.FACILITY_MONTHS), "facility", code)  # fmt: skip
    half = len(found) // 2
    shown = [_points(found[half:], 0), _points(found[:half], 1)]
    names = (_("12 tháng qua"), _("12 tháng trước đó"))
    return [pair for pair in zip(names, shown, strict=True) if pair[1]] if shown[0] else []


def _points(pairs, years):
    return [(p.start.replace(year=p.start.year + years), c.value) for p, c in pairs if c and c.value is not None]  # fmt: skip


def _parts(indicator, quarter, code):
    """(key, value) of the facility's own cells of a composite breakdown."""
    (found,) = analytics.figures([indicator], quarter, breakdown="category")
    cells = (found.cells or {}).get("category", ())
    own = ((c.key.partition("/"), c.value) for c in cells)
    return [(key, value) for (facility, _slash, key), value in own if facility == code and value]


def _cost_group(code):
    found = terminology.lookup(systems.codes("cost-group"), code)
    return found.display_vi if found else code


def _problems(code):
    """Rules that its dossiers still break: (words, dossiers, whether they were refused for it)."""
    found = exchange.groups(senders=[code], limit=_PROBLEMS)
    return [(one.vi if _vietnamese() else one.en, one.dossiers, one.severity == "error", one.code) for one in found]  # fmt: skip
