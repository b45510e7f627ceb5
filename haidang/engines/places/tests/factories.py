"""A small country for the tests: two provinces, a few units of today and of 2024."""

from datetime import date

from haidang.engines.places import api as places
from haidang.kernel import actor

CHANGED_ON = date(2025, 7, 1)


def row(code, kind, type_vi, name, parent="", **more):
    return {"code": code, "kind": kind, "type_vi": type_vi, "name": name, "parent": parent} | more


TODAY = [
    row("31", "city", "Thành phố", "Hải Phòng", latitude="20.8", longitude="106.6"),
    row("01", "city", "Thành phố", "Hà Nội"),
    row("11311", "ward", "Phường", "Thủy Nguyên", "31"),
    row("11557", "ward", "Phường", "Thiên Hương", "31"),
    row("11914", "special-zone", "Đặc khu", "Cát Hải", "31"),
]
FORMER = [
    row("30", "province", "Tỉnh", "Hải Dương", successor="31", extent="whole"),
    row("315", "district", "Huyện", "Thủy Nguyên", "31", successor="", extent=""),
    row("11311", "ward", "Phường", "Quán Toan", "315", successor="11557", extent="part"),
    row("11311", "ward", "Phường", "Quán Toan", "315", successor="11311", extent="main-part"),
]


def load_country(*, today=TODAY, former=FORMER, checksum="first", force=False):
    """Load both lists; return the rows each load wrote."""
    return (
        places.load_units(
            today, name="places/today", checksum=checksum, valid_from=CHANGED_ON, by=actor.SYSTEM, force=force
        ),
        places.load_units(
            former, name="places/former", checksum=checksum, valid_to=CHANGED_ON, by=actor.SYSTEM, force=force
        ),
    )  # fmt: skip
