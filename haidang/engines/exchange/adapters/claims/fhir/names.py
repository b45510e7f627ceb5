"""Vietnamese names of the codes of short national lists, so that a resource reads well without a look-up (tên của mã).

Read once from the releases under `reference/`; where a list has several releases the newest name of a code wins. The
long catalogues are not here: their names come with the dossier (TEN_THUOC, TEN_DICH_VU …).
"""

import csv
from functools import cache
from pathlib import Path

RELEASES = Path(__file__).resolve().parents[6] / "reference"


@cache
def of(list_name: str) -> dict[str, str]:
    """Code to Vietnamese name; empty for a list that has no release."""
    return column(list_name, "name_vi")


@cache
def column(list_name: str, name: str) -> dict[str, str]:
    """Code to another column of the list, where it is filled."""
    found: dict[str, str] = {}
    for path in sorted((RELEASES / list_name).glob("*/data.csv"), key=_age):
        with path.open(encoding="utf-8", newline="") as lines:
            found |= {row["code"]: row[name] for row in csv.DictReader(lines) if row.get(name)}
    return found


def _age(path):
    # `qd4469-2020-starter` and `tt06-2026-starter` are told apart by their year.
    years = [part for part in path.parent.name.split("-") if part.isdigit() and len(part) == 4]
    return years, path.parent.name


@cache
def places() -> dict[str, str]:
    """Code of a province or commune to its name with its kind: `Phường Hồng Bàng`."""
    found = {}
    for path in sorted((RELEASES / "places").glob("*/data.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found |= {
                row["code"]: f"{row['type_vi']} {row['name']}" for row in csv.DictReader(lines)
            }
    return found
