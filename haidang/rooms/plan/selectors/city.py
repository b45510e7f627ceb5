"""The health of the city on one page, laid out as geometry; the template draws it as SVG."""

import math
import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.kernel import systems
from haidang.rooms.plan.selectors import figures, words

#: What is set beside the same span a year ago.
COMPARED = ("visits", "visits.outpatient", "visits.inpatient", "stay.days", "readmission.30d", "prescribing.antibiotics", "chronic.hypertension", "chronic.diabetes")  # fmt: skip
MONTHS = 13
_WIDTH, _HEIGHT, _EDGE = 640, 470, 22
_CAUSES = 10
_SHADES = 5


@dataclass(frozen=True)
class Spot:
    """One commune on the map; `shade` from 0 (no figure) to 5."""

    x: float
    y: float
    r: float
    shade: int
    name: str
    said: str


@dataclass(frozen=True)
class Step:
    """One age band of the pyramid; lengths in units of the drawing."""

    label: str
    y: float
    men: str
    women: str
    men_width: float
    men_x: float
    women_width: float

    @property
    def text_y(self):
        return self.y + 13


def months(today):
    """The months that the page draws, oldest first, the running one last."""
    found = [analytics.period(f"{today:%Y-%m}")]
    while len(found) < MONTHS:
        found.insert(0, found[0].before())
    return found


def quarter_of(today):
    """The last quarter that has ended."""
    return analytics.period(f"{today.year}-Q{(today.month + 2) // 3}").before()


def watched(today):
    """Pairs of codes and period that the page needs; the worker keeps them computed."""
    quarter = quarter_of(today)
    yield list(COMPARED) + ["visits.cause", "people.men", "people.women"], quarter
    yield list(COMPARED), quarter.a_year_ago()
    yield from ((["visits"], month) for month in reversed(months(today)))


def city_page(today: date):
    """Everything of the page, from figures that are already computed."""
    quarter = quarter_of(today)
    visits, steps = analytics.figure("visits", quarter), _pyramid(quarter)
    return {
        "quarter": quarter,
        "visits": visits,
        "spots": _spots(visits),
        "map_size": (_WIDTH, _HEIGHT),
        "map_table": _map_table(visits),
        "months": _months(today),
        "pyramid": steps,
        "pyramid_height": 30 + _STEP * len(steps),
        "causes": _causes(quarter),
        "compared": _compared(quarter),
    }


def _months(today):
    found = analytics.series("visits", months(today))
    return [(one.period.start, one.value) for one in found if one.value is not None]


def _spots(visits):
    """Every commune at its centre, shaded by visits per 1.000 people where the population is known."""
    cells = {c.key: c for c in (visits.cells or {}).get("commune", ())}
    found = [u for u in places.communes() if u.latitude and u.longitude]
    if not found:
        return []
    put = _projection(found)
    values = {u.code: _rate(u, cells.get(u.code)) for u in found}
    edges = _edges([v for v in values.values() if v is not None])
    return [
        Spot(
            *put(u),
            _radius(u),
            _shade(values[u.code], edges),
            u.full_name,
            _said(u, cells.get(u.code), values[u.code]),
        )  # fmt: skip
        for u in found
    ]


def _projection(found):
    """Degrees to the drawing; places far out at sea are drawn at its edge, so that land has room."""
    wests = sorted(u.longitude for u in found)
    norths = sorted(u.latitude for u in found)
    cut = max(len(found) // 50, 0)
    west, east = wests[0], wests[-1 - cut]
    south, north = norths[cut], norths[-1]
    scale = min((_WIDTH - 2 * _EDGE) / ((east - west) * math.cos(math.radians(south)) or 1), (_HEIGHT - 2 * _EDGE) / ((north - south) or 1))  # fmt: skip

    def put(unit):
        x = _EDGE + (unit.longitude - west) * math.cos(math.radians(south)) * scale
        y = _EDGE + (north - unit.latitude) * scale
        return round(min(x, _WIDTH - _EDGE), 1), round(min(y, _HEIGHT - _EDGE), 1)

    return put


def _radius(unit):
    return round(4 + 5 * math.sqrt((unit.population or 30000) / 60000), 1)


def _rate(unit, cell):
    if cell is None or cell.value is None:
        return None
    return cell.value / unit.population * 1000 if unit.population else cell.value


def _edges(values):
    values = sorted(values)
    return [values[len(values) * n // _SHADES] for n in range(1, _SHADES)] if values else []


def _shade(value, edges):
    return 0 if value is None else 1 + sum(value >= edge for edge in edges)


def _said(unit, cell, rate):
    if cell is None:
        return _("chưa có lượt khám")
    if cell.value is None:
        return _("số quá nhỏ nên được giấu")
    if not unit.population:
        return _("{n} lượt khám").format(n=words.number(cell.value))
    return _("{n} lượt khám, {rate} lượt trên 1.000 dân").format(
        n=words.number(cell.value), rate=words.number(rate)
    )


def _map_table(visits):
    found = []
    for cell in (visits.cells or {}).get("commune", ()):
        unit = places.find_unit(cell.key)
        if unit and unit.parent == places.HAI_PHONG:
            found.append((unit.full_name, cell.value, _said(unit, cell, _rate(unit, cell))))
    found.sort(key=lambda one: -(one[1] or 0))
    return [(name, said) for name, _value, said in found]


_STEP, _HALF, _MIDDLE = 20, 140, 180


def _pyramid(quarter):
    men, women = (
        {c.key: c for c in (analytics.figure(code, quarter).cells or {}).get("age_band", ())}
        for code in ("people.men", "people.women")
    )
    bands = sorted({*men, *women} - {""}, key=_first_number, reverse=True)
    most = max([c.value or 0 for c in (*men.values(), *women.values())] or [0]) or 1
    return [_step(n, band, men.get(band), women.get(band), most) for n, band in enumerate(bands)]


def _first_number(band):
    found = re.search(r"\d+", band)
    return int(found[0]) if found else -1


def _step(n, band, men, women, most):
    left, right = (_HALF * ((c.value if c else 0) or 0) / most for c in (men, women))
    return Step(
        band,
        n * _STEP + 24,
        _count(men),
        _count(women),
        round(left, 1),
        round(_MIDDLE - 34 - left, 1),
        round(right, 1),
    )


def _count(cell):
    if cell is None:
        return "0"
    return words.number(cell.value) if cell.value is not None else _("giấu")


def _causes(quarter):
    cells = [c for c in (analytics.figure("visits.cause", quarter).cells or {}).get("cause", ()) if c.value]  # fmt: skip
    cells.sort(key=lambda c: (-c.value, c.key))
    most = cells[0].value if cells else 1
    return [(c.key, _cause(c.key), words.number(c.value), round(100 * c.value / most)) for c in cells[:_CAUSES]]  # fmt: skip


def _cause(code):
    found = terminology.lookup(systems.ICD10, code)
    return found.display_vi if found else code


def _compared(quarter):
    now = analytics.figures(COMPARED, quarter)
    then = analytics.figures(COMPARED, quarter.a_year_ago())
    return [_pair(a, b) for a, b in zip(now, then, strict=True)]


def _pair(now, then):
    unit = now.indicator.unit
    return {
        "code": now.indicator.code,
        "title": now.indicator.title,
        "now": words.figure(figures.shown_of_city(now), unit),
        "then": words.figure(figures.shown_of_city(then), unit),
        "change": _change(now.value, then.value, unit),
    }


def _change(now, then, unit):
    if now is None or then is None:
        return "–"
    if unit == "%":
        return _("{sign}{n} điểm").format(sign=_plus(now - then), n=words.number(now - then))
    if not then:
        return "–"
    change = 100 * (now - then) / then
    return f"{_plus(change)}{words.number(change)} %"


def _plus(value):
    return "+" if value > 0 else ""
