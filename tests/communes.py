"""A commune for tests, with a station and a hospital that stand in it."""

from contextlib import contextmanager

from haidang.engines.places import api as places
from haidang.kernel import actor

CODE, STATION, HOSPITAL = "11914", "31077", "31001"
UNITS = [
    {"code": "31", "kind": "city", "type_vi": "Thành phố", "name": "Hải Phòng"},
    {"code": CODE, "kind": "commune", "type_vi": "Xã", "name": "Mẫu", "parent": "31"},
]


@contextmanager
def standing():
    """The code of the commune, known to `places` for as long as the block lasts."""
    places.forget()
    places.load_units(UNITS, name="places/test", checksum="1", by=actor.SYSTEM)
    for code, kind in ((STATION, "commune-station"), (HOSPITAL, "general-hospital")):
        places.save_facility(code, name=f"Nơi {code}", kind=kind, commune=CODE, by=actor.SYSTEM)
    yield CODE
    places.forget()
