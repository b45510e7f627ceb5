"""The health of the city on one page, laid out as geometry; the template draws it as SVG."""

import math
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.kernel import systems
from haidang.rooms.plan.selectors import borders, figures, words

#: What is set beside the same span a year ago.
COMPARED = ("visits", "visits.outpatient", "visits.inpatient", "stay.days", "readmission.30d", "prescribing.antibiotics", "chronic.hypertension", "chronic.diabetes")  # fmt: skip
MONTHS = 13
#: What a facility's page shows of a quarter, and of the same quarter a year ago.
FACILITY = ("visits", "visits.outpatient", "visits.inpatient", "stay.days", "stay.bed_days", "stay.bed_use", "readmission.30d", "prescribing.antibiotics", "insurance.share", "spending.total", "spending.per_visit", "spending.own_share", "T15.1", "T2.1")  # fmt: skip
FACILITY_MONTHS = 24
PARTS = ("facility.causes", "facility.spending")
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
class Area:
    """One commune within its borders; `label` is where its name fits, or None."""

    path: str
    shade: int
    name: str
    said: str
    label: tuple | None
    short: str


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


def months(today, count=MONTHS):
    """The months that a page draws, oldest first, the running one last."""
    found = [analytics.period(f"{today:%Y-%m}")]
    while len(found) < count:
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
    yield [*FACILITY, *PARTS], quarter
    yield list(FACILITY), quarter.a_year_ago()
    yield from ((["visits"], month) for month in reversed(months(today, FACILITY_MONTHS)))


def city_page(today: date):
    """Everything of the page, from figures that are already computed."""
    quarter = quarter_of(today)
    visits, steps = analytics.figure("visits", quarter), _pyramid(quarter)
    return {
        "quarter": quarter,
        "visits": visits,
        **_map(visits),
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


def _map(visits):
    """The map of communes, shaded by visits per 1.000 people where the population is known:
    within their borders where those are loaded, else a circle at each centre."""
    units = places.communes()
    cells = {u.code: visits.cell("commune", u.code) for u in units}
    values = {u.code: _rate(u, cells.get(u.code)) for u in units}
    edges = _edges([v for v in values.values() if v is not None])
    shown = {
        u.code: (
            _shade(values[u.code], edges),
            u.full_name,
            _said(u, cells.get(u.code), values[u.code]),
        )  # fmt: skip
        for u in units
    }
    drawing = borders.drawing()
    if drawing:
        areas = [Area(o.path, *shown[code], o.label, o.name) for code, o in sorted(drawing.outlines.items()) if code in shown]  # fmt: skip
        return {
            "areas": areas,
            "frames": drawing.frames,
            "map_size": (borders.WIDTH, drawing.height),
            "legend": _legend(edges),
        }
    return {
        "spots": _spots(units, shown),
        "map_size": (_WIDTH, _HEIGHT),
        "legend": _legend(edges),
    }


def _legend(edges):
    """The classes of the map: (shade, words)."""
    if not edges:
        return []
    told = [words.rate(edge) for edge in edges]
    between = [_("{low} đến dưới {high}").format(low=a, high=b) for a, b in pairwise(told)]
    steps = [_("dưới {n}").format(n=told[0]), *between, _("từ {n}").format(n=told[-1])]
    return [*enumerate(steps, 1), (0, _("chưa có số, hoặc số quá nhỏ"))]


def _spots(units, shown):
    found = [u for u in units if u.latitude and u.longitude]
    put = _projection(found) if found else None
    return [Spot(*put(u), _radius(u), *shown[u.code]) for u in found]


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
    """Where one class ends and the next begins; none where no place would be below."""
    values = sorted(values)
    found = {values[len(values) * n // _SHADES] for n in range(1, _SHADES)} if values else set()
    return sorted(edge for edge in found if edge > values[0])


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
        n=words.number(cell.value), rate=words.rate(rate)
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
    men, women = (analytics.figure(code, quarter) for code in ("people.men", "people.women"))
    cells = [c for one in (men, women) for c in (one.cells or {}).get("age_band", ())]
    bands = sorted({c.key for c in cells} - {""}, key=_first_number, reverse=True)
    most = max([c.value or 0 for c in cells] or [0]) or 1
    pairs = [(band, *(one.cell("age_band", band) for one in (men, women))) for band in bands]
    return [_step(n, *pair, most) for n, pair in enumerate(pairs)]


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
    cells = (analytics.figure("visits.cause", quarter).cells or {}).get("cause", ())
    return bars([(c.key, c.value) for c in cells if c.value], cause)


def bars(pairs, named):
    """The largest of some (key, value) pairs: [(key, name, value in words, share of the largest)]."""
    found = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:_CAUSES]
    most = found[0][1] if found else 1
    return [(k, named(k), words.number(value), round(100 * value / most)) for k, value in found]


def cause(code):
    """What a group of ICD-10 is called."""
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
        "change": change(now.value, then.value, unit),
    }


def change(now, then, unit):
    """How a figure moved from one period to another: points for shares, else percent."""
    if now is None or then is None:
        return "–"
    if unit == "%":
        return _("{sign}{n} điểm").format(sign=_plus(now - then), n=words.number(now - then))
    if not then:
        return "–"
    moved = 100 * (now - then) / then
    return f"{_plus(moved)}{words.number(moved)} %"


def _plus(value):
    return "+" if value > 0 else ""
