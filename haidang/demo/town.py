"""Facilities and departments of the demo city, through the room that keeps them."""

from haidang.demo import plan
from haidang.kernel import actor, errors
from haidang.rooms.facilities import services

FIELDS = ("name", "kind", "level", "commune", "address", "phone")


def build(tell):
    """Write every facility with its departments; one that is there already stays as it is."""
    todo = plan.facilities()
    for number, facility in enumerate(todo, start=1):
        _write(facility)
        tell(number, len(todo))


def _write(facility):
    values = {name: facility[name] for name in FIELDS if name in facility}
    try:
        services.add_facility(code=facility["code"], by=actor.SYSTEM, synthetic=True, **values)
    except errors.Conflict:
        return
    for code in facility["departments"]:
        services.save_department(facility["code"], code=code, by=actor.SYSTEM)
