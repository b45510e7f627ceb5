"""The facilities of the simulated network and the people who work there (cơ sở khám chữa bệnh).

Codes have the form of MA_CSKCB with a letter that the official list of Hải Phòng does not use.
"""

from dataclasses import dataclass
from typing import NamedTuple

STATION, HOSPITAL = "station", "hospital"


@dataclass(frozen=True)
class Facility:
    """Where visits happen: `kind` is "hospital" (beds, imaging) or "station" (commune station, first level)."""

    code: str
    name: str
    kind: str = HOSPITAL


class Staff(NamedTuple):
    """One clinician: practice licence and name."""

    licence: str
    name: str


NETWORK = (
    Facility("31Z01", "Bệnh viện đa khoa mô phỏng Lạch Tray"),
    Facility("31Z02", "Bệnh viện đa khoa mô phỏng Kiến An"),
    Facility("31Z03", "Trung tâm y tế mô phỏng Thủy Nguyên"),
    Facility("31Z11", "Trạm y tế mô phỏng Hải An", STATION),
    Facility("31Z12", "Trạm y tế mô phỏng An Dương", STATION),
    Facility("31Z13", "Trạm y tế mô phỏng Đồ Sơn", STATION),
)

_NAMES = (
    "Vũ Minh Đức", "Phạm Thu Hà", "Đỗ Quang Huy", "Nguyễn Thị Lan", "Bùi Thế Sơn", "Hoàng Ngọc Mai", "Đào Đức Thắng",
    "Lê Thanh Nga", "Ngô Hữu Phúc", "Trần Bích Vân",
)  # fmt: skip


def staff(facility: Facility, number: int) -> Staff:
    """The n-th clinician of a facility; number 0 is its head. Licences lie in a range of their own (99xxxx)."""
    base = (
        int(facility.code[3:]) if facility.code[3:].isdigit() else sum(facility.code.encode()) % 100
    )
    return Staff(f"99{base:02d}{number % 100:02d}/HP-CCHN", _NAMES[(base + number) % len(_NAMES)])
