"""Lists that hold no people, as rows: what a data set with a `listing` source is made of."""

import functools
from pathlib import Path

from django.utils import translation

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.kernel import yamlfile
from haidang.rooms.open_data.domain import datasets

_PROCEDURES = Path(__file__).resolve().parents[2] / "procedures" / "data" / "catalogue"


def rows(name):
    """The rows of a listing, in Vietnamese whatever the language of the asker."""
    with translation.override("vi"):
        return list(_LISTINGS[name]())


def known():
    """Names of the listings."""
    return set(_LISTINGS)


def _communes():
    for unit in sorted(places.communes(), key=lambda unit: unit.code):
        yield {
            "commune_code": unit.code,
            "commune": unit.full_name,
            "kind": unit.type_vi,
            "population": unit.population,
            "area_km2": float(unit.area_km2) if unit.area_km2 is not None else None,
            "latitude": unit.latitude,
            "longitude": unit.longitude,
        }


def _facilities():
    for one in sorted(places.facilities(), key=lambda one: one.code):
        unit = places.find_unit(one.commune) if one.commune else None
        yield {
            "facility_code": one.code,
            "facility": one.name,
            "kind": str(one.kind_name),
            "level": str(one.level_name),
            "commune_code": one.commune or None,
            "commune": unit.full_name if unit else None,
            "active": one.active,
        }


def _indicators():
    for one in analytics.indicators():
        yield {
            "code": one.code,
            "version": one.version,
            "indicator": one.title,
            "indicator_en": one.title_en,
            "unit": one.unit,
            "numerator": one.numerator,
            "denominator": one.denominator or None,
            "why": one.why,
            "owner": one.owner,
            "source": one.source,
            "next_review": one.next_review,
        }


def _procedures():
    """A procedure is a file of the room of procedures, which brings no door of its own."""
    for one in _files():
        unit = datasets.TERM_UNITS[one.get("term_unit", "working_day")]
        yield {
            "code": one["code"],
            "procedure": one["name"],
            "sector": one["sector"],
            "level": one.get("level", "full"),
            "term": f"{one['term']} {unit}" if one.get("term") else None,
            "fee_vnd": one.get("fee_vnd") or 0,
        }


@functools.cache
def _files():
    found = [yamlfile.read(path) for path in sorted(_PROCEDURES.glob("*.yaml"))]
    return sorted(found, key=lambda one: one["code"])


_LISTINGS = {
    "communes": _communes,
    "facilities": _facilities,
    "indicators": _indicators,
    "procedures": _procedures,
}
