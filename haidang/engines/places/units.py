"""Administrative units, read from a picture in memory (about 4,000 of them, 30 ms to load)."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from haidang.engines.places import models
from haidang.kernel import errors, text

HAI_PHONG = "31"
PROVINCE_KINDS = ("province", "city")

#: Seconds after which another process's load is noticed.
FRESH = 10


@dataclass(frozen=True)
class Unit:
    """One administrative unit in one period of its life (đơn vị hành chính).

    kind        province, city, ward, commune, special-zone, town, and of the former tier
                district, urban-district, district-town, district-city
    successors  codes of today's units that took it in, main part first; empty for one of today
    """

    code: str
    kind: str
    type_vi: str
    name: str
    parent: str = ""
    latitude: float | None = None
    longitude: float | None = None
    area_km2: object = None
    population: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple = ()
    search: str = field(default="", repr=False)

    @property
    def full_name(self):
        """`Phường Hồng Bàng`, `Thành phố Hải Phòng`."""
        return f"{self.type_vi} {self.name}"

    @property
    def is_former(self):
        """Whether the unit no longer exists."""
        return self.valid_to is not None


@dataclass(frozen=True)
class Successor:
    """One of today's units that took a former unit in, and how much of it."""

    unit: Unit
    extent: str


class Atlas:
    """All units and successions as they were loaded."""

    def __init__(self):
        self.by_code = defaultdict(list)
        self.by_parent = defaultdict(list)
        self.successions = defaultdict(list)
        self.predecessors = defaultdict(list)
        for link in models.Succession.objects.order_by("id"):
            self.successions[link.former].append((link.successor, link.extent))
            self.predecessors[link.successor].append(link.former)
        for row in models.Unit.objects.defer("border").order_by("code"):
            unit = self._unit(row)
            self.by_code[unit.code].append(unit)
            self.by_parent[unit.parent].append(unit)

    def _unit(self, row):
        successors = ()
        if row.valid_to:
            order = {"whole": 0, "main-part": 0, "part": 1}
            links = sorted(self.successions[row.code], key=lambda link: order.get(link[1], 2))
            successors = tuple(code for code, _ in links)
        names = [f.name for f in models.Unit._meta.fields if f.name in Unit.__dataclass_fields__]
        return Unit(**{name: getattr(row, name) for name in names}, successors=successors)


_atlas = None
_stamp = None
_checked = 0.0


def atlas():
    """The picture in memory, made again when something else was loaded."""
    global _atlas, _stamp, _checked
    if _atlas is None or time.monotonic() - _checked > FRESH:
        stamp = models.Load.objects.aggregate(latest=Max("loaded_at"))["latest"]
        if _atlas is None or stamp != _stamp:
            _atlas, _stamp = Atlas(), stamp
        _checked = time.monotonic()
    return _atlas


def forget():
    """Drop the picture: the next reader makes a new one."""
    global _atlas
    _atlas = None


def unit(code, *, on=None):
    """A unit by its code: the one in force on `on`; without a day today's, else the former one.

    Raises    NotFound `places.unit_unknown` (facts: unit)
    """
    candidates = atlas().by_code.get(code, [])
    if on is not None:
        candidates = [u for u in candidates if _in_force(u, on)]
    if not candidates:
        raise errors.NotFound(
            "places.unit_unknown", _("Không có đơn vị hành chính này."), unit=code
        )
    return max(candidates, key=lambda u: (u.valid_to is None, u.valid_from or date.min))


def find_unit(code, *, on=None):
    """As `unit`, but None when there is none: for codes written by others."""
    try:
        return unit(code, on=on)
    except errors.NotFound:
        return None


def units(parent=HAI_PHONG, *, on=None):
    """The units right below `parent`, in force on `on` (today's when absent), by name."""
    found = atlas().by_parent.get(parent, [])
    kept = [u for u in found if (_in_force(u, on) if on else not u.is_former)]
    return sorted(kept, key=lambda u: (u.search, u.code))


def communes():
    """The 114 communes, wards and special zones of today's Hải Phòng."""
    return units(HAI_PHONG)


def provinces():
    """The 34 provinces and cities of today."""
    return units("")


def province(code, *, on=None):
    """A province or city by its code; a code of before 2025-07-01 gives the former one.

    Raises    NotFound `places.unit_unknown`
    """
    found = unit(code, on=on)
    if found.kind not in PROVINCE_KINDS:
        raise errors.NotFound("places.unit_unknown", _("Không có tỉnh, thành phố này."), unit=code)
    return found


def today(code):
    """The units of today that a unit's code of 2024 means, main part first.

    A code that only exists today gives that unit itself. A code that existed then and is used
    again today is read as the former one: an address of 2024 must resolve.
    """
    return [successor.unit for successor in successors(code)]


def successors(code):
    """As `today`, with the extent: whole, main-part, part, or same."""
    former = [u for u in atlas().by_code.get(code, []) if u.is_former]
    if former:
        links = dict(atlas().successions[code])
        return [Successor(unit(c), links[c]) for c in former[0].successors]
    return [Successor(unit(code), "same")]


def predecessors(code):
    """The former units that today's unit was formed from, by name."""
    found = [_former(c) for c in atlas().predecessors.get(code, [])]
    return sorted((u for u in found if u), key=lambda u: u.search)


def _former(code):
    return next((u for u in atlas().by_code.get(code, []) if u.is_former), None)


def address(code):
    """`Phường Hồng Bàng, Thành phố Hải Phòng`: a unit with everything above it."""
    parts, current, seen = [], find_unit(code), set()
    while current and current.code not in seen:
        seen.add(current.code)
        parts.append(current.full_name)
        current = find_unit(current.parent, on=current.valid_from) if current.parent else None
    return ", ".join(parts)


def search_units(query, *, limit=20):
    """Units whose name or code holds every word, marks or not: today's first, Hải Phòng first."""
    words = text.fold(query).split()
    if not words:
        return []
    every = (u for group in atlas().by_code.values() for u in group)
    found = [u for u in every if all(word in u.search or word == u.code for word in words)]
    folded = " ".join(words)
    found.sort(key=lambda u: (u.is_former, u.parent != HAI_PHONG, folded not in u.search, u.search))
    return found[:limit]


def border(code):
    """The GeoJSON geometry of today's unit, or None when borders are not loaded."""
    row = models.Unit.objects.filter(code=code, valid_to=None).values_list("border", flat=True)
    return row.first()


def borders():
    """The borders of today's communes as a GeoJSON FeatureCollection (empty when not loaded)."""
    rows = models.Unit.objects.filter(border__isnull=False, valid_to=None).order_by("code")
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "properties": {"code": row.code, "name": row.name, "population": row.population},
            "geometry": row.border,
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def borders_version():
    """Changes when something was loaded: for those who keep what they made of the borders."""
    atlas()
    return _stamp


def _in_force(unit, on):
    starts = unit.valid_from is None or unit.valid_from <= on
    return starts and (unit.valid_to is None or on < unit.valid_to)
