"""The marts of the house itself: communes and facilities."""

from haidang.engines.analytics.engines.marts import mart
from haidang.engines.places import api as places


@mart("commune")
def communes():
    for unit in places.communes():
        yield {"code": unit.code, "name": unit.name, "kind": unit.kind}


@mart("facility")
def facilities():
    for each in places.facilities():
        yield {
            "code": each.code,
            "name": each.name,
            "kind": each.kind,
            "level": each.level,
            "commune": each.commune,
            "active": each.active,
        }
