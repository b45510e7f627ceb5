"""What a hospital has on its lists: diseases, panels, services, drugs, indicators (danh mục của bệnh viện).

Diseases and panels are our own (`diseases.toml`, `panels.toml`); services, drugs and indicators come from the releases
under `reference/`. Prices of drugs and services without a sample price are made up from the code, always the same.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from haidang.engines.exchange.adapters.claims import lists

# Dear enough for a visit to pass the line under which the fund pays all.
_ANTIRETROVIRALS = frozenset({"40.131", "40.132", "40.136"})
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Disease:
    """One entry of `diseases.toml`; the head of that file explains the fields."""

    key: str
    code: str
    name: str
    complaint: str
    ages: tuple[int, int]
    exam: str
    weight: float = 1
    sex: str = ""
    months: tuple[int, ...] = ()
    setting: str = "out"
    emergency: bool = False
    accident: str = ""
    department: str = "K01"
    bed: str = ""
    days: tuple[int, int] = (0, 0)
    also: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    procedure: str = ""
    operation: str = ""
    anaesthesia: str = ""
    drugs: tuple[str, ...] = ()
    sick_leave: int = 0
    pregnancy_leave: int = 0

    def fits(self, age: int, sex: str) -> bool:
        return self.ages[0] <= age <= self.ages[1] and self.sex in ("", sex)


class Service(NamedTuple):
    code: str
    name: str
    group: str
    price: int
    icd9: str


class Drug(NamedTuple):
    """A drug in one presentation; `code` is that of the active ingredient, `price` in đồng."""

    code: str
    name: str
    strength: str
    route: str
    unit: str
    price: int
    registration: str


class Indicator(NamedTuple):
    code: str
    name: str
    unit: str


@dataclass(frozen=True)
class Panel:
    """A test or an image: what it reports and on which kind of machine."""

    key: str
    service: str
    machine: str
    indicators: dict = field(default_factory=dict)
    words: tuple[str, ...] = ()
    indicator: str = ""
    reads: dict = field(default_factory=dict)


def _read(name):
    found = tomllib.loads((_HERE / name).read_text("utf-8"))
    return {
        key: {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
        for key, entry in found.items()
    }


@cache
def diseases() -> dict[str, Disease]:
    return {key: Disease(key, **entry) for key, entry in _read("diseases.toml").items()}


@cache
def chronic() -> tuple[Disease, ...]:
    return tuple(disease for disease in diseases().values() if disease.setting == "chronic")


@cache
def acute() -> tuple[Disease, ...]:
    return tuple(
        d for d in diseases().values() if d.setting in ("out", "in", "referred") and d.weight
    )


@cache
def panels(key: str) -> tuple[Panel, ...]:
    """The panel, or those that it stands for."""
    entry = _read("panels.toml")[key]
    if "panels" in entry:
        return tuple(panel for part in entry["panels"] for panel in panels(part))
    return (Panel(key, **entry),)


@cache
def service(code: str) -> Service:
    row = lists.shipped().rows("service")[code]
    price = int(row["price_sample_vnd"] or 20_000 + crc32(code.encode()) % 60 * 1000)
    return Service(code, row["name_vi"], row["cost_group"], price, row["icd9"])


@cache
def drug(code: str) -> Drug:
    row = lists.shipped().rows("drug-presentation")[code]
    number = crc32(code.encode())
    dear = row["route"] != "1.01"
    price = (9000 + number % 40_000) if dear else 300 + number % 4200
    if row["ingredient"] in _ANTIRETROVIRALS:
        price = 13_200
    return Drug(
        row["ingredient"],
        row["name_vi"],
        row["strength"],
        row["route"],
        row["unit"] or "lọ",
        price,
        f"VD-{number % 100_000:05d}-{18 + number % 7}",
    )


@cache
def indicator(code: str) -> Indicator:
    row = lists.shipped().rows("lab-indicator")[code]
    return Indicator(code, row["name_vi"], row["unit"])
